#!/bin/sh
# A live run on the surface of its function, the path keeping up with it; a race of three
# optimizers on one surface; what a terminal without UTF-8 sees.
. "$OB_SRCDIR/tests/tmux/tmux.sh"

for kind in gd adam; do
    cat >$kind.ini <<INI
[experiment]
name = lines-$kind
[model]
kind = function
f = (2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2
init = -3, 4
[optimizer]
kind = $kind
lr = 0.01
[stop]
max_steps = 1000000
[ui]
pace = 5
INI
done
sed 's/lines-gd/lines-momentum/; s/lr = 0.01/lr = 0.01\nmomentum = 0.9/' gd.ini >momentum.ini

# The step of the path's end, or of the run where the screen says that.
path_step() { screen | sed -n 's/^ *a step \([0-9 ]*[0-9]\) .*/\1/p' | tr -d ' '; }

path_beyond() { [ "$(path_step)" -gt "$1" ] 2>/dev/null; }

newest() { ls -d "$work"/runs/*/ | tail -n 1; }

begin 80 24
enter 'optbench gd.ini'
sees "it runs" RUNNING
keys 4
sees "4 shows the surface" 'loss surface  az 30 el 30'
sees "of its plane" 'x w1 '
sees "to the end" 'grid 65 x 65'
sees "the map beside it" 'contour (c)'
sees "where it starts, is, and should be" 'S start  \* now  o optimum'
tap_ok "the path is at some step" wait_for 20 path_beyond 1
at=$(path_step)
tap_ok "the path keeps up" wait_for 20 path_beyond $((at + 5))
keys Right
sees "an arrow turns it" 'az 35 el 30'
keys Up
sees "or tilts it" 'az 35 el 35'
keys Space
sees "Space pauses the run" PAUSED
keys '['
sees "rows in full" 'loss [= ]*[0-9.]*[0-9]\{12\}'
keys Escape
keys Space
sees "and it goes on" RUNNING
keys c
sees "c swaps" 'surface (c)'
keys c

"$OPTBENCH" run --quiet adam.ini --set stop.max_steps=300 >/dev/null
"$OPTBENCH" run --quiet momentum.ini --set stop.max_steps=300 >/dev/null
keys 1
sees "two more runs" 'lines-momentum'
keys 2
keys 4
keys a
sees "a lists them" 'add a run'
keys Enter
sees "one beside it" '^.*b [a-z]* 0.01'
keys a
sees "the other" 'add a run'
keys Enter
sees "three on one surface" '^.*c [a-z]* 0.01'
sees "one of them with momentum" 'momentum'
sees "one of them adam" '[bc] adam 0.01'
keys A
sees_no "A takes them away" '[bc] adam 0.01'
keys Q
sees "the shell again" 'ready> *$'
enter clear

enter "LC_ALL=C optbench watch $(basename "$(ls -d "$work"/runs/*gd*/)")"
sees "without UTF-8" RUNNING
keys 4
sees "it is drawn in ASCII" 'loss surface .* ramp'
sees "with its map" '+- contour (c)'
tap_empty "and nothing else" "$(screen | LC_ALL=C grep -n '[^ -~]')"
keys Q
sees "and the shell" 'ready> *$'
tap_done
