#!/bin/bash
# What `auto` does where there is a GPU, which is a simulated one of any size.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"
. "$OB_SRCDIR/tests/device/sim/sim.sh.inc"
sim_need
export OPTBENCH_RUNS="$work/runs" XDG_CACHE_HOME="$work/cache"
export OPTBENCH_LIBOPENCL=/nonexistent/libOpenCL
unset SLURM_JOB_GPUS CUDA_VISIBLE_DEVICES

# As many rows as make a step cost something; what it would take is judged, and no step made.
cat >large.ini <<'EOF'
[experiment]
device = auto
[data]
source = classification
rows = 100000
inputs = 10
classes = 2
[model]
kind = logistic
[optimizer]
kind = lbfgs
EOF

# chosen NAME WORDS PATTERN: with such a GPU the first line is like that.
chosen() {
    run env OPTBENCH_SIM="$2" "$OPTBENCH" run large.ini --dry-run
    gives "$1" 0
    like "$1: in words" "optbench: device: $3" "$err"
}
chosen "a large GPU" units=200 \
    "cuda:0 Simulated GPU 0 (sm_90, 8.6 GB): by the model about * times as fast as the processor; the host makes the steps: *"
chosen "a slow one" units=1 "cpu (cuda:0 would take about * times as long)"
chosen "one with little memory" units=200,memory=1000000 \
    "cpu (it needs * MB of a GPU's memory, cuda:0 has 1.0 MB)"
chosen "one that fails" units=200,fail=cuMemAlloc_v2,lenient "cpu (*memory*)"
run env OPTBENCH_SIM=units=200 "$OPTBENCH" check large.ini
like "the check agrees" "*device     cuda:0 Simulated GPU 0*" "$out"

export SLURM_JOB_GPUS=0
chosen "a granted one that is slow" units=1 "cpu (*"
run env OPTBENCH_SIM=units=200,fail=cuMemAlloc_v2,lenient "$OPTBENCH" run large.ini --dry-run
gives "a granted one that fails" 69 \
    "optbench: large.ini:2: experiment.device: the GPU that was granted (SLURM_JOB_GPUS=0) cannot be used: *"
run env OPTBENCH_SIM=devices=0 "$OPTBENCH" run large.ini --dry-run
gives "a granted one that is not there" 69 "*a GPU was granted (SLURM_JOB_GPUS=0), but none can be used: *"
unset SLURM_JOB_GPUS

run env OPTBENCH_SIM=memory=1000000 "$OPTBENCH" run large.ini --dry-run --device cuda
gives "what does not fit" 69 "optbench: --set experiment.device=cuda: experiment.device: the experiment needs * of the device's memory, Simulated GPU 0 has 1.0 MB: write dtype = float32, which halves that, or device = cpu"
run "$OPTBENCH" run large.ini --dry-run --device cuda:1
gives "a second one that is not there" 69 "*experiment.device: cuda:1: *"

run "$OPTBENCH" run large.ini --set stop.max_steps=2 --set data.rows=100 --device cuda
gives "a run" 0
like "begins with the device" "optbench: device: cuda:0 Simulated GPU 0 (sm_90, 8.6 GB); *" "$err"
dir=$out
tap_same "run.json has it" "cuda:0" "$(text "$dir/run.json" device)"
tap_same "and its name" "Simulated GPU 0" "$(text "$dir/run.json" device_name)"
like "which one it is" "GPU-*" "$(text "$dir/run.json" device_identity)"
tap_same "what it is" sm_90 "$(text "$dir/run.json" device_architecture)"
like "and its driver" '*"device_driver": "CUDA *' "$(cat "$dir/run.json")"
like "the summary, too" '*"device": "cuda:0"*' "$(cat "$dir/summary.json")"
like "the engine looked at the card" '*"device_load":0.*"device_watts":1*' "$(cat "$dir/live")"

run "$OPTBENCH" verify "$dir" --device cpu
gives "verified on the processor" 0
like "which is said" "*device         cpu, the run was made on cuda:0
*" "$out"
run env OPTBENCH_SIM=fail=cuMemAlloc_v2:2,lenient "$OPTBENCH" run large.ini --dry-run --device cuda
gives "memory that others have" 69 \
    "*experiment.device: *CUDA_ERROR_OUT_OF_MEMORY*; the experiment needs * of the device's memory, and others may have the rest"

# Some piece of work fails while the run is under way.
run env OPTBENCH_SIM=fail=work:40,lenient "$OPTBENCH" run large.ini --set stop.max_steps=50 \
    --set data.rows=100 --device cuda -q
gives "a device that fails" 69 "*optbench: the device failed after step *"
state=$(text "$(ls -td "$work"/runs/*/ | head -n 1)/run.json" state)
tap_same "the run has failed" failed "$state"
tap_done
