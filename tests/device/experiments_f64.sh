#!/bin/sh
# Each experiment of experiments.txt in float64.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
experiments float64
tap_done
