#!/bin/sh
# Every optimizer by registry, on a network in mini-batches (those that want all rows, on
# all of them): as a course of steps on the device where its rule is element-wise, with
# its gradients from there where it is not. One precision each, both with OB_TEST_ALL=1;
# the rules themselves are compared in both by tests/unit/optim.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
"$OPTBENCH" list optimizers --json | tr '{' '\n' |
    sed -n 's/^"name":"\([^"]*\)".*/\1/p' >"$work/optimizers"
tap_ok "the registry was read" grep -q '^adamw$' "$work/optimizers"
net=$OB_SRCDIR/tests/device/net.ini
other=float64
while read -r kind; do
    case $other in float64) other=float32 ;; *) other=float64 ;; esac
    dtypes=$other
    [ "${OB_TEST_ALL:-}" != 1 ] || dtypes='float32 float64'
    for dtype in $dtypes; do
        set -- "$net" --set "optimizer.kind=$kind" --set "experiment.dtype=$dtype" \
            --set stop.max_steps=12
        one cpu "$@" --dry-run
        [ "$status" = 0 ] || set -- "$@" --set batch.size=full
        same "$kind $dtype" "$@"
    done
done <"$work/optimizers"
tap_done
