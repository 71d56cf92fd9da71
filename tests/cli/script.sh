#!/bin/bash
# `optbench sweep script`: what it prints is a shell script without a fault, and calls what
# it should with exactly the folder's name, whatever that is. srun, scontrol and mpirun are
# stand-ins here that write down what they are given; tests/cluster/slurm.sh has real ones.
. "${OB_SRCDIR:?}/tests/lib/program.sh"

cat >sweep.ini <<'INI'
[experiment]
name = rates
[model]
kind = sphere
[optimizer]
kind = sgd
[stop]
max_steps = 50
[sweep]
optimizer.lr = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6
INI
run "$OPTBENCH" sweep plan sweep.ini plain
gives "a sweep is planned" 0

# ---- what is refused ----

run "$OPTBENCH" sweep script plain
gives "one kind must be named" 2 "*--slurm, --parallel and --mpi*"
run "$OPTBENCH" sweep script plain --slurm --mpi
gives "and no other" 2 "*--slurm, --parallel and --mpi*"
run "$OPTBENCH" sweep script plain --parallel --time 60
gives "what would be unheeded is refused" 2 "*--time says nothing to --parallel*"
run "$OPTBENCH" sweep script plain --slurm --time 1h
gives "so is a limit that sbatch would not take" 2 "optbench: --time: '1h' is no limit of time*"
run "$OPTBENCH" sweep script plain --slurm --time 1 --warn 60
gives "and one that the signal leaves nothing of" 2 "*not longer than the 60 s*"
run "$OPTBENCH" sweep script plain --slurm --partition 'a b'
gives "a name that sbatch would take apart" 2 "*--partition 'a b'*"
run "$OPTBENCH" sweep script plain --slurm --shards 7
gives "a shard has a cell" 2 "*6 at most*"
run "$OPTBENCH" sweep script sweep.ini --slurm
gives "a file is no sweep" 2 "*'sweep.ini' is no sweep*"
run "$OPTBENCH" sweep script plain --slurm
gives "without --shards what cells cost is estimated" 0 "*6 cells are left, *by estimate: 1 shard of about*"

# ---- what is printed ----

mkdir bin
cat >bin/note <<'SH'
#!/bin/bash
# As srun, scontrol, mpirun and as the program itself: one line, with every word in quotes.
{
    printf '%s' "${0##*/}"
    printf ' [%s]' "$@"
    printf '\n'
} >>"$NOTES"
case ${0##*/} in
srun | mpirun)
    while [ "${1#-}" != "$1" ] || [ "$1" = 4 ]; do shift; done
    exec "$@"
    ;;
program) exit "$ANSWER" ;;
esac
SH
chmod +x bin/note
for name in srun scontrol mpirun program; do
    ln -s note bin/$name
done
export NOTES=$work/notes ANSWER=0
# called COMMAND...: by the stand-ins; $calls has what was called.
called() {
    : >notes
    PATH=$work/bin:$PATH run "$@"
    calls=$(cat notes)
}

nasty=$'it\'s "here" $(touch hacked) `touch hacked`; {} {#} {.} %A \\ \xc3\xa4 \x1b[1m\n&'
cp -r plain "$nasty"
for dir in plain "$nasty"; do
    name=$([ "$dir" = plain ] && echo "a plain name" || echo "any name")

    run "$OPTBENCH" sweep script "$dir" --slurm --shards 3 --cpus 2 --time 60 --program "$work/bin/program" --setup 'export SEEN=1'
    gives "$name: a job array" 0
    cp out job.sh
    tap_ok "$name: bash reads it" bash -n job.sh
    tap_empty "$name: nothing in it that a terminal obeys" "$(LC_ALL=C grep -n '[^ -~]' job.sh | LC_ALL=C grep -v $'\xc3\xa4')"
    export SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_JOB_ID=7 SLURM_JOB_ID=9 SLURM_CPUS_PER_TASK=2
    called bash job.sh
    gives "$name: it runs" 0
    tap_same "$name: the step and the program get their words" \
        "srun [--ntasks=1] [--cpus-per-task=2] [$work/bin/program] [sweep] [run] [$work/$dir] [--shard] [2/3]
