#!/bin/bash
# Whole trainings over the simulated CUDA driver: a line, a network in mini-batches, a
# formula and a function give the processor's bytes, whatever the order of things is; and
# whatever call fails ends the run with one reason, or does it no harm.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
. "$OB_SRCDIR/tests/device/sim/sim.sh.inc"
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"
sim_need
most=12
at=$OB_SRCDIR/tests/device

# ---- the same bytes ----

for words in "" order=reversed eager,order=shuffled poll=1; do
    export OPTBENCH_SIM="$words"
    same "a line: ${words:-lazy}" "$at/line.ini" --set data.rows=2100
    same "a network: ${words:-lazy}" "$at/net.ini"
    same "a formula in float64: ${words:-lazy}" "$at/curve.ini" --set experiment.dtype=float64
    same "a function: ${words:-lazy}" "$at/function.ini"
    same "steps of the host: ${words:-lazy}" "$at/line.ini" --set data.rows=300 \
        --set optimizer.kind=lbfgs
done
export OPTBENCH_SIM=
blas_agrees() {
    for where in cpu cuda; do
        one "$where" "$at/net.ini" --set experiment.math=blas --set stop.max_steps=6 \
            --set "model.hidden=70 33" --set experiment.dtype=float32
        [ "$status" = 0 ] && tail -n 1 "$dir/metrics.csv" >"$work/$where.row" || return 1
    done
    paste -d, "$work/cpu.row" "$work/cuda.row" | awk -F, '{
        half = NF / 2
        for (i = 1; i <= half; i++)
            if (($i - $(i + half)) ^ 2 > 1e-8 * ($i ^ 2 + 1)) { print i, $i, $(i + half); exit 1 }
    }'
    blas_status=$?
    rm -rf "$work/cpu" "$work/cuda"
    return $blas_status
}
tap_ok "products by cuBLAS agree with the processor's in four digits" blas_agrees
OPTBENCH_SIM=count="$work/counts" blas_agrees
tap_ok "and it makes them" [ "$(sim_count cublasSgemm_v2 "$work/counts")" -gt 20 ]
export OPTBENCH_SIM=devices=3
one cuda:2 "$at/line.ini"
tap_same "the last of three cards" "0 cuda:2" "$status $(where_of "$dir")"
one cuda:3 "$at/line.ini"
gives "there is no fourth" 69 "*: cuda:3: there is no cuda:3, but 3 devices"

# ---- too little memory ----

OPTBENCH_SIM=memory=9000
one cuda "$at/line.ini"
gives "memory that does not fit" 69 "*the experiment needs * of the device's memory, Simulated GPU 0 has 9.0 kB: write*"
tap_same "is told before a directory is made" "" "$(ls "$work/cuda" 2>/dev/null)"

# ---- what fails ----

small() {
    run timeout 60 "$OPTBENCH" run --quiet "$at/$1.ini" --set stop.max_steps=3 \
        --device "$2" --runs "$work/fail"
}

# The last run had its call fail: 0 with the processor's bytes, or one reason.
complaints() {
    case $status in
    0) cmp -s "$work/right.csv" "$out/metrics.csv" || echo "status 0, but other bytes: $err" ;;
    1 | 69)
        case $err in
        *Simulated* | *cu[A-Z]* | *nvrtc[A-Z]* | *cublas[A-Z]* | *"was not compiled"*) ;;
        *) echo "said: $err" ;;
        esac
        [ "$(printf '%s\n' "$err" | grep -c .)" -le 2 ] || echo "said too much: $err"
        ;;
    *) echo "status $status: $err" ;;
    esac
}

# fails EXPERIMENT KIND SAMPLE: so many of the calls of a kind fail, all in 1000.
fails() {
    OPTBENCH_SIM= small "$1" cpu
    cp "$out/metrics.csv" "$work/right.csv"
    rm -f "$work/counts"
    OPTBENCH_SIM=count="$work/counts" small "$1" cuda
    count=$(sim_count "$2" "$work/counts")
    stride=$(((count + $3 - 1) / $3))
    wrong=
    n=1
    while [ "$n" -le "$count" ]; do
        OPTBENCH_SIM=fail=$2:$n small "$1" cuda
        said=$(complaints)
        [ -z "$said" ] || wrong="$wrong$2 $n: $said
"
        rm -rf "$work/fail"
        n=$((n + stride))
    done
    tap_empty "$1: any of $count may fail ($2, one in $stride)" "$wrong"
}

# XDG_CACHE_HOME is a file: kernels are compiled, and NVRTC may fail.
: >"$work/file"
XDG_CACHE_HOME=$work/file
every=${OB_TEST_FAILURES:-12}
fails line any "$every"
fails net any "$every"
fails curve work "$every"
tap_done
