# Sourced by the tests in tmux: program.sh, and a tmux server of the test's own with a
# shell in it, as a person would have it. Nothing sleeps: everything waits until the
# screen shows something, with a deadline.
#
#     begin 80 24
#     enter 'optbench line.ini'
#     sees "the run is shown" RUNNING
#     keys q
#     sane "after q"
#     tap_done

. "$OB_SRCDIR/tests/lib/program.sh"
command -v tmux >/dev/null 2>&1 || tap_skip_all "tmux is not installed"

PATH=$OB_BUILDDIR:$PATH
HOME=$work XDG_CONFIG_HOME=$work/none SHELL=/bin/sh PS1='ready> '
OPTBENCH_CONFIGS=$work/none ASAN_OPTIONS=detect_leaks=0
export PATH HOME XDG_CONFIG_HOME SHELL PS1 OPTBENCH_CONFIGS ASAN_OPTIONS
unset TMUX ENV

cat >line.ini <<'INI'
[experiment]
name = line
title = A line through five points
[data]
source = inline
columns = x, y
values = 1 2, 2 3.9, 3 6.2, 4 8.1, 5 9.8
features = x
target = y
[model]
kind = linear
[optimizer]
kind = sgd
lr = 1e-4
[stop]
max_steps = 1000000
[ui]
pace = 40
INI

pane=:0 # where keys go and what is looked at

t() { tmux -S "$work/socket" -f /dev/null "$@"; }

finish() {
    t kill-server 2>/dev/null
    for run in "$work"/runs/*/; do
        [ ! -d "$run" ] || "$OPTBENCH" ctl "$run" stop >/dev/null 2>&1
    done
    cd / && wait_for 10 rm -rf "$work"
}
trap finish EXIT

# begin COLUMNS ROWS: a session with a shell at its prompt.
begin() {
    t new-session -d -x "$1" -y "$2" /bin/sh || exit 99
    sees "a shell" 'ready>'
}

keys() { t send-keys -t "$pane" "$@"; }

screen() { t capture-pane -p -t "$pane"; }

shows() { screen | grep -q -e "$1"; }

shows_not() { ! shows "$1"; }

# sees NAME PATTERN: a line of the screen matches before long; sees_no: none does.
sees() {
    if wait_for 20 shows "$2"; then
        tap_pass "$1"
    else
        tap_fail "$1" "never seen: $2
$(screen)"
    fi
}

sees_no() {
    if wait_for 20 shows_not "$2"; then
        tap_pass "$1"
    else
        tap_fail "$1" "still seen: $2
$(screen)"
    fi
}

# state FORMAT: what tmux knows of the pane.
state() { t display-message -p -t "$pane" "$1"; }

is() { [ "$(state "$1")" = "$2" ]; }

# The shell has its terminal back. A prompt on the screen does not tell: it may be an old one.
back() { wait_for 20 is '#{pane_current_command}' sh; }

# enter COMMAND: types a line into the shell. What is typed while a program is still leaving
# belongs to that program, which drops it.
enter() {
    back
    keys "$1" Enter
}

# sane NAME: the shell has its terminal back as it was.
sane() {
    tap_ok "$1: the shell is back" back
    sees "$1: the prompt" 'ready> *$'
    tap_same "$1: screen, cursor, mouse" "0 1 0" \
        "$(state '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')"
    enter 'stty -a >stty.txt; echo asked'
    tap_ok "$1: typing is taken" wait_for 20 grep -q icanon stty.txt
    sees "$1: typing is echoed" '^asked'
    tap_empty "$1: the line settings" \
        "$(tr ';' '\n' <stty.txt | grep -e '-icanon' -e '-echo ' -e '-isig' -e '-icrnl' -e '-opost')"
    enter clear
}

rows() { wc -l <"$1/metrics.csv"; }

grows() { [ "$(rows "$1")" -gt "$2" ]; }

# goes_on NAME: the newest run writes more rows.
goes_on() {
    run=$(ls -d "$work"/runs/*/ | tail -n 1)
    tap_ok "$1" wait_for 30 grows "$run" "$(rows "$run")"
}
