#!/bin/sh
# Every shipped experiment in float64: a device writes the log that the processor writes.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
configs float64
tap_done
