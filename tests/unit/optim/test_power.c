/* Powers as if rounded once, by exact fractions; and the fast ones near them: each
 * squaring doubles the error of what it squares. */
#include <config.h>

#include "../../../src/optim/power.h"
#include "../../lib/ob_test.h"

static const struct {
    double x;
    uint64_t k;
    double power;
} table[] = {
    { 0.999, 1, 0x1.ff7ced916872bp-1 },      { 0.999, 2, 0x1.fef9fcb0c026dp-1 },
    { 0.999, 3, 0x1.fe772d5570166p-1 },      { 0.999, 5, 0x1.fd71f30c878e5p-1 },
    { 0.999, 6, 0x1.fcef880dcc074p-1 },      { 0.999, 7, 0x1.fc6d3e72229bcp-1 },
    { 0.999, 63, 0x1.e0b951dcfe9c6p-1 },     { 0.999, 1000, 0x1.788526411ed72p-2 },
    { 0.999, 10000, 0x1.7af105956a80fp-15 }, { 0.9, 2, 0x1.9eb851eb851ecp-1 },
    { 0.9, 37, 0x1.4c31dc5657068p-6 },       { 0.95, 9, 0x1.42b00cf62e561p-1 },
    { 0.5, 60, 0x1.0000000000000p-60 },      { 0.3, 11, 0x1.db867dcfe5e3fp-20 },
    { 1.0, 12345, 0x1.0000000000000p+0 },    { 0.0, 3, 0x0.0p+0 },
};

static void exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (power_exact(table[i].x, table[i].k) != table[i].power)
            fail_msg("%.17g^%llu", table[i].x, (unsigned long long)table[i].k);
}

static void fast(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ob_assert_near(power(table[i].x, table[i].k, 0x1p-500), table[i].power,
                       (double)table[i].k * 0x1p-53 * table[i].power);
}

/* What is far below every use vanishes, in both. */
static void tiny(void **state)
{
    (void)state;
    assert_true(power_exact(0.5, 5000) == 0);
    assert_true(power_exact(0.1, UINT64_MAX) == 0);
    assert_true(power(0.5, 5000, 0x1p-60) == 0);
    assert_true(power_exact(0.7, 0) == 1);
    assert_true(power(0.7, 0, 0x1p-60) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact),
        cmocka_unit_test(fast),
        cmocka_unit_test(tiny),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
