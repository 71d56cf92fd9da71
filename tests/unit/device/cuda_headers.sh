#!/bin/sh
# The declarations of src/device/cuda_api.h against NVIDIA's headers, where they are installed.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"

toolkit=
for dir in "${CUDA_HOME:-/usr/local/cuda}" /usr/local/cuda /usr; do
    [ -e "$dir/include/cuda.h" ] && [ -e "$dir/include/nvrtc.h" ] &&
        [ -e "$dir/include/cublas_v2.h" ] && toolkit=$dir && break
done
[ -n "$toolkit" ] || tap_skip_all "no headers of CUDA here"
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || tap_skip_all "no C compiler here"
nvml=
[ ! -e "$toolkit/include/nvml.h" ] || nvml=-DOB_NVML_HEADERS

# check ROOT: cuda_headers.c with the declarations of that source tree.
check() {
    # shellcheck disable=SC2086 # words of a compiler's command
    $compiler -std=gnu11 -fsyntax-only -Wall -Werror $nvml -isystem "$toolkit/include" \
        -I "$1" "$OB_SRCDIR/tests/unit/device/cuda_headers.c"
}
tap_ok "signatures and constants are those of $toolkit" check "$OB_SRCDIR"

# What the proof is worth: it fails with one type, one name, one constant changed.
work=$(mktemp -d "${TMPDIR:-/tmp}/optbench-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src/device"
changed() {
    sed "$2" "$OB_SRCDIR/src/device/cuda_api.h" >"$work/src/device/cuda_api.h"
    cmp -s "$OB_SRCDIR/src/device/cuda_api.h" "$work/src/device/cuda_api.h" && return 0
    check "$work" 2>/dev/null
}
wrong() {
    if changed "$@"; then
        tap_fail "$1 is found out"
    else
        tap_pass "$1 is found out"
    fi
}
wrong "another argument" 's/(CUdeviceptr \*, size_t)/(CUdeviceptr *, unsigned)/'
wrong "a function that is not there" 's/cuMemFree_v2/cuMemFree_v9/'
wrong "another value" 's/OB_CU_NOT_READY, 600/OB_CU_NOT_READY, 601/'
tap_done
