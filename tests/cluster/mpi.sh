#!/bin/bash
# optbench-mpi train: 1, 2 and 4 ranks write the bytes of one process, what cannot be shared
# out is refused, the terminal's requests reach the run, and a rank that is killed costs no
# more than what came behind the last checkpoint. In a network namespace of its own, for
# mpirun listens on every address.
. "$OB_SRCDIR/tests/lib/program.sh"

MPI=$OB_BUILDDIR/optbench-mpi
tap_empty "the ordinary program knows no MPI" "$(ldd "$OPTBENCH" 2>/dev/null | grep -i mpi)"
[ -x "$MPI" ] || tap_skip_all "optbench-mpi is not built: no MPI was found"
command -v mpirun >/dev/null || tap_skip_all "mpirun is not installed"
! grep -q '^#define OB_SANITIZED' "$OB_BUILDDIR/config.h" ||
    tap_skip_all "MPI libraries lose memory of their own"
unshare -n sh -c 'ip link set lo up' 2>/dev/null ||
    tap_skip_all "no network namespace can be made here"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,vader
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1 TMPDIR="$work"

# ranks N WORD...: optbench-mpi by so many.
ranks() {
    n=$1
    shift
    unshare -n sh -c 'ip link set lo up && exec "$@"' sh mpirun -n "$n" "$MPI" "$@"
}

cat >wide.ini <<'INI'
[experiment]
name = wide
[data]
source = teacher
rows = 20000
inputs = 5
val = 0.2
[model]
kind = linear
l2 = 0.001
[optimizer]
kind = lbfgs
[log]
metrics = mae r2
[stop]
max_steps = 12
theta_delta = 0
INI
cat >net.ini <<'INI'
[experiment]
name = net
dtype = float32
[data]
source = moons
rows = 9000
noise = 0.2
[model]
kind = mlp
hidden = 8
dropout = 0.1
[batch]
size = 5000
[optimizer]
kind = adam
lr = 0.02
[log]
metrics = accuracy
[stop]
max_steps = 20
INI
cat >typed.ini <<'INI'
[experiment]
name = typed
[data]
source = sine
rows = 12000
[model]
kind = formula
parameters = a b c
predict = a*sin(b*x)+c
loss = mean((predict-y-mean(predict-y))^2)+0.1*c^2
[optimizer]
kind = gd
lr = 0.1
[log]
gradients = yes
[stop]
max_steps = 15
INI

# log FOLDER: the only run in it.
log() { cat "$1"/*/metrics.csv; }

# same NAME N CONFIG: what N ranks write.
same() {
    ranks "$2" train "$3.ini" -q --runs "$3-$2" >out 2>err
    if cmp -s "$3-0"/*/metrics.csv "$3-$2"/*/metrics.csv &&
        cmp -s "$3-0"/*/hashes.csv "$3-$2"/*/hashes.csv; then
        tap_pass "$1"
    else
        tap_fail "$1" "$(cat err; diff <(log "$3-0") <(log "$3-$2") | head -6)"
    fi
}

for config in wide net typed; do
    "$OPTBENCH" run $config.ini -q --runs $config-0 >out 2>err
    tap_same "$config: one process trains" 0 $?
done
for n in 1 2 4; do
    same "least squares by L-BFGS, $n ranks" $n wide
done
same "a network on batches with dropout, 4 ranks" 4 net
same "a formula of two passes, 2 ranks" 2 typed
like "run.json says how many" '*"ranks": 4,*"reduction": "reproducible"*' \
    "$(tr -d '\n' <"$(echo net-4/*/run.json)")"

for command in train sweep; do
    run "$MPI" $command --help
    for o in $(sed -n 's/.* --\([a-z-]*\).*/\1/p' out); do
        tap_ok "optbench-mpi(1) has $command --$o" grep -q "Fl -$o" "$OB_SRCDIR/man/optbench-mpi.1"
    done
done
run ranks 3 train wide.ini -q --reduction fast --runs fast
gives "another reduction takes 3 ranks" 0
like "and says so" '*last bits are not those of one process*' "$(cat fast/*/events.jsonl)"
run ranks 3 train wide.ini --runs none
gives "the tree takes powers of two" 2 '*among 1, 2, 4, ... 256 ranks, not 3*'
run ranks 2 train rosenbrock --runs none
gives "a function has nothing to share out" 2 '*cannot be shared out among processes: it has no rows*'
tap_same "each complaint stands there once" 1 "$(grep -c 'no rows' err)"

