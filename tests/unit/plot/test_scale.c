#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/plot/scale.h"

static double some_value(struct ob_rng *r)
{
    double size = exp(40 * (ob_rng_uniform(r) - 0.5));
    return ob_rng_below(r, 2) ? size : -size;
}

/* Higher values never lie lower; the ends are the ends; rounding never cuts data off. */
static void axes_keep_the_order(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 21, 0);
    for (int i = 0; i < 3000; i++) {
        enum ob_scale_kind kind = (enum ob_scale_kind)(i % OB_SCALE_KINDS);
        double a = some_value(&r), b = some_value(&r);
        if (kind == OB_SCALE_LOG)
            a = fabs(a), b = fabs(b);
        double lo = fmin(a, b), hi = fmax(a, b);
        double least = lo > 0 ? lo : hi > 0 ? hi : INFINITY;
        struct ob_scale s = ob_scale_round(kind, lo, hi, least, 6);
        assert_true(s.lo < s.hi);
        double slack = 1e-9 * fmax(fabs(lo), fabs(hi));
        assert_true(s.lo <= lo + slack && s.hi >= hi - slack);
        ob_assert_near(ob_scale_below(&s, s.hi), 0, 1e-12);
        ob_assert_near(ob_scale_below(&s, s.lo), 1, 1e-12);
        double last = 1;
        for (int k = 0; k <= 20; k++) {
            double below = ob_scale_below(&s, s.lo + (s.hi - s.lo) * k / 20);
            assert_true(below <= last);
            last = below;
        }
    }
}

/* Ticks of a symmetric axis rise, lie within it, say what they are and hold zero. */
static void symmetric_ticks(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 22, 0);
    for (int i = 0; i < 2000; i++) {
        double a = some_value(&r), b = some_value(&r);
        struct ob_scale s =
            ob_scale_round(OB_SCALE_SYMLOG, fmin(a, b), fmax(a, b), INFINITY, 6);
        struct ob_ticks t;
        unsigned most = 3 + (unsigned)ob_rng_below(&r, 20);
        bool zero = false;
        ob_ticks_symmetric(&t, &s, most, i % 2 ? OB_TICK_STEP : OB_TICK_VALUE);
        assert_true(t.n >= 1 && t.n <= most);
        for (size_t k = 0; k < t.n; k++) {
            double said = 0;
            assert_true(ob_tick_parse(t.item[k].label, &said));
            assert_true(said == t.item[k].value);
            assert_true(k == 0 || t.item[k].value > t.item[k - 1].value);
            assert_true(said >= s.lo * (1 - copysign(1e-8, s.lo)) &&
                        said <= s.hi * (1 + copysign(1e-8, s.hi)));
            zero |= said == 0;
        }
        assert_true(zero);
    }
}

static void what_has_a_place(void **state)
{
    (void)state;
    assert_true(ob_scale_takes(OB_SCALE_LINEAR, -1));
    assert_true(ob_scale_takes(OB_SCALE_SYMLOG, 0));
    assert_false(ob_scale_takes(OB_SCALE_LOG, 0));
    assert_false(ob_scale_takes(OB_SCALE_SYMLOG, NAN));
    assert_false(ob_scale_takes(OB_SCALE_LINEAR, INFINITY));
    /* Equal distances from zero lie at equal distances from the middle. */
    struct ob_scale s = { OB_SCALE_SYMLOG, -100, 100, 0.01 };
    for (double v = 0.001; v < 100; v *= 3)
        ob_assert_near(ob_scale_below(&s, v) + ob_scale_below(&s, -v), 1, 1e-12);
    /* All zero. */
    s = ob_scale_round(OB_SCALE_SYMLOG, 0, 0, INFINITY, 5);
    assert_true(s.lo == 0 && s.hi == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_keep_the_order),
        cmocka_unit_test(symmetric_ticks),
        cmocka_unit_test(what_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
