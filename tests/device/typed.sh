#!/bin/sh
# Formulas and functions of all sorts on a device, evaluation by evaluation; and random
# ones: OB_PLACED_FUZZ of them.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
test=${OB_BUILDDIR:?}/tests/unit/model/test_placed_typed
[ -x "$test" ] || tap_skip_all "no unit tests without cmocka"
"$test" | grep '^1..0 # SKIP' && exit 0

kinds() {
    OB_PLACED_ALL=1 "$test"
}

random() {
    OB_PLACED_FUZZ=${OB_PLACED_FUZZ:-6} "$test"
}

tap_ok "every kind of formula" kinds
tap_ok "random formulas" random
tap_done
