#!/bin/sh
# The emitted text of random formulas, compiled as plain C, gives the bits of the programs.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || tap_skip_all "no C compiler"
stage=$OB_BUILDDIR/tests/unit/formula/emit_stage
work=$(mktemp -d "${TMPDIR:-/tmp}/ob-emit.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

same_bits() {
    "$stage" bits "$1" >"$work/bits" &&
        "$stage" code "$1" >"$work/code.c" &&
        $compiler -std=c11 -O1 -ffp-contract=off -Wall -Wextra -Werror -Wno-unused-function \
            -Wno-unused-const-variable -I"$OB_SRCDIR/include" -o "$work/code" "$work/code.c" -lm &&
        "$work/code" >"$work/got" &&
        diff "$work/bits" "$work/got"
}

tap_ok "float32" same_bits 32
tap_ok "float64" same_bits 64
tap_done
