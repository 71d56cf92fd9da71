#!/bin/bash
# How a sweep stands, and what its cells came to: for people, for programs, at a step,
# over seeds, as curves.
. "$OB_SRCDIR/tests/lib/program.sh"

export XDG_CACHE_HOME="$work/cache"
printf 'x,y\n1,2\n2,4.5\n3,5.5\n4,8.5\n5,9.5\n' >line.csv
cat >line.ini <<'EOT'
[experiment]
name = line
[data]
source = csv
path = line.csv
target = y
[model]
kind = linear
init = normal
[optimizer]
kind = gd
[stop]
max_steps = 120
[log]
every = 1
[sweep]
optimizer.kind = gd, adam
optimizer.lr = 0.02, 0.04, 50
seeds = init 3
EOT
run "$OPTBENCH" sweep plan line.ini swept
gives "planned" 0

# ---- before anything runs ----

run "$OPTBENCH" sweep status swept
gives "status of a plan" 0
tap_ok "all wait" grep -q '^cells  *0 of 18 ended (0 %): 18 waiting$' out
run "$OPTBENCH" sweep collect swept --csv
gives "collected before anything ran" 0
tap_same "a line a cell and a head" 19 "$(wc -l <out | tr -d ' ')"
tap_same "nothing is known of the first" "c00000,gd,0.02,0,waiting,,,,,," "$(sed -n 2p out)"

# ---- after all of it ran ----

run "$OPTBENCH" sweep run swept -j 2 --quiet
gives "run" 0

# figure CELL NAME: of its summary, as the file has it.
figure() { sed -n "s/^  \"$2\": \(.*\),\$/\1/p" "swept/cells/$1/summary.json" | tr -d '"'; }

