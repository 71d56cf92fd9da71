#!/bin/sh
# Names and files from outside that hold escape sequences, bidi marks and newlines: no
# command lets them reach the terminal as they are.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
program=$OB_BUILDDIR/optbench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

esc=$(printf '\033') bel=$(printf '\007') bidi=$(printf '\342\200\256')
c1=$(printf '\302\233') zero=$(printf '\342\200\213') newline='
'

# What terminals obey or hide: C0 but tab and newline, DEL, C1, zero width, bidi.
raw() {
    LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]' "$@"
}
printf '%s' "$esc" | raw - || tap_skip_all "grep knows no -P"

# quiet NAME COMMAND...: nothing raw on stdout or stderr, no death by a signal, some words.
quiet() {
    name=$1
    shift
    timeout 20 "$program" "$@" >out 2>err </dev/null
    status=$?
    if raw out err; then
        tap_fail "$name" "$(cat -v out err)"
    elif [ "$status" -gt 5 ] || ! [ -s out -o -s err ]; then
        tap_fail "$name" "status $status: $(cat -v out err)"
    else
        tap_pass "$name"
    fi
}

# A table whose header holds everything, and experiments that name it.
printf 'a%s]0;P%s,b,"y\nz",c%sx%s,%s31m\n' "$esc" "$bel" "$bidi" "$zero" "$c1" >table.csv
printf '1,2,3,4,1\n2,3,5,1,0\n3,1,4,2,2\n4,4,9,3,1\n' >>table.csv
config() {
    printf '[experiment]\nname = hostile\ntitle = t%st%s\n' "$bidi" "$zero"
    printf '[data]\nsource = csv\npath = %s\ntarget = %s\n' "$1" "$2"
    printf '[model]\nkind = %s\n[optimizer]\nkind = sgd\nlr = 0.01\n' "$3"
    printf '[stop]\nmax_steps = 5\n'
}
config table.csv b linear >good.ini
config table.csv "b$bidi" linear >target.ini
config "table$bidi.csv" b linear >path.ini
config table.csv b "lin${zero}ear" >kind.ini
config "table$esc[31m.csv" b linear >escape.ini
config "table$c1.csv" b linear >"name$esc[31m$newline.ini"

# Formulas: names, columns and mistakes are said again in messages.
formula() {
    printf '[data]\nsource = csv\npath = table.csv\ntarget = b\n'
    printf '[model]\nkind = formula\nparameters = %s\npredict = %s\nloss = mse\n' "$1" "$2"
    printf '[optimizer]\nkind = sgd\nlr = 0.01\n[stop]\nmax_steps = 5\n'
}
typed() {
    printf '[model]\nkind = function\nparameters = p\nf = %s\n[optimizer]\nlr = 0.01\n' "$1"
}
formula p "p*\`c${esc}x${bidi}\`" >column.ini
formula "p$bidi" "p$bidi*b" >parameter.ini
formula p "p*c${zero}x" >near.ini
typed "log(p$bidi - 2)" >name.ini
typed "log(p - 2) + \`$zero$bidi\`" >quoted.ini
typed "p +$c1 2" >sign.ini
typed "log(p - 2)" >trouble.ini
typed "$(head -c 3000 /dev/zero | tr '\0' '(')" >deep.ini
typed "p^$(head -c 70000 /dev/zero | tr '\0' '2')" >long.ini

for file in *.ini; do
    shown=$(printf '%s' "$file" | tr -cd 'a-z.')
    for command in check data run gradcheck "data --json" "check --json" explain new show; do
        # The word may be two.
        # shellcheck disable=SC2086
        quiet "$command $shown" $command "$file"
    done
done
quiet "a formula on the command line" new --function "p^2 + $esc[31m$bidi" own.ini
quiet "a name there" new --function "p^2 + \`$bidi$zero\`" own.ini
quiet "unknown command" "$esc[31m"
quiet "unknown option" run "--$esc[31m"
quiet "bad --set" run good.ini --set "optimizer.$bidi=$esc"
quiet "bad value" run good.ini --set "optimizer.lr=$esc$bidi"

# A run directory that somebody else wrote.
"$program" run good.ini --runs runs --quiet >run.txt 2>/dev/null
run=$(cat run.txt)
for file in run.json summary.json events.jsonl; do
    sed -E 's/"(title|stop|words|key|config|host|event|text|reason)": ?"/&\\u001b[31m\\u202e\\n'"$bidi"'/' \
        "$run/$file" >changed && cp changed "$run/$file"
done
sed -i "1s/loss_min/l$esc[31m/; 1s/w1/w$bidi/" "$run/metrics.csv"
cp -r "$run" "runs/20261121T235959Z-ev${esc}il$newline-00000000"
for command in "show $run" "show --json $run" "ctl $run status" "list runs --runs runs" \
    "list runs --json --runs runs" "show --runs runs il" "watch $run"; do
    # shellcheck disable=SC2086
    quiet "$(printf '%s' "$command" | tr '0-9' '#')" $command
done

tap_done
