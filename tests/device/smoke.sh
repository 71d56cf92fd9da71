#!/bin/sh
# The least that every build is asked: a course of steps on an OpenCL device, and gradients
# from there for an optimizer that runs on the processor. check-devices asks the rest.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
configs float32 heights
same "a line search, float64" "$OB_SRCDIR/tests/device/line.ini" --set data.rows=300 \
    --set optimizer.kind=gd --set line_search.kind=armijo --set stop.max_steps=5
tap_done
