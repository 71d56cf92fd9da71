#!/bin/sh
# An object compiled for a newer processor must not lend its functions to the rest of the
# program: of each variant library only the kernel tables are visible.
n=0
for lib in "$OB_BUILDDIR"/libob_num_v*.a "$OB_BUILDDIR"/libob_formula_v*.a; do
    [ -f "$lib" ] || { echo "1..0 # SKIP no variants on this machine"; exit 0; }
    n=$((n + 1))
    out=$(nm --defined-only --extern-only "$lib" | awk 'NF == 3 && $3 !~ /^(ob_kernels|ob_matmul|ob_layers|lane_table)_f(32|64)_v[34]$/ { print $3 }' |
          grep -v '^__\(asan\|odr_asan\|start_\|stop_\|tsan\)')
    if [ -z "$out" ]; then
        echo "ok $n - $(basename "$lib") shows its tables only"
    else
        echo "not ok $n - $(basename "$lib") also shows:" $out
    fi
done
echo "1..$n"
