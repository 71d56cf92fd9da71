#!/bin/bash
# Which device computes: what is not there is told before any data are read, `auto` says
# what it chose and why, and a GPU that was granted must be usable.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs"
export OPTBENCH_LIBCUDA=/nonexistent/libcuda OPTBENCH_LIBOPENCL=/nonexistent/libOpenCL
unset SLURM_JOB_GPUS CUDA_VISIBLE_DEVICES
cat >small.ini <<'EOF'
[experiment]
name = small
device = auto
[data]
source = csv
path = table.csv
target = y
[optimizer]
kind = sgd
lr = 0.01
[stop]
max_steps = 10
EOF

# one_line NAME PATTERN: the last run ended with 69 and said this one line.
one_line() {
    gives "$1" 69 "$2"
    tap_same "$1: in one line" 1 "$(wc -l <"$work/err" | tr -d ' ')"
}

echo "no library" >"$work/broken.so"
for api in cuda:CUDA opencl:OpenCL; do
    run env "OPTBENCH_LIB$(echo "${api#*:}" | tr a-z A-Z)=$work/broken.so" \
        "$OPTBENCH" run small.ini --device "${api%:*}"
    one_line "a library of ${api#*:} that is none" \
        "optbench: --set experiment.device=*: experiment.device: *broken.so: *"
done

# There is no table.csv yet: whoever looked for it would say so.
sed 's/device = auto/device = cuda/' small.ini >cuda.ini
run "$OPTBENCH" run cuda.ini
one_line "without a driver" "optbench: cuda.ini:3: experiment.device: cuda: *"
run "$OPTBENCH" run small.ini --device cuda:1
one_line "asked for by an option" \
    "optbench: --set experiment.device=cuda:1: experiment.device: cuda:1: *"
run "$OPTBENCH" run small.ini --set experiment.device=opencl
one_line "without OpenCL" \
    "optbench: --set experiment.device=opencl: experiment.device: opencl: *"
for granted in SLURM_JOB_GPUS=0 CUDA_VISIBLE_DEVICES=2,3; do
    run env "$granted" "$OPTBENCH" run small.ini
    one_line "a GPU was granted by $granted" \
        "optbench: small.ini:3: experiment.device: a GPU was granted ($granted), but none *"
done
run "$OPTBENCH" run small.ini
gives "else the data are missed" 5 "*table.csv*"

printf 'x,y\n1,2\n2,3\n3,5\n' >table.csv
small="device: cpu (3x2 is too small for a GPU)"
run "$OPTBENCH" run small.ini
gives "auto" 0
dir=$out
tap_same "its first line" "optbench: $small" "$(head -n 1 "$work/err")"
tap_same "it is said once" 1 "$(grep -c device "$work/err")"
like "the log has it" "*$small*" "$(cat "$dir/log.txt")"
like "the events have it" "*started*$small*" "$(head -n 1 "$dir/events.jsonl")"
tap_same "run.json has the device" cpu "$(text "$dir/run.json" device)"
tap_same "and why" "3x2 is too small for a GPU" "$(text "$dir/run.json" device_why)"
run "$OPTBENCH" show "$dir"
like "show has both" "*device         cpu (3x2 is too small for a GPU)*" "$out"
hash=$(text "$dir/run.json" config_hash)
run "$OPTBENCH" run small.ini -q
tap_same "nothing where it is to be quiet" "" "$err"
for none in SLURM_JOB_GPUS= CUDA_VISIBLE_DEVICES= CUDA_VISIBLE_DEVICES=-1 \
    CUDA_VISIBLE_DEVICES=NoDevFiles; do
    run env "$none" "$OPTBENCH" run small.ini -q
    gives "$none grants nothing" 0
done
run "$OPTBENCH" run small.ini --device cpu
gives "the processor" 0
tap_same "goes without saying" 0 "$(grep -c device "$work/err")"
tap_same "the hash is that of the experiment" "$hash" "$(text "$out/run.json" config_hash)"
run "$OPTBENCH" run --replay "$dir" --device cuda
one_line "a replay elsewhere" "optbench: --set experiment.device=cuda: *"
run "$OPTBENCH" verify "$dir" --device opencl
one_line "a verification elsewhere" "optbench: --set experiment.device=opencl: *"
run "$OPTBENCH" verify "$dir" --device cpu
gives "a verification here" 0

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
kind = adam
EOF
run "$OPTBENCH" run large.ini --dry-run
gives "a large problem" 0
tap_same "without a GPU" "optbench: device: cpu (no GPU was found)" "$err"
run "$OPTBENCH" run large.ini --dry-run --set stop.max_steps=10
like "a short run" "*(10 steps take about * s, no longer than a GPU needs to start)" "$err"
run "$OPTBENCH" check large.ini
like "a check says it, too" "*device     cpu (no GPU was found)*" "$out"
run "$OPTBENCH" check --json large.ini
like "and in JSON with what a step costs" '*"device":"cpu (no GPU was found)","device_here":true,"step_seconds":0.00*' "$out"
run env SLURM_JOB_GPUS=0 "$OPTBENCH" check --json small.ini
like "a check says that a GPU was granted and lacks" \
    '*"device":"auto: a GPU was granted (SLURM_JOB_GPUS=0), but none can be used: *","device_here":false*' "$out"
run "$OPTBENCH" check large.ini --set experiment.device=cuda:3
gives "a config for another machine is no mistake" 0
like "the check says what lacks" "*device     cuda:3, which is not here: *" "$out"

run "$OPTBENCH" devices
gives "devices" 0
like "the processor is there" "cpu *" "$out"
like "and why there is no CUDA" "*cuda       none: *" "$out"
like "and no OpenCL" "*opencl     none: *" "$out"
run "$OPTBENCH" devices --json
tap_same "the same in JSON" "cuda opencl" "$(sed -n 's/.*"api": "\(.*\)".*/\1/p' "$work/out" | sort | xargs)"
tap_done
