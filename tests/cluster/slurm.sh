#!/bin/bash
# A real Slurm on this one machine, in namespaces of its own: munged, slurmctld and slurmd
# on the loopback device. A sweep in eight shards goes through the queue by the script that
# optbench prints; one shard is requeued while it trains, one comes to the limit of its
# time. What the array leaves is what the same sweep left that ran here, byte for byte.
#
# It takes 40 s, nearly all of them waiting: Slurm looks at limits of time every 30 s.
set -u
for tool in munged slurmctld slurmd sbatch srun scontrol scancel squeue unshare ip; do
    PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null && continue
    echo "1..0 # SKIP $tool is not installed"
    exit 0
done
PATH=$PATH:/usr/sbin:/sbin
# The process space goes with its first process, and all that was started in it.
if [ -z "${OB_IN_NAMESPACE:-}" ]; then
    namespaces="--net --uts --pid --mount-proc --fork --kill-child"
    # shellcheck disable=SC2086 # several words
    unshare $namespaces sh -c 'ip link set lo up && hostname optbench-node' 2>/dev/null || {
        echo "1..0 # SKIP no namespaces of its own can be made here"
        exit 0
    }
    # shellcheck disable=SC2086
    OB_IN_NAMESPACE=1 exec unshare $namespaces bash "$0"
fi
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"
# shellcheck disable=SC2046 # names of variables
unset $(env | sed -n 's/^\(SLURM[A-Z_]*\|SBATCH[A-Z_]*\|MUNGE[A-Z_]*\)=.*/\1/p')
# ---- Slurm ----

# A name of its own for the machine; and names are looked for only where there is an
# address besides 127.0.0.1 (AI_ADDRCONFIG).
node=optbench-node
hostname $node
printf '127.0.0.1 localhost %s\n' $node >hosts
mount --bind hosts /etc/hosts
ip link set lo up
ip address add 192.0.2.1/32 dev lo
mkdir log ctld spool
export SLURM_CONF=$work/slurm.conf
cat >slurm.conf <<CONF
ClusterName=optbench
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge.socket,cred_expire=5
StateSaveLocation=$work/ctld
SlurmdSpoolDir=$work/spool
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
KillWait=10
SlurmdParameters=config_overrides
NodeName=$node NodeAddr=127.0.0.1 CPUs=3 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
(umask 077 && head -c 128 /dev/urandom >munge.key)
chmod 755 "$work"

