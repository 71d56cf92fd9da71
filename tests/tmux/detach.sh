#!/bin/sh
# The person detaches, the run and its screen go on, the person attaches again.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

attached() { [ "$(t list-clients | wc -l)" = "$1" ]; }

outer() { tmux -S "$work/outer" -f /dev/null "$@"; }

begin 80 24
enter 'optbench line.ini'
sees "it runs" RUNNING
for time in first second; do
    outer new-session -d -x 90 -y 30 "TERM=screen-256color tmux -S '$work/socket' attach"
    tap_ok "attached for the $time time" wait_for 30 attached 1
    tap_ok "the run is seen" wait_for 30 sh -c "tmux -S '$work/outer' capture-pane -p | grep -q RUNNING"
    t detach-client -s :
    tap_ok "detached" wait_for 30 attached 0
    goes_on "the run goes on"
done
outer kill-server 2>/dev/null
sees "the screen, too" RUNNING
keys q
sane "at the end"
tap_done
