#!/bin/sh
# PoCL has a second way to make loops of work-groups: cbs, in versions before 4 the loops
# without vectors. Kernels that lean on what the first one happens to do (a barrier that
# not all work-items reach, say) show it here.
OB_TEST_DEVICE=opencl
OB_TEST_CACHE=second
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device
for method in cbs workitemloops; do
    export POCL_WORK_GROUP_METHOD=$method
    one "$device" inline-line
    case $err in
    *nknown\ work\ group*) ;;
    *) break ;;
    esac
done
gives "PoCL knows the method $method" 0 ""
configs float32 heights housing-groups admission-saturate blobs moons heights-curve rosenbrock
configs float64 notebook-004-numpy wine-patience teacher surface-adam
experiments float32 'net-(relu|dropout|wide)|linear-batches|softmax-many'
tap_done
