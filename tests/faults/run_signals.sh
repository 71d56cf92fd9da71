#!/bin/bash
# A run that is ended from outside: by SIGTERM, SIGINT, SIGHUP, SIGUSR1 it saves and can go on; by
# kill -9 its log is whole up to the last flush. Taken up again, its log is to the byte
# that of a run that nothing disturbed.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

config whole.ini '[log]' 'every = 7' '[checkpoint]' 'every = 100' '[stop]' 'theta_delta = 1e-4'
train whole.ini
cp "$dir/metrics.csv" first.csv

resumed() {
    run "$OPTBENCH" run --quiet --resume "$dir"
    gives "$1: resumed" 0
    tap_same "$1: the resumed run says which it is" "$dir" "$out"
    tap_ok "$1: its log is that of an undisturbed run" cmp first.csv "$dir/metrics.csv"
    tap_same "$1: and it has finished" finished "$(state_of "$dir")"
    tap_same "$1: resumed once more than before" "$2" "$(text "$dir/run.json" resumed)"
}

for signal in TERM INT HUP USR1; do
    start whole.ini --pace 400
    wait_for 20 step_reached "$dir" 23
    kill -"$signal" "$pid"
    ended
    tap_same "SIG$signal: status" 75 "$status"
    tap_same "SIG$signal: one line on stdout" "$dir" "$(cat started)"
    tap_same "SIG$signal: state" interrupted "$(state_of "$dir")"
    tap_same "SIG$signal: summary" interrupted "$(text "$dir/summary.json" state)"
    like "SIG$signal: says how to go on" "*interrupted by SIG$signal after *--resume $dir\`*" "$(cat said)"
    tap_ok "SIG$signal: the log is whole" whole "$dir/metrics.csv"
    resumed "SIG$signal" 1
done

# Training is faster than the disk: every step is a checkpoint. A signal is heard all the
# same, and not after hundreds of them.
config busy.ini '[checkpoint]' 'every = 1' '[stop]' 'max_steps = 100000000'
start busy.ini --quiet
wait_for 20 step_reached "$dir" 50
kill "$pid"
ended
tap_same "SIGTERM among checkpoints: status" 75 "$status"

# Twice interrupted.
start whole.ini --quiet --paused
"$OPTBENCH" ctl "$dir" step 5 >/dev/null
kill "$pid"
ended
set -m
"$OPTBENCH" run --resume "$dir" --quiet --paused >again </dev/null &
pid=$!
set +m
wait_for 20 "$OPTBENCH" ctl "$dir" step 4
kill "$pid"
ended
tap_same "a resumed run is interrupted again" 75 "$status"
resumed "twice" 2

run "$OPTBENCH" run --resume "$dir"
gives "a run that has finished is not resumed" 2 "*finished*"
start whole.ini --quiet --paused
run "$OPTBENCH" run --resume "$dir"
gives "nor one that is under way" 2 "*under way*"
"$OPTBENCH" ctl "$dir" step 50 >/dev/null
"$OPTBENCH" ctl "$dir" stop >/dev/null
ended
resumed "stopped by hand" 1

# A torn, a wrong and a missing checkpoint.
start whole.ini --quiet --paused
"$OPTBENCH" ctl "$dir" step 30 >/dev/null
kill "$pid"
ended
cp -r "$dir" damaged
truncate -s -5 damaged/checkpoints/step-*.safetensors
run "$OPTBENCH" run --quiet --resume ./damaged
gives "a damaged checkpoint is refused" 3 "optbench: *safetensors*"
printf '../../x' >damaged/checkpoints/LATEST
run "$OPTBENCH" run --quiet --resume ./damaged
gives "so is one of a hostile name" 3 "*LATEST*"
cp "$dir"/checkpoints/* damaged/checkpoints
truncate -s 100 damaged/metrics.csv
run "$OPTBENCH" run --quiet --resume ./damaged
gives "and a log that is too short for it" 3 "*metrics.csv*"
rm -r damaged/checkpoints
dir=./damaged
run "$OPTBENCH" run --quiet --resume ./damaged
tap_ok "without a checkpoint the run begins anew" cmp first.csv damaged/metrics.csv

# nohup, and a session of its own.
cp "$work/first.csv" keep.csv
start whole.ini --quiet --pace 400 --detach
engine=$(text "$dir/run.json" pid)
kill -HUP "$engine"
"$OPTBENCH" ctl "$dir" pace full >/dev/null
wait_for 20 test -s "$dir/summary.json"
wait_for 20 test "$(state_of "$dir")" = finished
tap_ok "a detached run does not hear SIGHUP" cmp keep.csv "$dir/metrics.csv"

# kill -9, wherever it falls. Ten times, spread over the run by its own progress.
config long.ini '[log]' 'every = 3' '[checkpoint]' 'every = 250' '[stop]' 'max_steps = 20000'
train long.ini
cp "$dir/metrics.csv" first.csv
bad=
for i in 0 1 2 3 4 5 6 7 8 9; do
    start long.ini --quiet --pace 500 # 40 s to its end, if the machine is busy
    wait_for 20 step_reached "$dir" $((i * 90))
    kill -9 "$pid"
    ended
    [ "$(state_of "$dir")" = interrupted ] || bad="$bad
$i: is listed as $(state_of "$dir")"
    "$OPTBENCH" list runs | grep "$(basename "$dir")" | grep -q interrupted || bad="$bad
$i: is not listed"
    run "$OPTBENCH" ctl "$dir" pause
    [ "$status" = 5 ] || bad="$bad
$i: ctl ended with $status"
    run "$OPTBENCH" run --quiet --resume "$dir"
    [ "$status" = 0 ] || bad="$bad
$i: resuming ended with $status: $err"
    cmp first.csv "$dir/metrics.csv" >/dev/null 2>&1 || bad="$bad
$i: $(cmp first.csv "$dir/metrics.csv" 2>&1)"
done
tap_empty "killed ten times: listed as interrupted, resumed to the same bytes" "$bad"

# What a killed engine leaves can be told from a run that goes on.
start long.ini --quiet --pace 1500
wait_for 20 step_reached "$dir" 1000
kill -9 "$pid"
ended
tap_ok "the log of a killed run is the begin of the whole one" begins "$dir/metrics.csv" first.csv
run "$OPTBENCH" run --quiet --replay "$dir"
tap_ok "and can be replayed to its last row" cmp "$dir/metrics.csv" "$out/metrics.csv"
tap_done
