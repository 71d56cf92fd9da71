#!/bin/sh
# Pause, single steps, on again.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

# The step that the screen shows.
shown_step() { screen | sed -n 's/^.* step  *\([0-9][0-9 ]*[0-9]\|[0-9]\).*$/\1/p' | head -n 1 | tr -d ' '; }

step_is() { [ "$(shown_step)" = "$1" ]; }

begin 80 24
enter 'optbench line.ini'
sees "it runs" RUNNING
keys Space
sees "Space pauses" PAUSED
before=$(shown_step)
case $before in
'' | *[!0-9]*) tap_fail "the step is on the screen" "$(screen)" ;;
*) tap_pass "the step is on the screen" ;;
esac
keys .
tap_ok "a single step" wait_for 30 step_is $((before + 1))
keys .
tap_ok "and another" wait_for 30 step_is $((before + 2))
keys Space
sees "Space goes on" RUNNING
goes_on "rows are written again"
keys q
tap_done
