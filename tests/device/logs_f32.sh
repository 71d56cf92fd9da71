#!/bin/sh
# Every shipped experiment in float32: a device writes the log that the processor writes.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
configs float32
tap_done
