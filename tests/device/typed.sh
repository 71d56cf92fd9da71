#!/bin/sh
# Formulas and functions of all sorts on a device, evaluation by evaluation.
test=${OB_BUILDDIR:?}/tests/unit/model/test_placed_typed
[ -x "$test" ] || { echo "1..0 # SKIP no unit tests without cmocka"; exit 0; }
OB_PLACED_ALL=1 OB_PLACED_FUZZ=6 exec "$test"
