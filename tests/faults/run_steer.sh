#!/bin/sh
# A run that a person steers while it is under way: it replays to the same bytes, its
# clock stands still while it waits, its record says what was changed and no more, and it
# explains its steps.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

ctl() {
    "$OPTBENCH" ctl "$dir" "$@"
}

# member NAME: a number or word of `live`.
member() {
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",]*\).*/\1/p" "$dir/live" | head -1
}

# Two edits of the learning rate while it runs, a pause, five single steps.
config x.ini '[stop]' 'max_steps = 3000'
start --quiet x.ini --pace 300
wait_for 20 step_reached "$dir" 40
ctl set lr 0.02 >/dev/null
wait_for 20 step_reached "$dir" 80
ctl pause >/dev/null
at=$(member step)
for i in 1 2 3 4 5; do
    ctl step >/dev/null
done
tap_same "five single steps" $((at + 5)) "$(member step)"
tap_same "and it waits" paused "$(member state)"
ctl set optimizer.lr 0.035 >/dev/null

before=$(member seconds)
for i in 1 2 3 4 5 6 7 8; do
    ctl status >/dev/null
done
ctl set stop.grad_norm 0 >/dev/null
tap_same "the time spent computing stands still" "$before" "$(member seconds)"

run ctl explain
gives "a step is explained" 0
like "with the rate that it went by" "*new w0 = w0 - lr \* grad = * - 0.02 \* *" "$out"
run ctl explain bias
like "a parameter by its name" "*new bias = bias - lr \* grad = *" "$out"
run ctl explain w7
gives "an unknown one is refused" 1 "*no parameter 'w7'; the first of 2 is 'w0'*"
for what in grad change momentum_buffer; do
    run ctl get w $what
    tap_ok "a tensor's $what is written" test -s "$dir/views/$what.w.safetensors"
done
run ctl get w nothing
gives "what it does not have is refused" 1 "*grad, change, momentum_buffer*"

ctl pace full >/dev/null
ctl resume >/dev/null
ended
tap_same "it ends by itself" 0 "$status"
like "the end is explained, too" '*"explain":\["new w0 = w0 - lr*0.035 *"new bias*' \
    "$(cat "$dir/live")"
cp "$dir/metrics.csv" steered.csv
steered=$dir
train --replay "$(basename "$dir")"
gives "a replay, headless and at full speed" 0
tap_ok "gives the same bytes" cmp steered.csv "$dir/metrics.csv"
tap_ok "where an unsteered run does not" sh -c \
    "! cmp -s steered.csv \"\$(\"$OPTBENCH\" run --quiet x.ini)/metrics.csv\""
tap_same "the steered one says so" true "$(text "$steered/run.json" steered)"

# What is forgotten by taking a run up again was no steering of what is there.
start --quiet x.ini --paused
ctl step 10 >/dev/null
ctl set lr 0.01 >/dev/null
tap_same "steered, not yet saved" true "$(text "$dir/run.json" steered)"
kill -9 "$pid"
ended
train --resume "$dir"
gives "taken up from the start" 0
tap_same "and not steered" false "$(text "$dir/run.json" steered)"
start --quiet x.ini --paused
ctl step 10 >/dev/null
ctl set lr 0.01 >/dev/null
ctl checkpoint >/dev/null
ctl set lr 0.02 >/dev/null
kill -9 "$pid"
ended
train --resume "$dir"
gives "taken up from a checkpoint" 0
tap_same "that knows of a change" true "$(text "$dir/run.json" steered)"
cp "$dir/metrics.csv" resumed.csv
train --replay "$dir"
tap_ok "and it replays" cmp resumed.csv "$dir/metrics.csv"
tap_done
