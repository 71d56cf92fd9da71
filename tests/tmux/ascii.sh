#!/bin/sh
# LC_ALL=C: charts and frames in plain ASCII.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

odd() { screen | LC_ALL=C tr -d '\n -~' | wc -c; }

begin 120 40
enter 'LC_ALL=C optbench line.ini'
sees "it runs" RUNNING
sees "a chart" 'loss (log)'
tap_same "the live screen is ASCII" 0 "$(odd)"
keys '?'
sees "the help" 'THIS SCREEN'
keys Escape
keys q
sees "the shell" 'run continues'
enter 'LC_ALL=C optbench'
sees "home" EXPERIMENTS
tap_same "the home screen is ASCII" 0 "$(odd)"
keys q
sane "left"
tap_done
