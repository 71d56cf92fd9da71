#!/bin/bash
# Usage: bench/cost.sh [BUILD [TRIES]]
#
# What steps cost on this processor, beside what the model says by which `device = auto`
# decides (src/train/cost.c): one thread, the best of TRIES runs (default 5) of each shape.
# The model need not be near; it must not be wrong by more than a GPU could gain.
# Nothing else should run meanwhile. A change of a constant there is shown by this, and kept in
# bench/results.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$top/build}" && pwd) || exit 2
tries=${2:-5}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/none OPTBENCH_DATA=$top/data LC_ALL=C.UTF-8
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
cat >"$work/base.ini" <<'EOF'
[experiment]
name = cost
threads = 1
[data]
source = classification
rows = 49
inputs = 1
classes = 2
[model]
kind = linear
[optimizer]
kind = sgd
lr = 1e-3
[stop]
max_steps = 1000
theta_delta = 0
[log]
every = 1000000
params = none
EOF

number() {
    sed -n "s/.*\"$2\": *\([-+.0-9e]*\).*/\1/p" "$1" | head -n 1
}

# shape STEPS SET...
shape() {
    local steps=$1 sets=() best='' s
    shift
    for s in "$@"; do sets+=(--set "$s"); done
    "$build/optbench" check --json "$work/base.ini" "${sets[@]}" >"$work/check" || exit 1
    for ((i = 0; i < tries; i++)); do
        rm -rf "$work/runs"
        "$build/optbench" run "$work/base.ini" "${sets[@]}" --set "stop.max_steps=$steps" \
            --runs "$work/runs" -q >/dev/null 2>&1 || exit 1
        [ "$(number "$work"/runs/*/summary.json steps)" = "$steps" ] || {
            echo "it ended early: $*" >&2
            return
        }
        s=$(number "$work"/runs/*/summary.json seconds)
        best=$(echo "$best $s" | awk '{ print NF < 2 || $2 < $1 ? $NF : $1 }')
    done
    awk -v s="$best" -v n="$steps" -v m="$(number "$work/check" step_seconds)" -v what="$*" 'BEGIN {
        printf "%10.2f us %10.2f us %6.2f  %s\n", 1e6 * s / n, 1e6 * m, m * n / s, what }'
}

date -u '+%Y-%m-%d %H:%M UTC'
sed -n 's/^model name[ \t]*: //p' /proc/cpuinfo | sort | uniq -c
echo "$("$build/optbench" --version | sed 1q), load $(cut -d' ' -f1 /proc/loadavg)"
echo
printf '%13s %13s %6s\n' 'a step took' 'by the model' ratio
f32=experiment.dtype=float32
shape 100000
shape 20000 $f32
shape 20000 data.rows=500 data.inputs=10
shape 5000 data.rows=5000 data.inputs=10
shape 500 data.rows=50000 data.inputs=10
shape 500 data.rows=50000 data.inputs=10 $f32
shape 50 data.rows=500000 data.inputs=10
shape 50 data.rows=100000 data.inputs=100
shape 50 data.rows=100000 data.inputs=100 $f32
shape 5000 data.rows=2000 data.inputs=10 model.kind=logistic
shape 200 data.rows=50000 data.inputs=10 model.kind=logistic
shape 2000 data.rows=2000 data.inputs=2 model.kind=formula 'model.predict=a*sin(b*x1+c)+d*x2' \
    'model.parameters=a b c d' model.loss=mse
shape 2000 data.rows=2000 data.inputs=2 model.kind=formula 'model.predict=a+b*x1' \
    'model.parameters=a b' model.loss=mse $f32
shape 5000 model.kind=rosenbrock
shape 2000 data.rows=500 data.inputs=20 data.classes=3 model.kind=mlp 'model.hidden=13 8' $f32
shape 2000 data.rows=500 data.inputs=20 data.classes=3 model.kind=mlp 'model.hidden=13 8'
shape 50 data.rows=256 data.inputs=784 data.classes=10 model.kind=mlp model.hidden=128 \
    experiment.math=reproducible $f32
shape 20 data.rows=256 data.inputs=784 data.classes=10 model.kind=mlp 'model.hidden=512 512' \
    experiment.math=blas optimizer.kind=adam $f32
