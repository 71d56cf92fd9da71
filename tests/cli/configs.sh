#!/bin/sh
# `optbench list configs`: the experiments of the home screen, from all of its folders.
. "$OB_SRCDIR/tests/lib/program.sh"

XDG_CONFIG_HOME=$work/config
export XDG_CONFIG_HOME
mkdir -p "$work/config/optbench" "$work/here" "$work/more" && cd "$work/here" || exit 99
cp "$OPTBENCH_CONFIGS/heights.ini" mine.ini
cp "$OPTBENCH_CONFIGS/heights.ini" "$work/more/third.ini"
echo "a line that is no path" >"$work/config/optbench/folders"
echo "$work/more" >>"$work/config/optbench/folders"
echo "$work/gone" >>"$work/config/optbench/folders"

run "$OPTBENCH" list configs
gives "lists are no error where a folder is gone and a line wrong" 0 \
    "*folders: line 1 is no absolute path*"
tap_same "the working directory comes first" "mine.ini" \
    "$(head -n 1 "$work/out" | cut -d' ' -f1)"
tap_same "then the folders that were added" "$work/more/third.ini" \
    "$(sed -n 2p "$work/out" | cut -d' ' -f1)"
tap_ok "then what is shipped" grep -q "^heights  *Height" "$work/out"
for name in mine.ini "$work/more/third.ini" heights; do
    run "$OPTBENCH" check "$name"
    gives "what is listed can be given to a command: ${name##*/}" 0
done
run "$OPTBENCH" list configs --json
gives "as JSON" 0
tap_ok "with the same names" grep -q '"third\|more/third.ini"' "$work/out"

rm "$work/config/optbench/folders" mine.ini
run "$OPTBENCH" list configs
gives "without folders" 0
tap_same "shipped ones alone" "$(ls "$OPTBENCH_CONFIGS" | grep -c 'ini$')" \
    "$(wc -l <"$work/out" | tr -d ' ')"
tap_done
