#!/bin/sh
# What a person does to a run with the keys of the screen is in its record: two edits of
# the learning rate, a pause and five single steps replay without a screen to the same bytes.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

run_of() { ls -d "$work"/runs/*/ 2>/dev/null | head -n 1; }

# live NAME: a number or word of the run's `live`; rate: the learning rate among its knobs.
live() {
    case $1 in
    rate) sed 's/.*"key":"optimizer.lr","value":\([^,]*\),.*/\1/' "$(run_of)live" ;;
    *) sed "s/.*\"$1\":\"\{0,1\}\([^\",]*\).*/\1/" "$(run_of)live" ;;
    esac
}

live_is() { [ "$(live "$1")" = "$2" ]; }

# edit VALUE: E, the first line (the learning rate), a new value, and back.
edit() {
    keys E
    sees "E shows the live parameters ($1)" "optimizer.lr"
    keys Enter
    keys C-u
    keys "$1" Enter
    tap_ok "the learning rate is $1" wait_for 20 live_is rate "$1"
    keys Escape
}

begin 80 24
enter 'optbench line.ini --set stop.max_steps=400'
sees "it runs" RUNNING
edit 0.002
keys Space
sees "Space pauses" PAUSED
tap_ok "and the run is paused" wait_for 20 live_is state paused
at=$(live step)
for i in 1 2 3 4 5; do
    keys .
    tap_ok "single step $i" wait_for 20 live_is step $((at + i))
done
edit 0.0005
keys '>'
keys Space
tap_ok "it goes on to its end" wait_for 60 live_is state finished
keys q
sees "q leaves" 'ready>'
steered=$(run_of)
tap_same "two edits are in the record" 2 "$(grep -c '"event":"set"' "${steered}events.jsonl")"
run "$OPTBENCH" run --quiet --replay "$steered"
gives "a replay without a screen" 0
tap_ok "gives the same bytes" cmp "${steered}metrics.csv" "$out/metrics.csv"
run "$OPTBENCH" run --quiet line.ini --set stop.max_steps=400
tap_ok "where an unsteered run does not" sh -c "! cmp -s '${steered}metrics.csv' '$out/metrics.csv'"
tap_done
