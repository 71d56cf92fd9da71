#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/plot/axis.h"

static void check(const struct ob_ticks *t, double lo, double hi, size_t most)
{
    double slack = 1e-9 * (hi - lo);
    assert_true(t->n <= most);
    for (size_t i = 0; i < t->n; i++) {
        double back = NAN;
        assert_true(ob_tick_parse(t->item[i].label, &back));
        assert_true(back == t->item[i].value);
        assert_true(t->item[i].value >= lo - slack && t->item[i].value <= hi + slack);
        assert_true(i == 0 || t->item[i].value > t->item[i - 1].value);
        assert_true(strlen(t->item[i].label) < OB_TICK_LABEL - 1);
    }
}

static void labels_say_their_values(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 3, 0);
    for (int i = 0; i < 5000; i++) {
        double size = exp(80 * (ob_rng_uniform(&r) - 0.5));
        double lo = (ob_rng_uniform(&r) - 0.5) * size;
        double hi = lo + size * exp(-12 * ob_rng_uniform(&r));
        unsigned most = 2 + (unsigned)ob_rng_below(&r, 20);
        struct ob_ticks t;
        ob_axis_admit(&lo, &hi);
        ob_ticks_linear(&t, lo, hi, most, i % 2 ? OB_TICK_STEP : OB_TICK_VALUE);
        check(&t, lo, hi, most);
        assert_true(t.n >= 1 || most < 4);

        double low = size, high = size * exp(60 * ob_rng_uniform(&r));
        ob_axis_round_log(&low, &high, most);
        assert_true(low <= size && low > 0 && high > low);
        ob_ticks_log(&t, low, high, most);
        check(&t, low, high, OB_TICKS_MAX);
        assert_true(t.n >= 1);
    }
}

static void extreme_ranges_are_admitted(void **state)
{
    (void)state;
    static const double range[][2] = {
        { 0, 0 },           { 1, 1 },
        { -1e308, 1e308 },  { 5e-324, 1e-323 },
        { 1e300, 1e300 },   { 0, 1e-320 },
        { NAN, NAN },       { -INFINITY, INFINITY },
        { 1, 1 + 2.3e-16 }, { -1e-310, 1e-310 },
    };
    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        double lo = range[i][0], hi = range[i][1];
        struct ob_ticks t;
        ob_axis_admit(&lo, &hi);
        assert_true(isfinite(lo) && isfinite(hi) && lo < hi);
        ob_ticks_linear(&t, lo, hi, 5, OB_TICK_VALUE);
        check(&t, lo, hi, 5);
        lo = range[i][0], hi = range[i][1];
        ob_axis_round_linear(&lo, &hi, 5);
        assert_true(lo < hi);
    }
}

static void assert_labels(const struct ob_ticks *t, const char *expected)
{
    char all[512] = "";
    for (size_t i = 0; i < t->n; i++) {
        strcat(all, i ? " " : "");
        strcat(all, t->item[i].label);
    }
    assert_string_equal(all, expected);
}

static void known_axes(void **state)
{
    (void)state;
    struct ob_ticks t;
    ob_ticks_linear(&t, 0, 1, 5, OB_TICK_VALUE);
    assert_labels(&t, "0.00 0.25 0.50 0.75 1.00");
    ob_ticks_linear(&t, 0, 4096, 5, OB_TICK_STEP);
    assert_labels(&t, "0 1k 2k 3k 4k");
    ob_ticks_linear(&t, 0, 1120, 6, OB_TICK_STEP);
    assert_labels(&t, "0 200 400 600 800 1k");
    ob_ticks_linear(&t, 0, 2.5e6, 6, OB_TICK_STEP);
    assert_labels(&t, "0 500k 1M 1.5M 2M 2.5M");
    ob_ticks_linear(&t, 1e-9, 5e-9, 5, OB_TICK_VALUE);
    assert_labels(&t, "1e-9 2e-9 3e-9 4e-9 5e-9");
    ob_ticks_linear(&t, -2, 2, 5, OB_TICK_VALUE);
    assert_labels(&t, "-2 -1 0 1 2");
    ob_ticks_log(&t, 1e-4, 1, 8);
    assert_labels(&t, "1e-4 1e-3 1e-2 1e-1 1e0");
    ob_ticks_log(&t, 0.01, 1, 8);
    assert_labels(&t, "1e-2 2e-2 5e-2 1e-1 2e-1 5e-1 1e0");
    ob_ticks_log(&t, 2e9, 2.5e9, 6);
    assert_labels(&t, "2e9 2.1e9 2.2e9 2.3e9 2.4e9 2.5e9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_say_their_values),
        cmocka_unit_test(extreme_ranges_are_admitted),
        cmocka_unit_test(known_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
