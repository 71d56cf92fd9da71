#!/bin/sh
# Each experiment of experiments.txt in float32.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
experiments float32
tap_done
