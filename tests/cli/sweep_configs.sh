#!/bin/sh
# The shipped sweeps: each is planned with every cell checked, and two of them are run for what
# their comments promise.
. "$OB_SRCDIR/tests/lib/program.sh"

for s in heights:36 surface:50 notebook-002:4 moons:72 moons-halving:27; do
    run "$OPTBENCH" sweep plan "sweep-${s%:*}" --dry-run
    gives "sweep-${s%:*} can be planned" 0 "optbench: ${s#*:} cells of * key*, each config was checked"
    tap_same "with a row for each cell" "${s#*:}" "$(sed 1d "$work/out" | wc -l | tr -d ' ')"
done
tap_same "each shipped sweep is in this list" 5 "$(ls "$OPTBENCH_CONFIGS" | grep -c '^sweep-.*ini$')"

"$OPTBENCH" sweep plan -q sweep-surface surface >/dev/null
run "$OPTBENCH" sweep run -q surface
gives "the surface is swept" 0
run "$OPTBENCH" sweep collect surface --csv
gives "and collected" 0
tap_same "cell by cell" 51 "$(wc -l <"$work/out" | tr -d " ")"
# A rate is stable below 2 (1 + momentum) / 23.3137.
awk -F, 'NR > 1 && $3 >= 2 * (1 + $2) / 23.3137085 { print $1, "diverged" }
         NR > 1 && $3 < 2 * (1 + $2) / 23.3137085 { print $1, "done" }' "$work/out" >expected
awk -F, 'NR > 1 { print $1, $4 }' "$work/out" >seen
tap_same "what diverges is what theory says" "$(cat expected)" "$(cat seen)"

"$OPTBENCH" sweep plan -q sweep-notebook-002 rates >/dev/null
run "$OPTBENCH" sweep run -q rates
gives "the rates of notebook 002 are swept" 0
run "$OPTBENCH" sweep collect rates --csv
tap_same "10 alone makes the loss higher" "0.001 lower
0.01 lower
0.05 lower
10 higher" "$(awk -F, 'NR > 1 { print $2, ($5 > 1.15592015 ? "higher" : "lower") }' "$work/out")"
tap_done
