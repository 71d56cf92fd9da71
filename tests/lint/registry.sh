#!/bin/sh
# Every file is in its folder's local.mk, and a plug-in family's list, its files and its
# symbols agree: an entry X(name) stands for one symbol ob_<family>_<name> of type
# struct ob_<family>_type, defined in one file of the folder.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1

for dir in src/*/; do
    dir=${dir%/}
    missing=$(for file in "$dir"/*.[ch] "$dir"/*/*.[ch] "$dir"/*.def; do
        [ -e "$file" ] || continue
        grep -q "${file#"$dir"/}" "$dir/local.mk" || echo "$file"
    done)
    tap_empty "$dir/local.mk lists every file of the folder" "$missing"
done

missing=$(for header in include/optbench/*/*.h; do
    grep -qF "$header" src/*/local.mk || grep -qF "${header#include/optbench/}" src/*/local.mk ||
        echo "$header"
done)
tap_empty "every public header is in a local.mk" "$missing"

# "family name" of every plug-in that the folder $1 defines; verbs of a command are commands
# in a list of their own.
defined() {
    sed -nE 's/^const struct ob_([a-z0-9_]+)_type ob_\1_([a-z0-9_]+) =( .*)?$/\1 \2/p
        s/^const struct ob_command_type ob_([a-z0-9]+_verb)_([a-z0-9_]+) =( .*)?$/\1 \2/p' \
        $(find "$1" -name '*.c') | sort
}

# Lists with one plain identifier in each entry are those of families.
entries() {
    sed -nE 's/^X\(([a-z0-9_]+)\).*/\1/p' "$1" | sort
}

for dir in src/*/; do
    dir=${dir%/}
    ls "$dir"/*.def >/dev/null 2>&1 || continue
    in_files=$(defined "$dir" | sed 's/.* //' | sort)
    in_lists=$(for list in "$dir"/*.def; do entries "$list"; done | sort)
    [ -n "$in_lists" ] || continue
    tap_same "$dir: lists and defined plug-ins agree" "$in_lists" "$in_files"
    for list in "$dir"/*.def; do
        tap_empty "$list names nothing twice" "$(entries "$list" | uniq -d)"
    done
    several=$(find "$dir" -name '*.c' -exec grep -cHE '^const struct ob_[a-z0-9_]+_type ob_' {} + |
        grep -vE ':[01]$')
    tap_empty "$dir: one plug-in a file" "$several"
done

tap_done
