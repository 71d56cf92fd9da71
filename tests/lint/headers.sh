#!/bin/sh
# Each public header compiles alone, twice, in plain C11, and guards its own name.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || tap_skip_all "no C compiler"

# compiles TEXT FLAGS...
compiles() {
    text=$1
    shift
    printf '%b' "$text" | $compiler -std=c11 -Wall -Wextra -Werror -D_DEFAULT_SOURCE \
        -Wno-unused-function -Iinclude -fsyntax-only "$@" -xc -
}

# Templates are included once for each precision, which OB_REAL_BITS names.
templates=$(grep -lE 'include "optbench/num/(real|fmath|formulas|fpow).h"|error "define OB_REAL_BITS' include/optbench/*/*.h)

for header in include/optbench/*/*.h; do
    name=${header#include/}
    case $templates in
    *"$header"*) tap_ok "$name compiles alone" compiles "#include \"$name\"\n" -DOB_REAL_BITS=64 ;;
    *) tap_ok "$name compiles alone" compiles "#include \"$name\"\n#include \"$name\"\n" ;;
    esac
done

bad=$(for header in include/optbench/*/*.h; do
    case $templates in *"$header"*) continue ;; esac
    name=${header#include/optbench/}
    guard=OB_$(printf '%s' "$name" | tr 'a-z/.' 'A-Z__')
    grep -q "^#ifndef $guard\$" "$header" && grep -q "^#define $guard\$" "$header" ||
        echo "$header: wants $guard"
done)
tap_empty "include guards are named after their headers" "$bad"

bad=$(for header in include/optbench/*/*.h; do
    head -n 1 "$header" | grep -q '^/\*' || echo "$header"
done)
tap_empty "headers open with what they are" "$bad"

tap_done
