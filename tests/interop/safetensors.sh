#!/bin/bash
# Checkpoints as Python's safetensors reads them, and files that it wrote as a start. Needs
# python3 with safetensors and numpy; PYTHON names another interpreter.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"
python=${PYTHON:-python3}
"$python" -c 'import numpy, safetensors' 2>/dev/null ||
    tap_skip_all "$python has no safetensors with numpy"

export OPTBENCH_RUNS="$work/runs"
config one.ini '[batch]' 'size = 8' '[optimizer]' 'momentum = 0.9' '[stop]' 'max_steps = 30'
for dtype in float32 float64; do
    train one.ini --set experiment.dtype="$dtype"
    run "$python" "$OB_SRCDIR/tests/interop/safetensors_read.py" "$dir" "$dtype"
    gives "$dtype: Python reads names, shapes, numbers and metadata" 0
    tap_same "$dtype: what it finds is what the run has" "" "$out"
done
run "$python" "$OB_SRCDIR/tests/interop/safetensors_write.py"
gives "Python writes weights" 0
for kind in F64 F32 F16; do
    train one.ini --init-from "$kind.safetensors" --set experiment.dtype=float64
    gives "$kind: a run begins there" 0
    tap_same "$kind: with these numbers" "$(cat "$kind.txt")" \
        "$(sed -n 's/^0,.*,\([^,]*,[^,]*\)$/\1/p' "$dir/metrics.csv")"
done
tap_done
