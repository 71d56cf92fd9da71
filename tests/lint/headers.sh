#!/bin/sh
# Each public header compiles alone, twice, in plain C11, and guards its own name.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1
compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || tap_skip_all "no C compiler"

compiles() {
    printf '#include "%s"\n#include "%s"\n' "$1" "$1" |
        $compiler -std=c11 -Wall -Wextra -Werror -D_DEFAULT_SOURCE -Iinclude -fsyntax-only -xc -
}

# Templates are included several times with different definitions.
headers=$(grep -L '^# *error "define ' include/optbench/*/*.h)

for header in $headers; do
    name=${header#include/}
    tap_ok "$name compiles alone" compiles "$name"
done

bad=$(for header in $headers; do
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
