#!/bin/sh
# A run whose directory is removed can no longer be found, steered or stopped: it ends.
. "$OB_SRCDIR/tests/lib/program.sh"

cat >line.ini <<'END'
[data]
source  = inline
columns = x y
target  = y
values  = 1 2, 2 4.1, 3 5.9
[optimizer]
lr = 1e-9
END

"$OPTBENCH" run line.ini --pace 50 --quiet >out 2>err &
pid=$!
tap_ok "the run is set up" wait_for 20 test -s out
read -r run <out
tap_ok "it goes on" wait_for 20 test -e "$run/live"
rm -rf "$run" || rm -rf "$run"
# Its heartbeat, which comes every few seconds, is what notices.
wait "$pid"
tap_same "a run without a directory fails" 5 $?
like "and says why" "*the run directory was removed*" "$(cat err)"
tap_done
