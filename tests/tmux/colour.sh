#!/bin/sh
# NO_COLOR: attributes, no colours; without it there are some.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

colours() {
    t capture-pane -p -e -t "$pane" |
        grep -c "$(printf '\033')\[\([0-9;]*;\)\?\(3[0-8]\|9[0-7]\)[;m]"
}

has_colours() { [ "$(colours)" -gt 0 ]; }

begin 80 24
enter 'NO_COLOR=1 TERM=screen-256color optbench line.ini'
sees "it runs" RUNNING
sees "a chart" 'loss (log)'
tap_same "no colours" 0 "$(colours)"
keys q
sees "the shell" 'run continues'
enter 'clear; TERM=screen-256color optbench watch'
sees "again" RUNNING
tap_ok "colours" wait_for 10 has_colours
keys q
sane "left"
tap_done
