#!/bin/sh
# A locale with a decimal comma changes neither what is read nor what is written.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
program=$OB_BUILDDIR/optbench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
localedef -i de_DE -f UTF-8 "$folder/de_DE.UTF-8" >/dev/null 2>&1
[ -d "$folder/de_DE.UTF-8" ] || tap_skip_all "no localedef, or no source of the German locale"

german() {
    env LOCPATH="$folder" LC_ALL=de_DE.UTF-8 "$@"
}
tap_same "the locale is there" "0,5" "$(german env printf '%.1f' 0,5)"

train() {
    "$program" run heights --quiet --set stop.max_steps=200 --runs "$folder/$1" 2>/dev/null
}
plain=$(train plain)
comma=$(export LOCPATH="$folder" LC_ALL=de_DE.UTF-8; train comma)
tap_ok "metrics.csv is the same to the byte" cmp "$plain/metrics.csv" "$comma/metrics.csv"
tap_ok "config.ini is the same to the byte" cmp "$plain/config.ini" "$comma/config.ini"

# What says how long it took differs between any two runs.
for command in "check heights" "data heights" "data --json heights" "explain optimizer.lr" \
    "gradcheck heights"; do
    # shellcheck disable=SC2086
    tap_same "$command" "$("$program" $command 2>&1)" "$(german "$program" $command 2>&1)"
done
timeless() {
    grep -vE '"(seconds|[a-z_]*utc|steps_per_second)"' "$1"
}
tap_same "summary.json, but for times" "$(timeless "$plain/summary.json")" \
    "$(timeless "$comma/summary.json")"
tap_ok "seconds are written with a point" grep -qE '"seconds": ?[0-9]+(\.[0-9]+)?(e-[0-9]+)?,?$' \
    "$comma/summary.json"

tap_done
