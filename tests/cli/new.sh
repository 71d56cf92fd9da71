#!/bin/sh
# `optbench new`: every shipped experiment can be copied, and is whole.
. "$OB_SRCDIR/tests/lib/program.sh"

run "$OPTBENCH" new
gives "new lists the examples" 0
examples=$(cut -d' ' -f1 out)
tap_ok "there are examples" test -n "$examples"

for e in $examples; do
    [ "$e" != fashion-mnist ] || continue # its data are not shipped
    mkdir "$work/$e" && cd "$work/$e" || exit 99
    run "$OPTBENCH" new "$e"
    gives "new $e" 0
    tap_same "new $e says what it wrote" "$e.ini" "$(head -n 1 "$work/out")"
    run "$OPTBENCH" check "$e.ini"
    gives "the copy of $e is a valid experiment" 0
    run "$OPTBENCH" data "$e.ini"
    gives "its data can be shown" 0
    run "$OPTBENCH" check --resolved "$e.ini"
    cp "$work/out" resolved.ini
    run "$OPTBENCH" check --resolved resolved.ini
    tap_ok "the resolved $e resolves to itself" cmp -s "$work/out" resolved.ini
    run "$OPTBENCH" gradcheck "$e.ini"
    gives "its gradient is right" 0
done

cd "$work" || exit 99
cat >wide.ini <<'INI'
[experiment]
name = wide
[data]
source = blobs
rows = 21000
[model]
kind = mlp
hidden = 60 60
INI
run "$OPTBENCH" gradcheck wide.ini
gives "a wide network's gradient is right" 0
tap_same "a sample of it, on some rows" "64" "$(grep -c '^[lo][a-z0-9]*\.' "$work/out")"
tap_ok "and that is said" grep -q '^64 of [0-9]* parameters, evenly spread' "$work/out"
tap_ok "of the rows, too" grep -q '^the first 1000 of 21000 rows' "$work/out"

echo mine >mine.ini
run "$OPTBENCH" new heights mine.ini
gives "a file that exists is left alone" 2 "*'mine.ini' exists*"
tap_same "and keeps its content" mine "$(cat mine.ini)"
run "$OPTBENCH" new --force heights mine.ini
gives "--force overwrites" 0
run "$OPTBENCH" new hights
gives "a mistyped example is suggested" 2 "*did you mean 'heights'?"
run "$OPTBENCH" new heights no/such/folder.ini
gives "a folder that is not there" 5
printf 'x,y\n1,2\n2,3\n3,5\n' >table.ini
cp table.ini table.copy
run "$OPTBENCH" new --force --data table.ini
gives "a table is not overwritten by its experiment" 2 "*'table.ini' is the table itself*"
tap_ok "and keeps its content" cmp -s table.ini table.copy

# A formula on the command line.
run "$OPTBENCH" new --function '(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2'
gives "an experiment is made of a formula" 0
tap_same "in a file of that name" function.ini "$out"
like "with the names that it has and a rate that fits" \
    "*f     = (2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2
start = w1:0 w2:0
*lr   = 0.042 *" "$(cat function.ini)"
run "$OPTBENCH" run function.ini --quiet
like "which arrives" "*the gradient is small enough*" "$(cat "$out/summary.json")"
run "$OPTBENCH" new --function 'x^2' square.ini
like "a start where nothing would move is left" "*start = x:1
*lr   = 0.5 *" "$(cat square.ini)"
run "$OPTBENCH" new --function '2x' no.ini
gives "what is no formula is told to the character" 2 \
    "optbench: new: --function: '2x': write 2[*]x (column 1)"
tap_ok "and makes no file" test ! -e no.ini
run "$OPTBENCH" new --function 'x^2' square.ini
gives "nor is a file overwritten" 2 "*'square.ini' exists*"
run "$OPTBENCH" new --function 'x^2' --data table.ini
gives "a table and a formula are two experiments" 2 "*either --data or --function*"
tap_done
