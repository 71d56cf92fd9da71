#!/bin/sh
# Every optimizer by registry, on a network in mini-batches (those that want all rows, on
# all of them): as a course of steps on the device where its rule is element-wise, with
# its gradients from there where it is not.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
"$OPTBENCH" list optimizers --json | tr '{' '\n' |
    sed -n 's/^"name":"\([^"]*\)".*/\1/p' >"$work/optimizers"
tap_ok "the registry was read" grep -q '^adamw$' "$work/optimizers"
net=$OB_SRCDIR/tests/device/net.ini
while read -r kind; do
    for dtype in float32 float64; do
        set -- "$net" --set "optimizer.kind=$kind" --set "experiment.dtype=$dtype" \
            --set stop.max_steps=12
        one cpu "$@" --dry-run
        [ "$status" = 0 ] || set -- "$@" --set batch.size=full
        same "$kind $dtype" "$@"
    done
done <"$work/optimizers"
tap_done
