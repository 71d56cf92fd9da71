#include <config.h>

#include "optbench/train/sampler.h"

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/rng.h"
#include "optbench/train/columns.h"

static void first_level_has_every_step(void **state)
{
    (void)state;
    for (uint64_t step = 0; step < OB_SAMPLER_LEVEL; step++)
        assert_int_equal(ob_sampler_after(0, step), step + 1);
    assert_int_equal(ob_sampler_after(0, 10000), 10002);
    assert_int_equal(ob_sampler_after(0, 10001), 10002);
    assert_int_equal(ob_sampler_after(0, 29999), 30000);
    assert_int_equal(ob_sampler_after(0, 30000), 30004);
}

static void a_billion_steps_stay_small(void **state)
{
    (void)state;
    uint64_t rows = 1, step = 0, level[3] = { 0 };
    while ((step = ob_sampler_after(0, step)) <= 1000000000) {
        rows++;
        if (step <= 10000)
            level[0]++;
        else if (step <= 30000)
            level[1]++;
        else if (step <= 70000)
            level[2]++;
    }
    assert_true(rows > 100000 && rows < 200000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(level[i], OB_SAMPLER_LEVEL);
}

/* The rule looks at nothing but the number: from any step on one meets the same rows. */
static void any_start_meets_the_same_rows(void **state)
{
    (void)state;
    struct ob_rng rng;
    ob_rng_init(&rng, 11, 0);
    for (int round = 0; round < 20000; round++) {
        uint64_t every = round % 3 ? 0 : 1 + ob_rng_below(&rng, 50);
        uint64_t step = ob_rng_below(&rng, UINT64_C(1) << (1 + round % 40));
        uint64_t next = ob_sampler_after(every, step);
        assert_true(next > step);
        uint64_t between = step + ob_rng_below(&rng, next - step);
        assert_int_equal(ob_sampler_after(every, between), next);
    }
}

static void every_overrides(void **state)
{
    (void)state;
    assert_int_equal(ob_sampler_after(7, 0), 7);
    assert_int_equal(ob_sampler_after(7, 6), 7);
    assert_int_equal(ob_sampler_after(7, 7), 14);
    assert_int_equal(ob_sampler_after(1, 1000000), 1000001);
}

/* Noise with spikes through the sampler: each row must hold the extremes of just the
 * steps since the row before. */
static void no_spike_is_lost(void **state)
{
    (void)state;
    enum { STEPS = 200000 };
    double *loss = malloc((STEPS + 1) * sizeof *loss);
    assert_non_null(loss);
    struct ob_sampler s;
    struct ob_rng rng;
    ob_rng_init(&rng, 12, 0);
    ob_sampler_init(&s, 0);
    uint64_t from = 0;
    for (uint64_t k = 0; k <= STEPS; k++) {
        loss[k] = ob_rng_uniform(&rng);
        if (ob_rng_below(&rng, 1000) == 0)
            loss[k] *= ob_rng_below(&rng, 2) ? 1e6 : -1e6;
        ob_span_add(&s.span, -loss[k], 2 * loss[k]);
        ob_span_add_loss(&s.span, loss[k]);
        if (k != s.next)
            continue;
        double low = INFINITY, high = -INFINITY;
        for (uint64_t i = from; i <= k; i++) {
            low = fmin(low, loss[i]);
            high = fmax(high, loss[i]);
        }
        assert_true(s.span.loss_min == low && s.span.loss_max == high);
        assert_true(s.span.theta_delta_max == -low && s.span.grad_norm_max == 2 * high);
        from = k + 1;
        ob_sampler_taken(&s, k);
    }
    assert_int_equal(s.rows, 1 + 3 * OB_SAMPLER_LEVEL + (STEPS - 70000) / 8 -
                                 (STEPS - 150000) / 16);
    free(loss);
}

static void nan_wins(void **state)
{
    (void)state;
    struct ob_span s = { 0 };
    ob_span_add(&s, 1, 1);
    ob_span_add_loss(&s, 1);
    ob_span_add(&s, NAN, NAN);
    ob_span_add_loss(&s, NAN);
    assert_true(isnan(s.loss_min) && isnan(s.loss_max));
    assert_true(isnan(s.theta_delta_max) && isnan(s.grad_norm_max));
    /* What follows does not hide it. */
    ob_span_add(&s, 2, 2);
    ob_span_add_loss(&s, 2);
    assert_true(isnan(s.loss_min) && isnan(s.loss_max));
    assert_true(isnan(s.theta_delta_max) && isnan(s.grad_norm_max));
}

static void resumed_sampler_goes_on(void **state)
{
    (void)state;
    struct ob_sampler whole, part;
    ob_sampler_init(&whole, 0);
    for (uint64_t k = 0; k <= 50001; k++) {
        ob_span_add(&whole.span, 1, 1);
        ob_span_add_loss(&whole.span, (double)k);
        if (k == whole.next)
            ob_sampler_taken(&whole, k);
    }
    ob_sampler_init(&part, 0);
    ob_sampler_resume(&part, 50001, whole.rows, &whole.span);
    assert_int_equal(part.next, whole.next);
    assert_int_equal(part.rows, whole.rows);
    assert_true(part.span.loss_min == 50001 && part.span.any);
}

static void columns_keep_their_places(void **state)
{
    (void)state;
    struct ob_columns c = { 0 };
    assert_int_equal(ob_columns_add(&c, "epoch"), 0);
    assert_int_equal(ob_columns_add(&c, "linear1.weight.0.3"), 1);
    assert_int_equal(ob_columns_find(&c, "linear1.weight.0.3"), 1);
    assert_int_equal(ob_columns_find(&c, "step"), -1);
    assert_int_equal(c.width, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_level_has_every_step),
        cmocka_unit_test(a_billion_steps_stay_small),
        cmocka_unit_test(any_start_meets_the_same_rows),
        cmocka_unit_test(every_overrides),
        cmocka_unit_test(no_spike_is_lost),
        cmocka_unit_test(nan_wins),
        cmocka_unit_test(resumed_sampler_goes_on),
        cmocka_unit_test(columns_keep_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
