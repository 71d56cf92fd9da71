#!/bin/sh
# Networks of all shapes on a device, evaluation by evaluation, in both precisions.
test=${OB_BUILDDIR:?}/tests/unit/model/test_placed_net
[ -x "$test" ] || { echo "1..0 # SKIP no unit tests without cmocka"; exit 0; }
OB_PLACED_ALL=1 exec "$test"
