#!/bin/sh
# The layout is that of .clang-format, version 14; other versions differ in details.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1

for tool in clang-format-14 clang-format; do
    case $($tool --version 2>/dev/null) in
    *"version 14."*) break ;;
    esac
    tool=
done
[ -n "$tool" ] || tap_skip_all "no clang-format 14"

for dir in src/*/ include/optbench/*/ tests/*/ tests/unit/*/; do
    ls "$dir"*.[ch] >/dev/null 2>&1 || continue
    wrong=$($tool --dry-run "$dir"*.[ch] 2>&1 | sed -nE 's/^([^ :]+:[0-9]+):.*/\1/p' |
        uniq | head -n 20)
    tap_empty "$dir is laid out" "$wrong"
done

tap_done
