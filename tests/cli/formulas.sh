#!/bin/sh
# Formulas that are none, as they stand in an experiment file: each is told with its file,
# line, key and the character of the value. tests/bad/formulas.txt has a case a line: the
# key, the value and what is said, divided by tabs.
. "$OB_SRCDIR/tests/lib/program.sh"

list=$OB_SRCDIR/tests/bad/formulas.txt
tab=$(printf '\t')

# config KEY VALUE: an experiment that is right but for that value.
config() {
    parameters='a b w[3] A[2x3]' f='a^2 + b^2' let='' predict='a + b*x' loss=mse
    from=-pi to=pi grid='y = sin(x)'
    case $1 in
    parameters | let | f) kind=function ;;
    *) kind=formula parameters='a b' ;;
    esac
    case $1 in
    parameters) parameters=$2 f='a^2' ;;
    let) let=$2 f='a^2 + r' ;;
    f) f=$2 ;;
    predict) predict=$2 ;;
    loss) loss=$2 ;;
    from) from=$2 ;;
    to) to=$2 ;;
    grid) grid=$2 ;;
    esac
    case $1 in
    from | to | grid)
        printf '[data]\nsource = grid\nfrom = %s\nto = %s\ncount = 5\nlet = %s\ntarget = y\n' \
            "$from" "$to" "$grid"
        ;;
    predict | loss)
        printf '[data]\nsource = inline\ncolumns = x "living area" y\n'
        printf 'values = 1 2 3 4 5 7\ntarget = y\n'
        ;;
    esac
    printf '[model]\nkind = %s\nparameters = %s\n' "$kind" "$parameters"
    case $kind in
    function) printf 'f = %s\n%s\n' "$f" "${let:+let = $let}" ;;
    *) printf 'predict = %s\nloss = %s\n' "$predict" "$loss" ;;
    esac
}

while IFS=$tab read -r key value said; do
    config "$key" "$value" >case.ini
    case $key in
    from | to) section=data name=$key ;;
    grid) section=data name=let ;;
    *) section=model name=$key ;;
    esac
    line=$(grep -n "^$name = " case.ini | tail -1 | cut -d: -f1)
    [ "$key" = grid ] && line=$(grep -n "^let = " case.ini | head -1 | cut -d: -f1)
    run "$OPTBENCH" check case.ini
    if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
        printf '%s\t%s\t%s\n' "$key" "$value" \
            "$(sed "s/^optbench: case.ini:$line: $section.$name: //" err)" >>update
    fi
    tap_same "$key = $value" "2 optbench: case.ini:$line: $section.$name: $said" "$status $err"
done <"$list"
if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
    cp update "$list"
fi
tap_same "there are more than sixty" yes "$([ "$(wc -l <"$list")" -gt 60 ] && echo yes)"
tap_done
