#!/bin/bash
# Runs in awkward places and with awkward streams.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

config x.ini '[stop]' 'theta_delta = 1e-4'
train x.ini
cp "$dir/metrics.csv" first.csv
like "the name of a run" "runs/????????T??????Z-x-????????" "$dir"
tap_same "stdout is one line" 1 "$(wc -l <out | tr -d ' ')"
tap_same "quiet is quiet" "" "$err"
run "$OPTBENCH" show latest --json
tap_ok "show --json knows the state" grep -q '"state": *"finished"' out

# A path of 200 bytes, longer than the address of a socket may be.
long=$work/$(printf 'd%.0s' $(seq 90))/$(printf 'e%.0s' $(seq 100))
start --quiet x.ini --runs "$long" --paused
run "$OPTBENCH" ctl "$dir" step 3
gives "a path of ${#dir} bytes: ctl" 0
tap_same "a path of ${#dir} bytes: answer" "step after step 3" "$out"
tap_ok "a path of ${#dir} bytes: by a socket" test -S "$dir/control.sock"
"$OPTBENCH" ctl latest --runs "$long" resume >/dev/null
ended
tap_ok "a path of ${#dir} bytes: same log" cmp first.csv "$dir/metrics.csv"
tap_ok "the socket goes away with the engine" test ! -e "$dir/control.sock"

# No sockets here: commands are files.
OPTBENCH_NO_SOCKET=1
export OPTBENCH_NO_SOCKET
start --quiet x.ini --paused
tap_ok "no socket" test ! -e "$dir/control.sock"
run "$OPTBENCH" ctl "$dir" step 3
tap_same "no socket: step" "step after step 3" "$out"
run "$OPTBENCH" ctl "$dir" set lr 0.03
gives "no socket: set" 0
run "$OPTBENCH" ctl -- "$dir" set lr -1
gives "no socket: a wrong value is said" 1 "optbench: *"
run "$OPTBENCH" ctl "$dir" resume
gives "no socket: resume" 0
ended
unset OPTBENCH_NO_SOCKET
tap_ok "no socket: same log" cmp first.csv "$dir/metrics.csv"
tap_empty "no socket: no file is left" "$(ls -A "$dir/control")"

# Streams that are not there.
"$OPTBENCH" run x.ini >out 2>&-
tap_same "stderr closed: status" 0 $?
dir=$(cat out)
tap_ok "stderr closed: same log" cmp first.csv "$dir/metrics.csv"
"$OPTBENCH" run x.ini --runs closed >&- 2>&- <&-
tap_same "all closed: status" 0 $?
tap_ok "all closed: same log" cmp first.csv closed/*/metrics.csv
"$OPTBENCH" run x.ini 2>/dev/full >out
tap_same "stderr full: status" 0 $?
("$OPTBENCH" run x.ini --pace 3000 2>&1 >out; echo $? >code) | true
wait_for 20 test -s code
tap_same "nobody reads stderr: status" 0 "$(cat code)"

# What is only checked makes nothing.
rm -rf runs
run "$OPTBENCH" run x.ini --dry-run
gives "--dry-run" 0
tap_same "--dry-run prints no directory" "" "$out"
tap_ok "--dry-run makes no directory" test ! -e runs
run "$OPTBENCH" run x.ini --dry-run --set data.target=nothing
gives "--dry-run looks at the data" 2 "optbench: *nothing*"
run "$OPTBENCH" run x.ini --set optimizer.lr=x
gives "an error of the config" 2 "optbench: *optimizer.lr*"
run "$OPTBENCH" run x.ini --detach --set data.path=/no/such.csv
gives "an error before the run is set up, detached" 5 "optbench: */no/such.csv*"
tap_same "prints no directory" "" "$out"
tap_ok "and leaves none" test ! -e runs
run "$OPTBENCH" run x.ini --pace fast
gives "a pace that is none" 2 "*--pace*"
run "$OPTBENCH" run x.ini --runs /proc/nowhere
gives "a folder that cannot be made" 5 "optbench: *"

OPTBENCH_RUNS=elsewhere
export OPTBENCH_RUNS
train x.ini --set optimizer.lr=1e9
gives "divergence has its own status" 4
like "OPTBENCH_RUNS is the folder" "elsewhere/*" "$dir"
tap_same "and its own word" diverged "$(text "$dir/summary.json" stop)"
unset OPTBENCH_RUNS

# Twenty runs of the same second claim twenty directories.
pids=
for _ in $(seq 20); do
    "$OPTBENCH" run --quiet x.ini --runs many >>names &
    pids="$pids $!"
done
# shellcheck disable=SC2086 # a list
wait $pids
tap_same "twenty at once have their own directories" 20 "$(sort -u names | wc -l | tr -d ' ')"

# ctl and its words.
run "$OPTBENCH" ctl latest pause --runs many
gives "ctl of a run that has ended" 5 "*ended*"
run "$OPTBENCH" ctl nosuch pause
gives "ctl of no run" 2 "*nosuch*"
run "$OPTBENCH" ctl latest puase
gives "ctl of no action" 2 "*did you mean 'pause'*"
run "$OPTBENCH" ctl latest set lr
gives "ctl with a word too few" 2 "*KEY VALUE*"
run "$OPTBENCH" ctl latest step 0
gives "ctl with a wrong number" 2 "*step [[]N]*"
tap_done
