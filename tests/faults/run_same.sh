#!/bin/sh
# The same experiment gives the same bytes of metrics.csv however it is run.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

same() {
    if cmp -s first.csv "$dir/metrics.csv"; then
        tap_pass "$1"
    else
        tap_fail "$1" "$(cmp first.csv "$dir/metrics.csv" 2>&1)"
    fi
}

config x.ini '[stop]' 'theta_delta = 1e-4'
train x.ini
gives "a run" 0
cp "$dir/metrics.csv" first.csv
tap_ok "its log is whole" whole first.csv
tap_same "every step and the start have a row, and there is a header" \
    $(($(text "$dir/summary.json" steps) + 2)) "$(wc -l <first.csv | tr -d ' ')"

train x.ini
same "run again"
train "$dir/config.ini"
same "run from its resolved config"
train x.ini --threads 2
same "two threads"
for cpu in baseline v3 v4; do
    OPTBENCH_CPU=$cpu
    export OPTBENCH_CPU
    train x.ini
    same "on a processor taken as $cpu"
    unset OPTBENCH_CPU
done
train x.ini --pace 5000
same "paced"
run "$OPTBENCH" run x.ini
dir=$out
same "with progress"

start --quiet x.ini --paused
"$OPTBENCH" ctl "$dir" step 10 >/dev/null
"$OPTBENCH" ctl "$dir" pace 100 >/dev/null
"$OPTBENCH" ctl "$dir" resume >/dev/null
"$OPTBENCH" ctl "$dir" pause >/dev/null
tap_same "a paused run is one that waits" paused "$(state_of "$dir")"
"$OPTBENCH" ctl "$dir" checkpoint >/dev/null
"$OPTBENCH" ctl "$dir" get w >/dev/null
"$OPTBENCH" ctl "$dir" pace full >/dev/null
"$OPTBENCH" ctl "$dir" resume >/dev/null
ended
same "paused, stepped, paced, saved and resumed"

start --quiet x.ini --pace 2000
run "$OB_BUILDDIR/tests/faults/viewer" "$dir"
gives "a viewer watches it to its end" 0
ended
same "watched"
OPTBENCH_NO_SOCKET=1
export OPTBENCH_NO_SOCKET
start --quiet x.ini --pace 2000
run "$OB_BUILDDIR/tests/faults/viewer" "$dir"
gives "a viewer by files watches it to its end" 0
ended
same "watched by files"
unset OPTBENCH_NO_SOCKET

# Past 10,000 rows not every step has one; a row every seventh step ends between two.
config y.ini '[stop]' 'max_steps = 30001'
train y.ini
cp "$dir/metrics.csv" first.csv
train y.ini --threads 2
same "a longer run, two threads"

# What a person did to a run is done again.
config x.ini '[stop]' 'theta_delta = 1e-4'
start --quiet x.ini --paused
"$OPTBENCH" ctl "$dir" step 20 >/dev/null
"$OPTBENCH" ctl "$dir" set lr 0.01 >/dev/null
"$OPTBENCH" ctl "$dir" step 7 >/dev/null
"$OPTBENCH" ctl "$dir" set optimizer.momentum 0.5 >/dev/null
"$OPTBENCH" ctl "$dir" step 6 >/dev/null
"$OPTBENCH" ctl "$dir" stop >/dev/null
ended
tap_same "stopped by hand is finished" 0 "$status"
tap_same "and says so" cancelled "$(text "$dir/summary.json" stop)"
tap_same "a steered run says so" true "$(text "$dir/run.json" steered)"
cp "$dir/metrics.csv" first.csv
train --replay "$(basename "$dir")"
gives "a replay" 0
same "a replay repeats the steering and ends where it ended"
train --replay latest
same "a replay of the replay"
tap_done
