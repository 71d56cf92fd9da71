#!/bin/sh
# `optbench new`: every shipped experiment can be copied, and is whole.
. "$OB_SRCDIR/tests/lib/program.sh"

run "$OPTBENCH" new
gives "new lists the examples" 0
examples=$(cut -d' ' -f1 out)
tap_ok "there are examples" test -n "$examples"

for e in $examples; do
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
tap_done
