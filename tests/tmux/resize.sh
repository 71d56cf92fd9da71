#!/bin/sh
# The window changes its size while a run is shown.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

begin 80 24
enter 'optbench line.ini'
sees "it runs" RUNNING
for size in '40 12' '200 60' '20 6' '120 40' '1 1' '80 24'; do
    t resize-window -x "${size% *}" -y "${size#* }"
    [ "$size" = '1 1' ] || sees "at $size" RUN
done
sees "the help is offered again" '? help  q quit'
goes_on "the run goes on"
keys q
sane "after all that"
tap_done
