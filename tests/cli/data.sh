#!/bin/sh
# `optbench data`: the rows that a step sees.
. "$OB_SRCDIR/tests/lib/program.sh"

# rows STEP [OPTION]...: the numbers of the rows of that step, one a line.
rows() {
    step=$1
    shift
    "$OPTBENCH" data heights --batch "$step" "$@" | sed '1,/^ *row /d' | awk '{print $1}'
}

mini='--set optimizer.kind=sgd --set batch.size=13'
seq 49 >all
rows 7 >seen
tap_ok "on the full batch every step sees all rows in order" cmp all seen
# shellcheck disable=SC2086 # options
for step in 1 2 3 4; do
    rows $step $mini >"$step"
done
tap_same "a batch has as many rows as [batch] size says" 13 "$(wc -l <1 | tr -d ' ')"
tap_same "the last of an epoch has the rest" 10 "$(wc -l <4 | tr -d ' ')"
sort -n 1 2 3 4 >seen
tap_ok "an epoch sees every row once" cmp all seen
# shellcheck disable=SC2086 # options
rows 5 $mini >5
tap_ok "the next epoch has another order" sh -c '! cmp -s 1 5'

# What step 1 measures is the loss of the rows that are shown: theta is still zero.
# shellcheck disable=SC2086 # options
run "$OPTBENCH" run heights --quiet $mini --set stop.max_steps=1
batch_loss=$(awk -F, 'NR == 3 {printf "%.4f", $6}' "$out/metrics.csv")
# shellcheck disable=SC2086 # options
shown=$("$OPTBENCH" data heights --batch 1 $mini | sed '1,/^ *row /d' |
    awk '{sum += $3 * $3} END {printf "%.4f", sum / NR / 2}')
tap_same "they are the rows that the run trains on" "$batch_loss" "$shown"

# shellcheck disable=SC2086 # options
# The order that a loader of torch 1.3 gives behind manual_seed(0) and randn(2, 1), from 1.
"$OPTBENCH" data notebook-004-replay --batch 1 --set "seed.batch_draws=randn 2" |
    sed '1,/^ *row /d' | awk '{printf "%s ", $1 - 1}' >torch
tap_same "rng = torch gives the rows of its loader" \
    "427 65 957 418 45 881 364 769 78 513 " "$(cat torch)"
"$OPTBENCH" data heights --batch 1 --set optimizer.kind=sgd --set batch.size=1000 \
    --set batch.replacement=yes | sed '1,/^ *row /d' | awk '{print $1}' >drawn
tap_same "with replacement a batch of all rows is drawn, too" 49 "$(wc -l <drawn | tr -d ' ')"
tap_ok "and some come twice" sh -c '[ "$(sort -u drawn | wc -l)" -lt 49 ]'

run "$OPTBENCH" data heights --json --batch 2 $mini
rows_of_2=$(tr '\n' ',' <2)
like "--json has them, too" "*\"batch\":{\"step\":2,\"rows\":[[]${rows_of_2%,}[]],\"values\":[[][[]*" "$out"
run "$OPTBENCH" data heights --json
tap_ok "and has none unless asked" sh -c '! grep -q "\"batch\"" out'
parts="--set data.val=0.2 --set data.test=9"
run "$OPTBENCH" data heights $parts
like "the parts are told" "*30 to train on, 10 to validate, 9 to test; figures are those of the training part*" "$out"
run "$OPTBENCH" data heights $parts --json
like "--json has them, too" "*\"rows\":49,\"parts\":{\"train\":30,\"validation\":10,\"test\":9},*" "$out"
run "$OPTBENCH" check heights $parts
like "check says how many rows are trained on" "*30 rows, 1 feature*" "$out"
like "and what is set aside" "*validation 10 rows*test       9 rows*" "$out"
run "$OPTBENCH" data heights --set data.test_path=/no/where.csv
gives "a second file that is not there is told" 5 "*data.test_path: cannot open /no/where.csv: No such file or directory*"
run "$OPTBENCH" data heights --batch 0
gives "steps count from 1" 2 "*--batch takes a whole number from 1*"
tap_done
