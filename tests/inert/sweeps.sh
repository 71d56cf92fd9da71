#!/bin/sh
# A sweep whose folder, title, values, cells and failures are made of hostile texts
# (payloads.def): whatever is told of it is inert, and its scripts hold its path as one word.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/inert/hostile.sh.inc"
export XDG_CACHE_HOME="$work/cache"
hostile_runs

# text WORD: it, as the name of a file.
text() {
    "$hostile" --text "$1" | tr '/\n' '__' | head -c 100
}

# told NAME STATUS: the last command ended so, and said nothing that a terminal obeys.
told() {
    "$inert" text err >complaints
    [ "$status" = "$2" ] || echo "status $status: $(cat -v err)" >>complaints
    tap_empty "$1" "$(cat complaints)"
}

# prints FORM NAME COMMAND...: what it prints is of the form, and inert.
prints() {
    form=$1 name=$2
    shift 2
    run "$OPTBENCH" "$@"
    told "$name: done" 0
    [ -s out ] || tap_fail "$name: something is printed"
    tap_empty "$name: inert" "$("$inert" "$form" out)"
}

# An axis of tables whose names are the texts, each quoted as an item of a list, as far as
# a config takes them: what it cannot hold is refused in words that are inert.
: >paths
number=0
for word in $("$hostile" --list); do
    name=$(text "$word")
    printf 'x,y\n0,1\n1,3\n2,5\n' >"$name.csv"
    item=\"$(printf '%s' "$name.csv" | sed 's/"/""/g')\"
    printf '[data]\nsource = csv\npath = x.csv\nfeatures = x\ntarget = y\n' >one.ini
    printf '[model]\nkind = linear\n[stop]\nmax_steps = 9\n[sweep]\n' >>one.ini
    run "$OPTBENCH" sweep plan one.ini one --set "sweep.data.path=$item" --dry-run
    "$inert" text err
    "$inert" text out
    case $status in
    0) printf '%s\n' "$item" >>paths ;;
    2 | 5) ;; # no list holds it, or it is the name of another file
    *) echo "$word: status $status" ;;
    esac
done >wrong
tap_empty "each text as a value" "$(cat wrong)"
tap_ok "most of them can be values" test "$(wc -l <paths)" -gt 5

printf '[experiment]\ntitle = t\n' | cat - one.ini >odd.ini
folder=$(text markup)$(text heading)$(text option_word)
run "$OPTBENCH" sweep plan odd.ini "./$folder" --set "experiment.title=$(text bidi)" \
    --set "sweep.data.path=$(paste -sd, paths)" --set 'sweep.optimizer.lr=0.1 0.2'
