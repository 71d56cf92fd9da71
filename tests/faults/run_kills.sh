#!/bin/bash
# kill -9 at any moment, again and again: a network that is trained with mini-batches,
# momentum and dropout and taken up each time ends with the files of an undisturbed run, byte
# for byte, its best parameters among them. OPTBENCH_KILLS says how many kills there are from
# outside (20), OPTBENCH_SEED which steps they come at.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"
kills=${OPTBENCH_KILLS:-20}
RANDOM=${OPTBENCH_SEED:-1}

cat >kills.ini <<'EOF'
[experiment]
name = kills
dtype = float32
seed = 5
[data]
source = csv
path = @data/breast_cancer.csv
target = diagnosis
scale = standard
val = 0.2
[model]
kind = mlp
hidden = 8
dropout = 0.3
init = torch
[batch]
size = 48
[optimizer]
kind = sgd
lr = 0.05
momentum = 0.9
[schedule]
kind = cosine
[log]
path = 40
evaluate = 7
[checkpoint]
every = 40
keep = 2
[stop]
max_steps = 6000
EOF
train kills.ini
gives "an undisturbed run" 0
[ "$status" = 0 ] || tap_done
whole=$dir
last=$(cat "$whole/checkpoints/LATEST")
tap_same "its last checkpoint is that of the last step" step-000006000.safetensors "$last"

# same_files RUN: what differs from the undisturbed run.
same_files() {
    for file in metrics.csv hashes.csv path.npy "checkpoints/$last" checkpoints/LATEST \
        checkpoints/best.safetensors; do
        cmp "$whole/$file" "$1/$file" 2>&1
    done
    for half in "$whole" "$1"; do
        grep -v '"seconds"' "$half/summary.json" >"$half.summary"
    done
    cmp "$whole.summary" "$1.summary" 2>&1
    (cd "$whole/checkpoints" && ls) >names
    (cd "$1/checkpoints" && ls) | diff names -
}

# ---- from outside: after so many steps and a moment more ----

start --quiet --paused kills.ini
victim=$dir
killed=0
bad=
while [ "$killed" -lt "$kills" ]; do
    steps=$((50 + RANDOM % (3800 / kills)))
    "$OPTBENCH" ctl "$victim" pace 3000 >/dev/null 2>&1
    "$OPTBENCH" ctl "$victim" step "$steps" >/dev/null 2>&1 || break
    [ $((killed % 2)) -eq 0 ] || "$OPTBENCH" ctl "$victim" resume >/dev/null
    kill -9 "$pid"
    ended
    [ "$status" = 137 ] || bad="$bad status $status after kill $killed;"
    killed=$((killed + 1))
    [ "$killed" -eq "$kills" ] || start --quiet --paused --resume "$victim"
done
tap_same "kills from outside" "$kills" "$killed"
tap_empty "each ended it" "$bad"
run "$OPTBENCH" run --quiet --resume "$victim"
gives "taken up for the last time" 0
tap_same "it was taken up after each" "$kills" "$(text "$victim/run.json" resumed)"
tap_empty "its files are those of the undisturbed run" "$(same_files "$victim")"

run "$OPTBENCH" verify "$victim"
gives "and it verifies" 0

# ---- within a call: torn lines, files half written, names not yet changed ----

. "$OB_SRCDIR/tests/faults/faults.sh.inc"
if [ ! -s "$faults_library" ] || grep -q '^#define OB_SANITIZED' "$OB_BUILDDIR/config.h"; then
    tap_done
fi
FAULT_UNDER=$work
export FAULT_UNDER
# Fewer steps: there is a run for each kill.
sed 's/^every = 40$/every = 300/; s/^max_steps = .*/max_steps = 1200/' kills.ini >calls.ini
train calls.ini
whole=$dir
last=$(cat "$whole/checkpoints/LATEST")
# within KIND MOST: at most MOST kills, each in a run of its own.
within() {
    kind=$1 bad='' hit=0
    n=$(faults_count "$kind" "$OPTBENCH" run --quiet calls.ini --runs count)
    for i in $(faults_sample "$n" "$2"); do
        rm -rf torn
        FAULT_KILL=1 run faults_run "$kind" "$i" "$OPTBENCH" run --quiet calls.ini --runs torn
        # How often the logs are flushed is up to the clock: a call may not be reached.
        [ "$status" != 0 ] || continue
        hit=$((hit + 1))
        [ "$status" = 137 ] || bad="$bad
$kind $i: status $status: $err"
        for d in torn/*/; do
            d=${d%/}
            # Killed before it was a run, it is none.
            [ -s "$d/run.json" ] || continue
            run "$OPTBENCH" run --quiet --resume "$d"
            [ "$status" = 0 ] || bad="$bad
$kind $i: taken up with status $status: $err"
            differs=$(same_files "$d")
            [ -z "$differs" ] || bad="$bad
$kind $i: $differs"
        done
    done
    tap_ok "$kind: $hit kills in $n calls" test "$hit" -gt 0
    tap_empty "$kind: taken up, the files are those of the undisturbed run" "$bad"
}
within WRITE 10
FAULT_SHORT=1
export FAULT_SHORT
within WRITE 6
unset FAULT_SHORT
within RENAME 10
within FSYNC 6
tap_done
