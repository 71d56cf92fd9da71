#!/bin/sh
# The log of every shipped experiment has the bytes that were committed, whatever machine
# this is: the reproducible contract across processors, not only across threads. They were
# made on x86-64 and came out the same on aarch64 and on an SSE-only x86-64 (emulated).
#
# UPDATE_GOLDEN=1 rewrites the list, after a change that is meant to change a log.
. "$OB_SRCDIR/tests/lib/program.sh"

list=$OB_SRCDIR/tests/golden/same_bytes.txt
for path in "$OPTBENCH_CONFIGS"/*.ini; do
    name=$(basename "$path" .ini)
    [ "$name" != fashion-mnist ] || continue # a data set that few machines have, and BLAS
    run "$OPTBENCH" run --quiet "$path"
    sum=$(sha256sum <"$out/metrics.csv" | cut -d' ' -f1)
    echo "$name $sum"
done >"$work/found"

if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
    cp "$work/found" "$list"
fi
while read -r name sum; do
    tap_same "$name repeats to the byte" "$sum" "$(sed -n "s/^$name //p" "$list")"
done <"$work/found"
tap_same "every experiment is in the list" "$(cut -d' ' -f1 "$list")" \
    "$(cut -d' ' -f1 "$work/found")"
tap_done