run "$OPTBENCH" sweep status swept
gives "status" 0
diverged=$(grep -l '"stop": "diverged"' swept/cells/*/summary.json | wc -l)
tap_ok "some diverge" test "$diverged" -gt 0
tap_ok "all ended" grep -q "^cells  *18 of 18 ended (100 %): $((18 - diverged)) done, $diverged diverged\$" out
tap_ok "the best is told" grep -q '^best  *c000[0-9][0-9]  loss [0-9.e-]*  optimizer.kind ' out
tap_ok "a line an optimizer" grep -q '^adam  *9 ' out
first=$out
run "$OPTBENCH" sweep status swept --csv
tap_same "a line a cell" 19 "$(wc -l <out | tr -d ' ')"
tap_same "states" "$diverged" "$(grep -c '^c[0-9]*,diverged,' out)"
run "$OPTBENCH" sweep status swept --json
gives "status as JSON" 0
tap_ok "states are counted" grep -q "\"diverged\":$diverged,\"done\":$((18 - diverged))}" out
tap_ok "an object a value" grep -q '"by":"optimizer.kind","values":\[{"value":"gd","cells":9,' out

run "$OPTBENCH" sweep collect swept --csv
gives "collect" 0
for cell in $(cut -d, -f1 out | tail -n +2); do
    grep -q "^$cell,[^ ]*,$(figure "$cell" loss),$(figure "$cell" best_loss),$(figure "$cell" steps)," out ||
        echo "$cell: $(figure "$cell" loss)"
done >wrong
tap_empty "the figures of the summaries, to the last digit" "$(cat wrong)"
cp out whole
run "$OPTBENCH" sweep collect swept --csv -o table.csv
tap_same "into a file, the same" "" "$(cmp whole table.csv 2>&1)"
run "$OPTBENCH" sweep collect swept --csv -o table.csv
gives "which is not replaced" 5 "optbench: sweep collect: table.csv is there already: --force replaces it"

run "$OPTBENCH" sweep collect swept --csv --best 1
best=$(tail -n +2 whole | grep ',done,' | sort -t, -k7,7g | head -1)
tap_same "the best one" "$best" "$(tail -1 out)"
like "it is that of status" "*best       ${best%%,*} *" "$first"

# ---- over seeds ----

run "$OPTBENCH" sweep collect swept --csv --mean
gives "over seeds" 0
tap_same "a line a setting" 7 "$(wc -l <out | tr -d ' ')"
tap_same "mean of gd at 0.02, added up by awk" \
    "$(awk -F, '$2 == "gd" && $3 == "0.02" { s += $7; n++ } END { printf "%.10g %d", s / n, n }' whole)" \
    "$(awk -F, '$1 == "gd" && $2 == "0.02" { printf "%.10g %d", $3, $5 }' out)"
run "$OPTBENCH" sweep collect swept --mean --best 2 --markdown
tap_same "the best two, for a page" 4 "$(wc -l <out | tr -d ' ')"
tap_ok "the best is marked" grep -Fq '**' out

# ---- curves ----

run "$OPTBENCH" sweep collect swept --points --csv
gives "points" 0
tap_same "two curves of three rates" 7 "$(wc -l <out | tr -d ' ')"
run "$OPTBENCH" sweep collect swept --sensitivity --chart curves.svg
gives "sensitivity and its chart" 0
tap_ok "a line an optimizer" grep -q '^gd  *0.0[24] ' out
tap_ok "an SVG" grep -q '^<svg' curves.svg
run "$OPTBENCH" sweep collect swept --chart curves.svg
gives "which is not replaced" 5 "*curves.svg is there already*"
run "$OPTBENCH" sweep collect swept --trials --json
gives "trials" 0
tap_ok "an object a number of trials" grep -q '"what":"trials","expected_best":\[{"trials":1,"gd":' out

# ---- at a step ----

run "$OPTBENCH" sweep collect swept --csv --at 10
gives "at a step" 0
tap_same "what the log has there" \
    "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "loss") c = i } $1 == 10 { print $c }' swept/cells/c00001/metrics.csv)" \
    "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "loss at step 10") c = i } $1 == "c00001" { print $c }' out)"

# ---- cells are runs ----

run "$OPTBENCH" compare swept --csv
gives "compared as runs" 0
tap_same "each of them" 19 "$(wc -l <out | tr -d ' ')"
run "$OPTBENCH" show swept
gives "no single run" 2 "optbench: 'swept' is a sweep of 18 runs: name one below its cells/, or take 'optbench sweep status'"

# ---- cells that are gone, damaged, interrupted ----

rm -r swept/cells/c00003
printf '{' >swept/cells/c00004/summary.json
run "$OPTBENCH" sweep status swept
gives "status without some of them" 0
tap_ok "nobody goes on, so no time is left" test -z "$(grep '^pace' out)"
run "$OPTBENCH" sweep collect swept --csv
gives "without some of them" 0
tap_ok "one waits" grep -q '^c00003,[^ ]*,waiting,' out
tap_ok "one has what its log says" grep -q '^c00004,[^ ]*,interrupted,,[0-9]' out

# ---- halving ----

sed 's/^seeds.*/seeds = init 2/; s/0.04, 50/0.04, 0.06/' line.ini >half.ini
printf 'halving = sync\neta = 3\n' >>half.ini
"$OPTBENCH" sweep plan half.ini half >/dev/null 2>&1
run "$OPTBENCH" sweep run half -j 2 --quiet
gives "a sweep with rungs" 0
run "$OPTBENCH" sweep status half
tap_ok "all is done" grep -q '^cells  *12 of 12 ended or halted by a rung (100 %): 4 done, 8 halted$' out
tap_same "a line a rung" "0 40 0 12 4 8,1 to" \
    "$(sed -n '/^rung/,$p' out | awk 'NR == 2 { printf "%s %s %s %s %s %s,", $1, $2, $3, $4, $5, $6 } NR == 3 { print $1, $2 }')"
run "$OPTBENCH" sweep collect half --sensitivity
gives "budgets differ" 0 "optbench: rungs have halted cells after 40 to 120 steps: --at 40 takes all values at one"
run "$OPTBENCH" sweep collect half --sensitivity --at 40
gives "budgets are equal" 0 ""

# ---- slips of the pen ----

run "$OPTBENCH" sweep status line.ini
gives "no sweep" 2
run "$OPTBENCH" sweep status nowhere
gives "no folder" 5 "optbench: nowhere: No such file or directory"
run "$OPTBENCH" sweep collect swept --metric lose
gives "no such figure" 2 "optbench: --metric: no cell has a figure 'lose'; did you mean 'loss'?"
run "$OPTBENCH" sweep collect swept --metric grad_norm --at-evals 10 --csv
gives "after evaluations" 0
run "$OPTBENCH" sweep collect swept --metric r2 --at-evals 10
gives "no such column" 2 "optbench: --at-evals: no log has a column 'r2'"
run "$OPTBENCH" sweep collect swept --sensitivity --along optimizer.rl
gives "no such key" 2 "optbench: --along: the plan has no key 'optimizer.rl'; did you mean 'optimizer.lr'?"
run "$OPTBENCH" sweep collect swept --by zzz
gives "where to look it up" 2 "optbench: --by: the plan has no key 'zzz'; the first line of plan.csv has them all"
run "$OPTBENCH" sweep collect swept --sensitivity --along optimizer.kind
gives "no numbers" 2 "optbench: --along: optimizer.kind has values that are no numbers"
run "$OPTBENCH" sweep collect swept --mean --trials
gives "two tables" 2 "optbench: --mean and --trials: one of them"
run "$OPTBENCH" sweep collect swept --goal up
gives "no goal" 2 "optbench: --goal: 'up' is neither min nor max"
run "$OPTBENCH" sweep watch nowhere
gives "no folder to watch" 5 "optbench: nowhere: No such file or directory"
run "$OPTBENCH" sweep watch line.ini
gives "no sweep to watch" 2
run "$OPTBENCH" watch swept --headless
gives "a sweep is no log" 2 "optbench: watch: --headless reads a log; 'swept' is a sweep"
tap_done
