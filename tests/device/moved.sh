#!/bin/bash
# A run moves between processor and device: what one began the other takes up, repeats and
# verifies, and the log is that of a run which stayed where it was.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
. "$OB_SRCDIR/tests/faults/run.sh.inc"

net=$OB_SRCDIR/tests/device/net.ini
one cpu "$net"
cp "$dir/metrics.csv" whole.csv

# taken_up FROM TO NAME: ten steps on the one, a signal, the rest on the other.
taken_up() {
    start "$net" --paused --runs "$work/$1-to-$2" --set "experiment.device=$1"
    wait_for 20 "$OPTBENCH" ctl "$dir" step 10
    wait_for 20 step_reached "$dir" 10
    kill -TERM "$pid"
    ended
    tap_same "$3: interrupted" 75 "$status"
    run "$OPTBENCH" run --quiet --resume "$dir" --device "$2"
    gives "$3" 0
    tap_ok "$3: the same log" cmp whole.csv "$dir/metrics.csv"
}
taken_up cpu "$device" "taken up by the device"
taken_up "$device" cpu "taken up by the processor"

one "$device" "$net"
run "$OPTBENCH" verify "$dir" --device cpu
gives "the processor verifies what the device did" 0
like "in every bit" '*the same in every bit*' "$out"
one cpu "$net"
run "$OPTBENCH" verify "$dir" --device "$device"
gives "the device verifies what the processor did" 0
like "in every bit, too" '*the same in every bit*' "$out"
run "$OPTBENCH" run --quiet --replay "$dir" --device "$device"
gives "a replay on the device" 0
tap_ok "a replay: the same log" cmp whole.csv "$out/metrics.csv"
tap_done