began() {
    munged --force --num-threads=1 --socket="$work/munge.socket" --key-file="$work/munge.key" \
        --pid-file="$work/munged.pid" --seed-file="$work/munge.seed" \
        --log-file="$work/log/munged" >munged.out 2>&1 &&
        slurmctld -c && slurmd -c
}
idle() {
    [ "$(sinfo -h -o %T)" = idle ]
}
if ! began >began.out 2>&1 || ! wait_for 20 idle; then
    sed 's/^/# /' began.out munged.out log/* 2>/dev/null
    tap_skip_all "Slurm cannot be started here"
fi

# ---- the sweep, here and in the queue ----

# Sixteen cells; 6 and 7 are long enough to be met while they train.
cat >sweep.ini <<'INI'
[experiment]
name = queue
[model]
kind = rosenbrock
[optimizer]
kind = sgd
lr = 1e-7
[log]
every = 100
[stop]
theta_delta = 0
[sweep]
stop.max_steps = 500, 501, 502, 503, 504, 505, 4000000, 4000001, 508, 509, 510, 511, 512, 513, 514, 515
INI
run "$OPTBENCH" sweep plan sweep.ini "$work/it's far"
gives "the sweep is planned" 0
sweep="$work/it's far"
cp -r "$sweep" here
run "$OPTBENCH" sweep run here --quiet
gives "it runs here" 0

run "$OPTBENCH" sweep script "$sweep" --slurm --shards 8 --time 1 --warn 50
gives "its script is printed" 0
cp out job.sh
run sbatch --test-only job.sh
gives "sbatch likes it" 0
job=$(sbatch --parsable job.sh)
queued=$(date +%s)

# state TASK: of a job of the array.
state() {
    squeue -h -a -j "${job}_$1" -o %T 2>/dev/null
}
# held: both long cells train, and now wait for a command.
held() {
    for cell in c00006 c00007; do
        [ -e "held-$cell" ] ||
            { "$OPTBENCH" ctl "$sweep/cells/$cell" pause 2>/dev/null && touch "held-$cell"; }
    done
    [ -e held-c00006 ] && [ -e held-c00007 ]
}
tap_ok "shards 6 and 7 train" wait_for 30 held
listeners=$(ss -ltnH 2>/dev/null | awk '$4 !~ /^127\.0\.0\.1:/')
tap_empty "nobody listens but on the loopback device" "$listeners"

tap_ok "shard 6 is requeued while it trains" scontrol requeue "${job}_6"
# Nothing but its limit can make shard 7 save and go back to the queue.
requeued() {
    [ "$(state 7)" != RUNNING ]
}
tap_ok "shard 7 is told that its time ends" wait_for 100 requeued
empty() {
    [ -z "$(squeue -h -a -j "$job" 2>/dev/null)" ]
}
tap_ok "the queue becomes empty" wait_for 60 empty
echo "# $(($(date +%s) - queued)) s in the queue"

# ---- what is left ----

tap_same "all cells have come to their ends" 16 "$(grep -l '"state": "finished"' "$sweep"/cells/*/run.json | wc -l)"
bad=
for cell in here/cells/*; do
    for file in metrics.csv hashes.csv config.ini; do
        cmp "$cell/$file" "$sweep/cells/$(basename "$cell")/$file" >/dev/null 2>&1 || bad="$bad
$(cmp "$cell/$file" "$sweep/cells/$(basename "$cell")/$file" 2>&1)"
    done
    for file in "$cell"/checkpoints/*.safetensors; do
        other="$sweep/cells/$(basename "$cell")/checkpoints/$(basename "$file")"
        cmp "$file" "$other" >/dev/null 2>&1 || bad="$bad
$(cmp "$file" "$other" 2>&1)"
    done
done
tap_empty "logs, fingerprints and checkpoints are those of the sweep that ran here" "$bad"

# told CELL KEY: a member of the newest allocation in its run.json.
told() {
    sed -n '/"job": {/,/}/p' "$sweep/cells/$1/run.json" | sed -n "s/^ *\"$2\": \"\{0,1\}\([^\",]*\).*/\1/p"
}
tap_same "a cell knows its job" "slurm $job 3" "$(told c00003 system) $(told c00003 array_id) $(told c00003 array_task)"
tap_same "and what it was given" "$node main 1" "$(told c00003 nodes) $(told c00003 partition) $(told c00003 cpus)"
for cell in 6 7; do
    tap_same "cell $cell was taken up in a job that began anew" 1 "$(told c0000$cell restarts)"
    tap_ok "cell $cell has the allocation before, too" grep -q '"earlier_jobs": \[' "$sweep/cells/c0000$cell/run.json"
    from=$(sed -n 's/.*"event":"resumed","step":\([0-9]*\).*/\1/p' "$sweep/cells/c0000$cell/events.jsonl")
    tap_ok "cell $cell went on from step $from" test "${from:-0}" -gt 0
done
run "$OPTBENCH" show "$sweep/cells/c00007"
like "show tells both" "*job *slurm ${job}_7 *restarted once*before that *slurm ${job}_7*" "$out"
tap_same "every job of the array has ended well" 8 "$(scontrol show job "$job" | grep -c JobState=COMPLETED)"

ends=$(cat slurmd.pid slurmctld.pid munged.pid)
for pid in $ends; do
    kill "$pid"
    wait_for 20 gone "$pid"
done
tap_done