program [sweep] [run] [$work/$dir] [--shard] [2/3]" "$calls"
    ANSWER=75 called bash job.sh
    gives "$name: interrupted" 75
    like "$name: it goes back to the queue by its place there" "*scontrol [[]requeue] [[]7_2]" "$calls"
    ANSWER=1 called bash job.sh
    gives "$name: failed" 1
    tap_same "$name: it does not" 0 "$(grep -c scontrol notes)"

    run "$OPTBENCH" sweep script "$dir" --mpi --ranks 4 --program "$work/bin/program"
    gives "$name: an MPI job" 0
    cp out mpi.sh
    tap_ok "$name: bash reads it, too" bash -n mpi.sh
    called bash mpi.sh
    gives "$name: it runs by mpirun" 0
    tap_same "$name: with its words" "mpirun [-n] [4] [$work/bin/program] [sweep] [$work/$dir]
program [sweep] [$work/$dir]" "$calls"
    ANSWER=75 called bash mpi.sh
    gives "$name: interrupted by its limit" 75
    like "$name: it goes back" "*scontrol [[]requeue] [[]9]" "$calls"
    unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_JOB_ID SLURM_JOB_ID SLURM_CPUS_PER_TASK

    run "$OPTBENCH" sweep script "$dir" --parallel --shards 3 --jobs-at-once 1 --program "$work/bin/program"
    gives "$name: for GNU parallel" 0
    cp out parallel.sh
    tap_ok "$name: bash reads that" bash -n parallel.sh
    if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
        called bash parallel.sh
        gives "$name: it runs by parallel" 0
        tap_same "$name: shard by shard" "$(for k in 0 1 2; do
            printf 'program [sweep] [run] [%s] [--shard] [%s/3] [-j] [1] [--quiet]\n' "$work/$dir" $k
        done)" "$calls"
        ANSWER=1 called bash parallel.sh
        gives "$name: shards that fail are told" 1
    fi
    if command -v shellcheck >/dev/null; then
        tap_ok "$name: shellcheck finds nothing" shellcheck job.sh mpi.sh parallel.sh
    fi
    tap_ok "$name: nothing else was done" test ! -e hacked
done
tap_ok "a folder of a plain name gets the logs" grep -q "^#SBATCH --output=$work/plain/slurm-%A_%a.out\$" \
    <("$OPTBENCH" sweep script plain --slurm --shards 1)
tap_ok "another one does not" test "$(grep -c '^#SBATCH --output' job.sh)" = 0

# ---- what is told that it ends ----

rm bin/program bin/mpirun
cat >bin/program <<'SH'
#!/bin/bash
trap 'echo saved >>"$NOTES"; exit 75' TERM USR1
echo begun >>"$NOTES"
read -r <>"$NOTES.pipe"
SH
cat >bin/mpirun <<'SH'
#!/bin/bash
shift 2
"$@"
exit $?
SH
chmod +x bin/program bin/mpirun
mkfifo notes.pipe
# told SIGNAL SCRIPT: it is sent to the script once its program is under way.
told() {
    : >notes
    PATH=$work/bin:$PATH bash "$2" >/dev/null 2>&1 &
    script=$!
    tap_ok "$2 is under way" wait_for 20 grep -q begun notes
    kill -"$1" $script
    wait $script
    status=$?
    calls=$(tr '\n' ' ' <notes)
}
if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    told TERM parallel.sh
    tap_same "a shard of parallel has time to save" "75 begun saved " "$status $calls"
fi
export SLURM_JOB_ID=9
told USR1 mpi.sh
tap_same "the limit of an MPI job is near: it saves and goes back" "75 begun saved scontrol [requeue] [9] " "$status $calls"
told TERM mpi.sh
tap_same "somebody ends it: it saves and does not" "75 begun saved " "$status $calls"

# ---- cells that compete ----

sed 's/^\[sweep\]/&\nhalving = sync\neta = 2/' sweep.ini >halving.ini
run "$OPTBENCH" sweep plan halving.ini compete
gives "cells that compete are planned" 0
run "$OPTBENCH" sweep script compete --slurm --shards 2
gives "they are in one shard" 2 "*cells that compete are in one shard, 1 at most*"
run "$OPTBENCH" sweep script compete --parallel
gives "and told what helps" 0 "*--cpus N trains N of them at a time*"
tap_same "also where the number is chosen" "parallel --will-cite --jobs \"\$jobs\" --arg-file <(seq 0 0) \\" "$(grep '^parallel --' <<<"$out")"
tap_done
