#!/bin/sh
# The first screen, small and large, and out again.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

begin 80 24
enter optbench
sees "80x24: experiments" EXPERIMENTS
sees "80x24: the help is offered" '? help  q quit'
tap_same "80x24: the alternate screen" 1 "$(state '#{alternate_on}')"
keys '?'
sees "help opens" 'THIS SCREEN'
keys Escape
sees_no "help closes" 'THIS SCREEN'
keys q
sane "80x24, left"

t resize-window -x 200 -y 60
enter 'TERM=screen-256color optbench'
sees "200x60: an experiment" 'A line through five points'
keys q
sane "200x60, left"
tap_done
