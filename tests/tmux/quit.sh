#!/bin/sh
# Leaving in the middle asks nothing and says how to come back.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

begin 100 24
enter 'optbench line.ini'
sees "it runs" RUNNING
keys q
sees "how to see it again" 'run continues: optbench watch '
sane "left"
goes_on "the run goes on"
enter 'optbench watch'
sees "there it is" RUNNING
keys t
sees "only stopping asks" 'Stop this run?'
keys y
sees "stopped" FINISHED
keys q
sane "left for good"
tap_done
