#!/bin/sh
# Each experiment of experiments.txt, in one precision or the other.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
experiments either
tap_done
