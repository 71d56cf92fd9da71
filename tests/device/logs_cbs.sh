#!/bin/sh
# PoCL has a second way to make loops of work-groups. Kernels that lean on what the first
# one happens to do (a barrier that not all work-items reach, say) show it here.
POCL_WORK_GROUP_METHOD=cbs
export POCL_WORK_GROUP_METHOD
OB_TEST_CACHE=cbs
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

device=opencl
need_device
configs float32 heights housing-groups admission-saturate blobs moons heights-curve rosenbrock
configs float64 housing notebook-004-numpy wine-patience teacher sine-fit surface-adam
experiments float32 'net-(relu|dropout|wide)|linear-(batches|penalties)|softmax-many'
tap_done
