#!/bin/sh
# The shipped data are those that data/SOURCES.md speaks of: every table is listed with
# its check sum, and where there is a python3 the look-alikes come out of their generator
# again, byte by byte.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"

data=$OB_SRCDIR/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sums=$(grep -E '^[0-9a-f]{64}  [a-z0-9_]+\.csv$' "$data/SOURCES.md")
listed=$(printf '%s\n' "$sums" | sed 's/.*  //')
tap_same "every table has a check sum" "$(cd "$data" && ls ./*.csv | sed 's|./||')" "$listed"
printf '%s\n' "$sums" >"$work/sums"
tap_ok "the check sums hold" sh -c "cd '$data' && sha256sum --quiet -c '$work/sums'"
for table in $listed; do
    tap_ok "$table is named in a table of origins" grep -q "^| $table |" "$data/SOURCES.md"
done

if python3 -c '' 2>/dev/null; then
    python3 -B "$OB_SRCDIR/tests/reference/make_lookalikes.py" "$work"
    for name in heights housing admission; do
        tap_ok "$name.csv is what its generator makes" \
            cmp "$work/$name.csv" "$data/$name.csv"
    done
fi
tap_done
