#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/plot/series.h"

/* The definition of a query, value by value. */
static struct ob_series_span naive(const struct ob_series *s, size_t a, size_t b)
{
    struct ob_series_span q = { .min = INFINITY, .max = -INFINITY, .positive = INFINITY };
    for (size_t i = a; i < b; i++) {
        double v = ob_series_at(s, i);
        q.n++;
        if (!isfinite(v)) {
            q.bad++;
            continue;
        }
        q.min = fmin(q.min, v);
        q.max = fmax(q.max, v);
        if (v > 0)
            q.positive = fmin(q.positive, v);
    }
    if (q.n > 0) {
        q.first = ob_series_at(s, a);
        q.last = ob_series_at(s, b - 1);
    }
    return q;
}

static void assert_same(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

static void assert_equal(struct ob_series_span a, struct ob_series_span b)
{
    assert_int_equal(a.n, b.n);
    assert_int_equal(a.bad, b.bad);
    assert_same(a.min, b.min);
    assert_same(a.max, b.max);
    assert_same(a.positive, b.positive);
    if (a.n > 0) {
        assert_same(a.first, b.first);
        assert_same(a.last, b.last);
    }
}

static double hostile(struct ob_rng *r)
{
    switch (ob_rng_below(r, 40)) {
    case 0:
        return NAN;
    case 1:
        return INFINITY;
    case 2:
        return -INFINITY;
    default:
        return (ob_rng_uniform(r) - 0.5) * exp(40 * ob_rng_uniform(r));
    }
}

static void ranges_equal_a_scan(void **state)
{
    (void)state;
    struct ob_series s = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 1, 0);
    for (size_t i = 0; i < 20011; i++)
        ob_series_append(&s, hostile(&r));
    for (int i = 0; i < 10000; i++) {
        size_t a = ob_rng_below(&r, s.n + 1), b = ob_rng_below(&r, s.n + 1);
        if (i % 2) /* half of them short */
            b = a + ob_rng_below(&r, 100);
        if (a > b || b > s.n)
            continue;
        assert_equal(ob_series_query(&s, a, b), naive(&s, a, b));
    }
    ob_series_finish(&s);
}

/* While it grows: every length up to a few chunks, the whole range. */
static void grows_right(void **state)
{
    (void)state;
    struct ob_series s = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 2, 0);
    struct ob_series_span sum = { .min = INFINITY, .max = -INFINITY };
    for (size_t i = 0; i < 3 * OB_SERIES_CHUNK + 7; i++) {
        double v = hostile(&r);
        ob_series_append(&s, v);
        if (isfinite(v)) {
            sum.min = fmin(sum.min, v);
            sum.max = fmax(sum.max, v);
        } else {
            sum.bad++;
        }
        struct ob_series_span q = ob_series_query(&s, 0, s.n + 5);
        assert_int_equal(q.n, i + 1);
        assert_int_equal(q.bad, sum.bad);
        assert_same(q.min, sum.min);
        assert_same(q.max, sum.max);
        assert_same(q.last, v);
    }
    ob_series_finish(&s);
}

static void empty_ranges_are_empty(void **state)
{
    (void)state;
    struct ob_series s = { 0 };
    assert_int_equal(ob_series_query(&s, 0, 10).n, 0);
    assert_int_equal(ob_series_lower_bound(&s, 3), 0);
    ob_series_append(&s, 1);
    assert_int_equal(ob_series_query(&s, 1, 1).n, 0);
    assert_int_equal(ob_series_query(&s, 1, 0).n, 0);
    ob_series_clear(&s);
    assert_int_equal(s.n, 0);
    ob_series_append(&s, 2);
    assert_true(ob_series_query(&s, 0, 1).max == 2);
    ob_series_finish(&s);
    ob_series_finish(&s);
}

static void finds_steps(void **state)
{
    (void)state;
    struct ob_series s = { 0 };
    for (size_t i = 0; i < 10000; i++)
        ob_series_append(&s, i < 5000 ? (double)i : 5000 + 2.0 * (double)(i - 5000));
    assert_int_equal(ob_series_lower_bound(&s, -1), 0);
    assert_int_equal(ob_series_lower_bound(&s, 4999), 4999);
    assert_int_equal(ob_series_lower_bound(&s, 5001), 5001);
    assert_int_equal(ob_series_lower_bound(&s, 5002), 5001);
    assert_int_equal(ob_series_lower_bound(&s, 1e9), 10000);
    ob_series_finish(&s);
}

/* Straight stretches (step numbers, a constant, a ramp that rounds) are kept as lines:
 * every value comes back to the bit, queries agree, and the memory is saved. */
static void lines_come_back_to_the_bit(void **state)
{
    (void)state;
    enum { N = 20 * OB_SERIES_CHUNK + 99 };
    struct ob_series s = { 0 };
    struct ob_rng r;
    double *was = test_malloc(N * sizeof *was);
    ob_rng_init(&r, 12, 0);
    for (size_t i = 0; i < N; i++) {
        size_t kind = i / OB_SERIES_CHUNK % 5;
        double x = (double)i;
        was[i] = kind == 0   ? x
                 : kind == 1 ? 0.03
                 : kind == 2 ? 0.1 * x
                 : kind == 3 ? (i % 7 == 3 ? NAN : -0.0)
                             : hostile(&r);
        ob_series_append(&s, was[i]);
    }
    for (size_t i = 0; i < N; i++) {
        double now = ob_series_at(&s, i);
        assert_memory_equal(&now, &was[i], sizeof now);
    }
    for (int i = 0; i < 10000; i++) {
        size_t a = ob_rng_below(&r, N), b = a + 1 + ob_rng_below(&r, i % 2 ? 90 : N - a);
        b = b < N ? b : N;
        assert_equal(ob_series_query(&s, a, b), naive(&s, a, b));
    }
    ob_series_finish(&s);
    test_free(was);

    /* 10^6 step numbers take less than three bytes each, noise at most twelve. */
    for (size_t i = 0; i < 1000000; i++)
        ob_series_append(&s, (double)i);
    assert_true(ob_series_bytes(&s) < 3 * s.n);
    ob_series_finish(&s);
    for (size_t i = 0; i < 1000000; i++)
        ob_series_append(&s, hostile(&r));
    assert_true(ob_series_bytes(&s) < 12 * s.n);
    ob_series_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_equal_a_scan),
        cmocka_unit_test(grows_right),
        cmocka_unit_test(lines_come_back_to_the_bit),
        cmocka_unit_test(empty_ranges_are_empty),
        cmocka_unit_test(finds_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