told "a plan of them" 0
rm -f ./*'|'*.csv # some cells fail, for a reason that names the text
run "$OPTBENCH" sweep run "./$folder" --quiet
"$inert" text err >complaints
tap_empty "it runs in plain words" "$(cat complaints)"
tap_ok "some fail and some do not" test "$status" -le 1
prints text "status before" sweep status "./$folder"

# Cells that somebody else has made.
number=0
for run in runs/*; do
    cell=$(printf '%s/cells/c%05d' "./$folder" $number)
    rm -rf "$cell"
    cp -r "$run" "$cell"
    number=$((number + 1))
    [ $number -lt "$(find "./$folder/cells" -maxdepth 1 -name 'c*' | wc -l)" ] || break
done

prints text "status" sweep status "./$folder"
prints text "status --by" sweep status "./$folder" --by data.path
prints json "status --json" sweep status "./$folder" --json --by data.path
prints sheet "status --csv" sweep status "./$folder" --csv
prints text "collect" sweep collect "./$folder"
prints sheet "collect --csv" sweep collect "./$folder" --csv
prints json "collect --json" sweep collect "./$folder" --json
prints md "collect --markdown" sweep collect "./$folder" --markdown
prints tex "collect --latex" sweep collect "./$folder" --latex
prints text "collect --mean" sweep collect "./$folder" --mean
prints text "collect --best" sweep collect "./$folder" --best 3
prints sheet "collect --points" sweep collect "./$folder" --points --by data.path --csv
run "$OPTBENCH" sweep collect "./$folder" --html
{
    echo '<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy"' \
        'content="default-src '"'none'"'"></head><body>'
    cat out
    echo '</body></html>'
} >page.html
tap_empty "collect --html: inert" "$("$inert" html page.html)"
for form in svg txt; do
    run "$OPTBENCH" sweep collect "./$folder" --by data.path --chart "chart.$form"
    told "collect --chart $form: done" 0
done
tap_empty "collect --chart: inert" "$("$inert" svg chart.svg; "$inert" text chart.txt)"

# A script is the same for every folder but for the one word that is its path.
mkdir plain
cp "./$folder"/sweep.* "./$folder/plan.csv" plain
for kind in slurm parallel 'mpi --ranks=2'; do
    # shellcheck disable=SC2086 # two words
    prints text "script --$kind" sweep script "./$folder" --$kind
    mv out script
    tap_ok "script --$kind is one of bash" bash -n script
    bash -c "$(grep '^sweep=' script)"'; printf "%s\n" "$sweep"' >seen
    tap_same "script --$kind has the path" "$work/$folder" "$(cat seen)"
    # shellcheck disable=SC2086 # two words
    run "$OPTBENCH" sweep script plain --$kind
    grep -v '^sweep=\|^#SBATCH --output=' out >expected
    grep -v '^sweep=\|^#SBATCH --output=' script >seen
    tap_same "script --$kind has it nowhere else" "$(cat expected)" "$(cat seen)"
done

# ---- folders that are not what they look like ----
# lies NAME PATTERN: status and run refuse the folder `lie`, soon and in plain words.
lies() {
    for verb in status run collect; do
        run timeout 10 "$OPTBENCH" sweep $verb lie
        "$inert" text err
        case $status in
        [235]) ;;
        *) echo "$verb: status $status" ;;
        esac
        # shellcheck disable=SC2254 # the pattern is one
        case $err in
        $2) ;;
        *) echo "$verb: $err" | cat -v ;;
        esac
    done >complaints
    tap_empty "$1" "$(cat complaints)"
    rm -rf lie
    cp -r plain lie
}
cp -r plain lie
rm lie/plan.csv
mkfifo lie/plan.csv
lies "a plan that is a pipe" '*plan.csv*'
mv lie/plan.csv ours.csv
ln -s ../ours.csv lie/plan.csv
lies "a plan that is a link" '*plan.csv*'
printf '%s,"%s"\n' c00000 "$("$hostile" --text terminal)" >>lie/plan.csv
lies "a plan that somebody added to" '*plan.csv:*'
sed 's/"cells": *[0-9]*/"cells": 1000000/' plain/sweep.json >lie/sweep.json
lies "more cells than there are" '*the plan has * cells and sweep.json says 1000000'
sed 's/"metric": *"[^"]*"/"metric": "\\u001b[2J"/' plain/sweep.json >lie/sweep.json
rm -r lie/cells 2>/dev/null
run "$OPTBENCH" sweep status lie
"$inert" text out >complaints
tap_empty "a metric that clears the screen" "$(cat complaints)"
cp plain/sweep.json lie
echo '; more' >>lie/sweep.ini
lies "another experiment" '*changed after the sweep was planned*'
head -c 70000 /dev/zero >lie/sweep.json
lies "facts without end" '*sweep.json*'

# A cell that is a link leads nowhere.
mkdir elsewhere lie/cells
ln -s ../../elsewhere lie/cells/c00000
run "$OPTBENCH" sweep run lie --index 0 --quiet --retries 0
tap_same "a cell that is a link is no cell" 1 "$status"
tap_empty "nothing is written behind it" "$(ls elsewhere)"

nothing_obeyed
tap_done
