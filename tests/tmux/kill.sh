#!/bin/sh
# The viewer dies, by whatever; the terminal is given back and the run goes on.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

viewer() { ps -o pid=,comm= -t "$(state '#{pane_tty}')" | awk '$2 == "optbench" { print $1 }'; }

begin 80 24
command -v ps >/dev/null 2>&1 || tap_skip_all "ps is not installed"
enter 'optbench line.ini'
sees "it runs" RUNNING
for signal in TERM HUP SEGV KILL; do
    kill -s "$signal" "$(viewer)"
    # After KILL the prompt may stand in the middle of what the viewer drew.
    sees "$signal: the shell" 'ready>'
    if [ "$signal" = KILL ]; then # nobody cleans up; Enter is no line's end now
        keys 'stty sane; tput rmcup; tput cnorm; clear' C-j
    else
        sane "$signal"
    fi
    goes_on "$signal: the run goes on"
    enter 'optbench watch'
    sees "$signal: it is shown again" RUNNING
done
keys q
sane "at the end"
tap_done
