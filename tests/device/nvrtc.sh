#!/bin/sh
# What experiments ask a card of NVIDIA to compute, compiled by the real NVRTC for the oldest
# and the newest card that it knows (as PTX) and for sm_90 (as machine code), where it is
# installed; no card is needed (nothing.c). Neither a warning nor a fused multiply-add may
# come of it. With OB_TEST_ALL=1 every experiment, optimizer and config, in both precisions,
# for the oldest and for sm_90, which takes minutes.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

nvrtc=
for path in "${OPTBENCH_LIBNVRTC:-}" "${CUDA_HOME:-/usr/local/cuda}/lib64/libnvrtc.so" \
    "$(ldconfig -p 2>/dev/null | sed -n 's/.*libnvrtc\.so.* => //p' | head -1)"; do
    [ -n "$path" ] && [ -e "$path" ] && nvrtc=$path && break
done
[ -n "$nvrtc" ] || tap_skip_all "no NVRTC here"
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || tap_skip_all "no C compiler here"
# shellcheck disable=SC2086 # words of a compiler's command
$compiler -std=gnu11 -O1 -fPIC -shared -Wl,--no-as-needed -DNVRTC="\"$nvrtc\"" -o "$work/nothing.so" \
    "$OB_SRCDIR/tests/device/nothing.c" "$nvrtc" 2>"$work/said" ||
    tap_skip_all "nothing can be linked with $nvrtc: $(head -1 "$work/said")"
OPTBENCH_LIBCUDA=$work/nothing.so
OPTBENCH_LIBNVRTC=$work/nothing.so
export OPTBENCH_LIBCUDA OPTBENCH_LIBNVRTC

# In place of same() of the file above: programs are compiled, and nothing is run.
same() {
    same_name="$1 sm_$card"
    shift
    OPTBENCH_NOTHING_SM=$card run "$OPTBENCH" run --quiet "$@" \
        --set experiment.device=cuda --dry-run
    case $status:$err in
    0:*) tap_pass "$same_name" ;;
    *"cannot be computed on a device"*) ;;
    *) tap_fail "$same_name" "status $status: $err" ;;
    esac
}

# The card before the oldest is refused, and says so; the one behind it is not known, so
# that the oldest is compiled for, as PTX, and so is the newest for what comes in future.
card=1
OPTBENCH_NOTHING_SM=1 run "$OPTBENCH" run --quiet inline-line \
    --set experiment.device=cuda --dry-run
gives "a card that is too old is refused" 69 \
    "*this NVRTC compiles for sm_[0-9]* and newer, the card is sm_1: an older one is needed"
oldest=$(printf '%s\n' "$err" | sed 's/.*compiles for sm_\([0-9]*\).*/\1/')
oldest=$((oldest + 1))
newest=9999

if [ "${OB_TEST_ALL:-}" = 1 ]; then
    for card in $oldest 90; do
        for dtype in float32 float64; do
            experiments $dtype
            configs $dtype
            "$OPTBENCH" list optimizers --json | tr '{' '\n' |
                sed -n 's/^"name":"\([^"]*\)".*/\1/p' >"$work/optimizers"
            while read -r kind; do
                same "$kind $dtype" "$OB_SRCDIR/tests/device/line.ini" \
                    --set "optimizer.kind=$kind" --set "experiment.dtype=$dtype"
            done <"$work/optimizers"
        done
    done
else
    some='logistic-batches|net-smooth|curve-huber|curve-functions|net-huber'
    card=$oldest
    experiments float64 "$some|quadratic|net-wide-full|linear-wide|kinds"
    configs float64 heights rosenbrock # made by one launch
    card=$newest
    experiments float32 "$some|linear-penalties|rule|function-table"
    card=90
    experiments float32 "$some|net-wide-full"
    configs float32 heights diabetes-ridge # one launch, with penalties
fi
tap_done
