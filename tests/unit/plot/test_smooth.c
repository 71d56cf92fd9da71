#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/plot/smooth.h"

/* The definition, by its sum. */
static double expected(const struct ob_series *of, size_t upto, double w)
{
    double sum = 0, share = 0, factor = 1 - w;
    for (size_t i = upto + 1; i-- > 0;) {
        double v = ob_series_at(of, i);
        if (!isfinite(v))
            continue;
        sum += factor * v;
        share += factor;
        factor *= w;
    }
    return share > 0 ? sum / share : NAN;
}

static void is_the_debiased_average(void **state)
{
    (void)state;
    static const double weight[] = { 0, 0.5, 0.9, 0.99 };
    struct ob_rng r;
    struct ob_series of = { 0 };
    struct ob_smooth s = { 0 };
    ob_rng_init(&r, 23, 0);
    for (int i = 0; i < 300; i++)
        ob_series_append(&of, i < 2 || i % 50 == 7 ? NAN : ob_rng_uniform(&r) + 1);
    for (size_t k = 0; k < sizeof weight / sizeof *weight; k++) {
        ob_smooth_follow(&s, &of, weight[k], NULL);
        assert_int_equal(s.y.n, of.n);
        for (size_t i = 0; i < of.n; i++) {
            double got = ob_series_at(&s.y, i), want = expected(&of, i, weight[k]);
            if (isnan(want))
                assert_true(isnan(got));
            else
                ob_assert_near(got, want, 1e-12);
        }
    }
    ob_smooth_finish(&s);
    ob_series_finish(&of);
}

/* In pieces or at once, the same; a constant stays itself from its first row on. */
static void grows_and_starts_over(void **state)
{
    (void)state;
    struct ob_series of = { 0 };
    struct ob_smooth pieces = { 0 }, whole = { 0 };
    for (int i = 0; i < 200; i++) {
        ob_series_append(&of, sin(i));
        if (i % 7 == 0)
            ob_smooth_follow(&pieces, &of, 0.8, NULL);
    }
    ob_smooth_follow(&pieces, &of, 0.8, NULL);
    ob_smooth_follow(&whole, &of, 0.8, NULL);
    for (size_t i = 0; i < of.n; i++)
        assert_true(ob_series_at(&pieces.y, i) == ob_series_at(&whole.y, i));

    ob_series_clear(&of);
    for (int i = 0; i < 250; i++)
        ob_series_append(&of, 3);
    ob_smooth_follow(&pieces, &of, 0.8, NULL);
    assert_int_equal(pieces.y.n, 250);
    for (size_t i = 0; i < of.n; i++)
        ob_assert_near(ob_series_at(&pieces.y, i), 3, 1e-12);
    ob_smooth_finish(&pieces);
    ob_smooth_finish(&whole);
    ob_series_finish(&of);
}

/* In parts of any size: the same line, and no part larger than asked for. */
static void parts_make_the_same_line(void **state)
{
    (void)state;
    struct ob_series of = { 0 };
    struct ob_smooth parts = { 0 }, whole = { 0 };
    for (int i = 0; i < 10000; i++)
        ob_series_append(&of, sin(i * 0.1));
    ob_smooth_follow(&whole, &of, 0.9, NULL);
    for (size_t most = 1; parts.y.n < of.n; most = most * 2 + 1) {
        size_t rows = most, had = parts.y.n;
        ob_smooth_follow(&parts, &of, 0.9, &rows);
        assert_int_equal(parts.y.n - had + rows, most);
    }
    for (size_t i = 0; i < of.n; i++)
        assert_true(ob_series_at(&parts.y, i) == ob_series_at(&whole.y, i));
    ob_smooth_finish(&parts);
    ob_smooth_finish(&whole);
    ob_series_finish(&of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_the_same_line),
        cmocka_unit_test(is_the_debiased_average),
        cmocka_unit_test(grows_and_starts_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
