#!/bin/sh
# Two viewers of one run: both see it, one steers, the other may take over.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

begin 80 24
enter 'optbench line.ini'
sees "the first sees it" RUNNING
keys Space
sees "the first pauses" PAUSED
t new-window -d /bin/sh
pane=:1
sees "another shell" 'ready>'
enter 'optbench watch'
sees "the second sees that it is paused" PAUSED
keys Space
sees "the second does not steer" 'steer'
keys T
keys Space
sees "it does when it took over" RUNNING
pane=:0
sees "the first sees that" RUNNING
keys Space
sees "the first steers no more" 'steer'
keys q
sane "the first left"
pane=:1
goes_on "the run goes on"
keys q
tap_done
