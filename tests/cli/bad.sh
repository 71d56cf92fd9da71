#!/bin/sh
# Replays the malformed files of tests/bad through the program: the messages, the exit
# status, and not one raw control byte.
#
# NAME.expect holds `exit N` and then what stderr must be, with the folder left out.
. "$OB_SRCDIR/tests/lib/program.sh"

escape=$(printf '[\001-\010\013-\037]')

replay() {
    name=$1 expect=$2
    shift 2
    run "$@"
    { echo "exit $status" && sed "s|$work/$folder/||g; s|$work/$folder||g" "$work/err"; } >"$work/seen"
    if cmp -s "$expect" "$work/seen"; then
        tap_pass "$name"
    else
        tap_fail "$name" "$(diff -u "$expect" "$work/seen")"
    fi
    if LC_ALL=C grep -q "$escape" "$work/err" "$work/out"; then
        tap_fail "$name: no control byte reaches the terminal"
    fi
}

# enter FOLDER: works in a copy, since an experiment may read its neighbours.
enter() {
    folder=$1
    cp -r "$OB_SRCDIR/tests/bad/$folder" "$work/$folder"
    chmod -R u+w "$work/$folder"
    cd "$work/$folder" || exit 99
}

enter ini
for expect in "$OB_SRCDIR"/tests/bad/ini/*.expect; do
    name=$(basename "$expect" .expect)
    replay "ini: $name" "$expect" "$OPTBENCH" check "$name.ini"
done
enter csv
for expect in "$OB_SRCDIR"/tests/bad/csv/*.expect; do
    name=$(basename "$expect" .expect)
    if [ -f "$OB_SRCDIR/tests/bad/csv/$name.ini" ]; then
        config=$name.ini
    else
        config=$name-config.ini
        printf '[data]\nsource = csv\npath = %s.csv\ntarget = y\n[model]\nkind = linear\n[optimizer]\nkind = gd\nlr = 0.1\n' \
            "$name" >"$config"
    fi
    replay "csv: $name" "$expect" "$OPTBENCH" data "$config"
done
tap_done
