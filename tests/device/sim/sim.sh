#!/bin/sh
# The CUDA back end over the simulated driver: the same whatever the order of things is,
# and whatever is left out of it or of a kernel is seen by the tests of its duties. Each
# call, and each piece of work of the device, fails once: no crash, no hang, nothing left
# behind, one reason.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
. "$OB_SRCDIR/tests/device/sim/sim.sh.inc"
sim_need
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME="$folder/nowhere" # a file: so kernels are compiled each time
: >"$XDG_CACHE_HOME"
conform=$OB_BUILDDIR/tests/device/conform
session=$OB_BUILDDIR/tests/device/session

# ---- in any order ----

for words in lazy eager order=reversed order=shuffled poll=1,order=reversed cc=75 cc=95; do
    case $words in
    lazy) export OPTBENCH_SIM= ;;
    *) export OPTBENCH_SIM="$words" ;;
    esac
    tap_ok "the duties are done: $words" "$conform"
done

# ---- what is left out ----

# seen WORDS...: the tests fail, do not start, or end badly.
seen() {
    OPTBENCH_SIM=$1 timeout 60 "$conform" >"$folder/out" 2>&1
    case $? in
    0) grep -q '^1\.\.0 # SKIP' "$folder/out" ;;
    124) false ;;
    *) true ;;
    esac
}

for call in cuCtxSetCurrent cuCtxSetCurrent:3 cuMemFree_v2 cuMemFreeHost \
    cuMemcpyHtoDAsync_v2 cuMemcpyDtoHAsync_v2 cuMemcpyDtoDAsync_v2 cuMemsetD8Async \
    cuModuleUnload cuLaunchKernel cuStreamDestroy_v2 cuStreamSynchronize cuGraphLaunch \
    cuGraphExecDestroy cuGraphDestroy cuEventDestroy_v2 cuEventRecord cuEventQuery \
    cuEventSynchronize cuDevicePrimaryCtxRelease_v2 cublasDestroy_v2 cublasSetStream_v2 \
    cublasSgemm_v2 cublasDgemm_v2 nvrtcDestroyProgram; do
    tap_ok "it is seen when $call is left out" seen "drop=$call"
done

# Some order shows each barrier; those of the text are found by their lines.
seen_in_some_order() {
    for order in forward reversed shuffled; do
        ! seen "order=$order,drop=$1" || return 0
    done
    return 1
}
tap_ok "it is seen when no barrier holds" seen_in_some_order barrier
OPTBENCH_SIM=barriers="$folder/barriers" "$conform" >"$folder/out" 2>&1
lines=$(sort -un "$folder/barriers")
tap_same "there are barriers to leave out" 3 "$(echo "$lines" | wc -l)"
for line in $lines; do
    tap_ok "it is seen when the barrier of line $line is left out" \
        seen_in_some_order "barrier:$line"
done

# ---- what fails ----

# What is wrong with a session that ended with status $1 and said what is in `out`.
complaints() {
    case $1 in
    0) [ "$(cat "$folder/out")" = right ] || echo "status 0, but: $(cat "$folder/out")" ;;
    1)
        [ "$(grep -c '^failed: .' "$folder/out")" = 1 ] && [ "$(wc -l <"$folder/out")" = 1 ] ||
            echo "said: $(cat "$folder/out")"
        ;;
    *) echo "status $1: $(cat "$folder/out")" ;;
    esac
}

# fails KIND TIMES: the first, second ... of a kind of call fails, in a session each.
fails() {
    wrong=
    told=0
    n=1
    while [ "$n" -le "$2" ]; do
        OPTBENCH_SIM=fail=$1:$n timeout 60 "$session" cuda >"$folder/out" 2>&1
        status=$?
        [ "$status" != 1 ] || told=$((told + 1))
        said=$(complaints "$status")
        [ -z "$said" ] || wrong="$wrong$1 $n: $said
"
        n=$((n + 1))
    done
    tap_empty "any of $2 ${3:-calls} may fail" "$wrong"
    tap_ok "and most are told" [ "$told" -gt "$(($2 / 2))" ]
}

OPTBENCH_SIM=count="$folder/counts" "$session" cuda >/dev/null
calls=$(sim_count any "$folder/counts")
fails any "$calls"
fails work "$(sim_count work "$folder/counts")" "pieces of work"

tap_done