# A file that is not the same for all ranks, as on machines of their own.
seq 1 3000 | sed 's/.*/&,&/; 1i x,y' >data.csv
seq 1 3000 | sed 's/.*/&,1/; 1i x,y' >other.csv
printf '[data]\npath = data.csv\ntarget = y\n[model]\nkind = linear\n[optimizer]\nkind = gd\n' >csv.ini
run unshare -n sh -c 'ip link set lo up && exec "$@"' sh \
    mpirun -n 1 "$MPI" train csv.ini --runs none : \
    -n 1 unshare -m sh -c 'mount --bind other.csv data.csv && exec "$@"' sh "$MPI" train csv.ini --runs none
gives "ranks that read other data are found out" 3 '*rank 1 of 2 read other data than rank 0*'
tap_empty "before a run is there" "$(ls none 2>/dev/null)"

# A long run: watched, changed and killed.
sed 's/^max_steps.*/max_steps = 200000/; s/^kind = lbfgs/kind = gd\nlr = 0.001/' \
    wide.ini >long.ini
printf '[checkpoint]\nevery = 200\n' >>long.ini
ranks 2 train long.ini -q --runs long >out 2>err &
job=$!
# shellcheck disable=SC2317 # called by wait_for
begun() { [ -e "$(echo long/*/checkpoints/LATEST)" ]; }
wait_for 60 begun
"$OPTBENCH" ctl --runs long latest set optimizer.lr 0.002 >/dev/null 2>ctl.err
tap_same "rank 0 is steered" 0 $?
"$OPTBENCH" ctl --runs long latest pause >/dev/null 2>>ctl.err &&
    "$OPTBENCH" ctl --runs long latest resume >/dev/null 2>>ctl.err
tap_same "and paused" 0 $?
first=$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' long/*/run.json)
other=$(ps -o pid= --ppid "$(ps -o ppid= -p "$first" | tr -d ' ')" | grep -vw "$first" | head -1)
from=$(date +%s)
kill -KILL $other
wait $job
tap_same "a rank that is killed ends the job" 1 $(($? != 0))
tap_ok "within five seconds" test $(($(date +%s) - from)) -le 5
# shellcheck disable=SC2317 # called by wait_for
gone() { case $(ps -o stat= -p "$first") in '' | Z*) ;; *) return 1 ;; esac }
tap_ok "nobody trains on" wait_for 5 gone
step=$(sed -n 's/.*step-0*\([0-9]*\).*/\1/p' long/*/checkpoints/LATEST)
tap_ok "a checkpoint is there ($step)" test "$step" -ge 200

# Taken up by other ranks, and by one process: the same log.
cp -R long other
for way in long other; do
    dir=$(echo $way/*)
    sed -i "s/^max_steps *=.*/max_steps = $((step + 100))/" "$dir/config.ini"
done
run ranks 4 train --resume "$(echo long/*)" -q
gives "four ranks go on from there" 0
run "$OPTBENCH" run --resume "$(echo other/*)" -q
gives "so does one process" 0
tap_ok "with the same bytes" cmp long/*/metrics.csv other/*/metrics.csv

# A sweep: the same cells as by processes, also where rank 0 was told to end in between.
cat >sweep.ini <<'INI'
[experiment]
name = sweep
[data]
source = sine
rows = 300
[model]
kind = linear
[optimizer]
kind = gd
lr = 0.1
[stop]
max_steps = 60000
theta_delta = 0
[sweep]
optimizer.lr = lin 0.01 .. 0.1 x 10
seeds = 3
INI
"$OPTBENCH" sweep plan sweep.ini planned >out 2>err
tap_same "a sweep is planned" 0 $?
for way in alone apart processes; do cp -R planned $way; done
run "$OPTBENCH" sweep run processes -q
gives "processes train it" 0
run ranks 1 sweep alone -q
gives "so does a rank alone" 0
ranks 3 sweep apart -q >out 2>err &
job=$!
wait_for 60 sh -c 'ls apart/cells/*/summary.json'
kill -USR1 "$(ls apart/runners | sed -n 's/.*-\([0-9]*\)\.json/\1/p')"
wait $job
tap_same "ranks that are told to end say so" 75 $?
run ranks 3 sweep apart -q
gives "ranks go on" 0
for way in alone apart; do
    tap_empty "the cells are the same, $way" "$(for cell in processes/cells/*; do
        cmp "$cell/metrics.csv" "$way/cells/${cell##*/}/metrics.csv"
        cmp "$cell/config.ini" "$way/cells/${cell##*/}/config.ini"
    done 2>&1)"
done
tap_done
