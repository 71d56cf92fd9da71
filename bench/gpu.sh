#!/bin/bash
# Usage: bench/gpu.sh [FOLDER [tests] [speed]]
#
# What can only be seen on a card: the suite of `make check-devices` and the unit tests of
# devices through the real driver, every log held to the processor's bytes; and the speed
# of three experiments, one of them beside torch on the same card, in the same call and
# precision. FOLDER is a build (default: build) or what bench/bundle.sh packed.
#
# Everything is printed, with date, driver and clocks, and kept in bench/results. Exit
# status 1 where a test failed or a goal was missed. OB_BENCH_DEVICE names another device
# than cuda, PYTHON another python3.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
folder=$(cd "${1:-$top/build}" && pwd) || exit 2
[ $# -le 1 ] || shift
words=" $* "
case $words in *' tests '* | *' speed '*) ;; *) words=' tests speed ' ;; esac
device=${OB_BENCH_DEVICE:-cuda}
python=${PYTHON:-python3}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
[ ! -d "$folder/lib" ] || export LD_LIBRARY_PATH="$folder/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export OB_SRCDIR=$top OB_BUILDDIR=$folder OB_TEST_DEVICE=$device OB_BENCH_DEVICE=$device
export OB_NEED_DEVICE=1 OB_TEST_ALL=1 OPTBENCH_DATA=$top/data OPTBENCH_CONFIGS=$top/configs
export XDG_CONFIG_HOME=$work/none XDG_CACHE_HOME=$work/cache CMOCKA_MESSAGE_OUTPUT=TAP
export LC_ALL=C.UTF-8 TZ=UTC
bad=0

state() {
    nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,temperature.gpu,power.draw,power.limit \
        --format=csv 2>/dev/null || echo "no nvidia-smi"
}

head_of() {
    date -u '+%Y-%m-%d %H:%M:%S UTC'
    echo "$("$folder/optbench" --version | sed 1q), commit $(cat "$folder/commit" 2>/dev/null ||
        git -C "$top" rev-parse --short HEAD 2>/dev/null || echo unknown)"
    echo "$(uname -sr), $(nproc) processors"
    state
    "$folder/optbench" devices
}

# What one of them said in TAP: counted, and shown where it failed, or ended before its
# end: then it says its status, and no test that failed.
judge() {
    name=$(basename "$1" .tap)
    passed=$(grep -c '^ok ' "$1") failed=$(grep -c '^not ok ' "$1")
    reason=$(sed -n 's/^1\.\.0 # SKIP/skipped:/p; s/^# status 124$/out of time/p' "$1")
    echo "$name: $passed passed, $failed failed $reason"
    if [ "$failed" != 0 ] || grep -q '^# status' "$1" || { [ "$passed" = 0 ] && [ -z "$reason" ]; }; then
        grep -A4 '^not ok ' "$1" || tail -5 "$1"
        bad=1
    fi
}

# Each script and program at the same time.
tests_of() {
    printf '\n== the suite on %s\n' "$device"
    for test in "$top"/tests/device/logs_f{32,64}.sh \
        "$top"/tests/device/{experiments,images,moved,networks,optimizers,smoke,typed}.sh \
        "$folder"/tests/unit/device/test_*; do
        case $test in *.o | *.log | *.trs) continue ;; esac
        [ -x "$test" ] || continue
        (cd "$work" && timeout 540 "$test" >"$work/$(basename "$test").tap" 2>&1 </dev/null ||
            echo "# status $?" >>"$work/$(basename "$test").tap") &
    done
    wait
    for tap in "$work"/*.tap; do
        judge "$tap"
    done
}

# Seconds of time of a case of the bench, in microseconds.
micros() {
    awk -v name="$1" '
        $1 == name { scale["s"] = 1e6; scale["ms"] = 1e3; scale["us"] = 1; scale["ns"] = 1e-3
                     printf "%.2f", $2 * scale[$3]; exit }' "$2"
}

speed_of() {
    printf '\n== speed on %s\n' "$device"
    "$folder/tests/bench/bench" device | tee "$work/bench"
    grep -qE 'missed|left out' "$work/bench" && bad=1
    echo
    "$python" "$top/bench/torch_mlp.py" | tee "$work/torch"
    "$folder/tests/bench/bench" device-784 >"$work/again"
    ours=$(micros device-784-512 "$work/bench") again=$(micros device-784-512 "$work/again")
    for kind in eager compile; do
        theirs=$(sed -n "s/^torch-$kind //p" "$work/torch")
        if [ -z "$ours" ] || [ -z "$theirs" ]; then
            echo "torch-$kind: not compared"
            bad=1
        else
            awk -v a="$ours" -v b="${again:-$ours}" -v t="$theirs" -v kind="$kind" 'BEGIN {
                slow = a > b ? a : b
                printf "784-512-512-10, batch 256: %s and %s us a step, torch %s %s us: %.2f times as fast, %s\n",
                    a, b, kind, t, t / slow, slow <= t ? "ok" : "missed"
                exit slow > t }' || bad=1
        fi
    done
    state
}

all_of() {
    head_of
    case $words in *' tests '*) tests_of ;; esac
    case $words in *' speed '*) speed_of ;; esac
    printf '\n%s\n' "$([ $bad = 0 ] && echo 'all of it as it should be' || echo 'NOT all of it as it should be')"
    return $bad
}

results=$top/bench/results
mkdir -p "$results"
file=$results/$device-$(date -u +%Y%m%d-%H%M%S).txt
all_of 2>&1 | tee "$file"
status=${PIPESTATUS[0]}
echo "kept in $file" >&2
exit "$status"
