/* How long a stop rule may still take: what is believed, and what is not. */
#include "../../lib/ob_test.h"

#include <math.h>

#include "../../../src/ui/eta.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"

struct log {
    struct ob_series step, value;
};

static void finish(struct log *l)
{
    ob_series_finish(&l->step);
    ob_series_finish(&l->value);
}

static void add(struct log *l, double step, double value)
{
    ob_series_append(&l->step, step);
    ob_series_append(&l->value, value);
}

static struct ob_eta_rows rows_of(const struct log *l, double target)
{
    return (struct ob_eta_rows){
        .step = &l->step, .value = &l->value, .n = l->step.n, .target = target
    };
}

static double noise(struct ob_rng *r, double size)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += ob_rng_uniform(r);
    return exp(size * (sum - 6));
}

/* A quantity that falls by a constant factor a step is met on time, with noise nearly. */
static void a_decay_is_met(void **state)
{
    enum { TRIES = 200 };
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 41, 0);
    for (int i = 0; i < TRIES; i++) {
        struct log l = { 0 };
        size_t n = 30 + ob_rng_below(&r, 3000), every = 1 + ob_rng_below(&r, 5);
        double decades = 1 + 4 * ob_rng_uniform(&r), size = i % 2 ? 0.1 : 0;
        double rate = decades * log(10) / (double)(n * every),
               ahead = 0.1 + ob_rng_uniform(&r);
        double goal = ahead * (double)(n * every);
        for (size_t k = 0; k < n; k++)
            add(&l, (double)(k * every),
                3 * exp(-rate * (double)(k * every)) * noise(&r, size));
        struct ob_eta_rows rows =
            rows_of(&l, 3 * exp(-rate * ((double)(n * every) + goal)));
        double left = ob_eta_steps(&rows);
        assert_true(isfinite(left));
        if (size > 0)
            assert_true(left > goal / 2 && left < goal * 2);
        else
            assert_true(fabs(left - goal) < 0.05 * goal + 2.0 * (double)every);
        finish(&l);
    }
}

/* Above the closed form the rest falls, not the loss itself. */
static void a_floor_is_taken_off(void **state)
{
    (void)state;
    struct log l = { 0 };
    for (int k = 0; k < 400; k++)
        add(&l, k, 5 + exp(-0.01 * k));
    struct ob_eta_rows rows = rows_of(&l, 5 + exp(-6));
    rows.floor = 5;
    ob_assert_near(ob_eta_steps(&rows), 600 - 399, 6);
    /* What lies below the floor is never reached. */
    rows.target = 4.9;
    assert_true(isnan(ob_eta_steps(&rows)));
    finish(&l);
}

static void the_change_of_the_loss(void **state)
{
    (void)state;
    struct log l = { 0 };
    for (int k = 0; k < 500; k++)
        add(&l, k, exp(-0.01 * k));
    /* exp(-.01 k) changes by a hundredth of itself. */
    struct ob_eta_rows rows = rows_of(&l, 0.01005 * exp(-7));
    ob_assert_near(ob_eta_steps_of_change(&rows), 700 - 499, 10);
    finish(&l);
}

/* Plateaus, noise about a level, growth: nothing is promised. */
static void nothing_is_promised(void **state)
{
    enum { TRIES = 200 };
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 42, 0);
    for (int i = 0; i < TRIES; i++) {
        struct log flat = { 0 }, grows = { 0 }, plateau = { 0 };
        size_t n = 20 + ob_rng_below(&r, 1000);
        for (size_t k = 0; k < n; k++) {
            double x = (double)k / (double)n;
            add(&flat, (double)k, i % 2 ? 0.5 : 0.5 * noise(&r, 0.2));
            add(&grows, (double)k, exp(x));
            add(&plateau, (double)k, exp(-8 * fmin(x, 0.6)));
        }
        struct ob_eta_rows a = rows_of(&flat, 1e-6), b = rows_of(&grows, 1e-6),
                           c = rows_of(&plateau, 1e-6);
        assert_true(isnan(ob_eta_steps(&a)));
        assert_true(isnan(ob_eta_steps(&b)));
        assert_true(isnan(ob_eta_steps(&c)));
        finish(&flat);
        finish(&grows);
        finish(&plateau);
    }
}

/* Whatever the rows are: a number that is not negative, or none. */
static void never_negative(void **state)
{
    enum { TRIES = 2000 };
    static const double odd[] = { NAN, INFINITY, -INFINITY, 0, -1, 1e308, 5e-324 };
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 43, 0);
    for (int i = 0; i < TRIES; i++) {
        struct log l = { 0 };
        size_t n = ob_rng_below(&r, 60);
        double step = 0;
        for (size_t k = 0; k < n; k++) {
            step += (double)ob_rng_below(&r, 3);
            add(&l, step,
                ob_rng_below(&r, 4) ? exp(20 * ob_rng_uniform(&r) - 10)
                                    : odd[ob_rng_below(&r, OB_COUNT(odd))]);
        }
        struct ob_eta_rows rows = rows_of(&l, exp(20 * ob_rng_uniform(&r) - 10));
        double left = ob_eta_steps(&rows), change = ob_eta_steps_of_change(&rows);
        assert_true(isnan(left) || (left >= 0 && isfinite(left)));
        assert_true(isnan(change) || (change >= 0 && isfinite(change)));
        finish(&l);
    }
    /* What has been reached is due now. */
    struct log l = { 0 };
    for (int k = 0; k < 20; k++)
        add(&l, k, 1e-9);
    struct ob_eta_rows rows = rows_of(&l, 1e-6);
    assert_true(ob_eta_steps(&rows) == 0);
    finish(&l);
}

/* Estimates that waver by a quarter make a countdown that hardly does. */
static void what_is_shown_counts_down(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 44, 0);
    struct ob_eta e = { 0 };
    double last = NAN, due = 1000;
    int comes = 0, fits = 0;
    for (double now = 0; now < 900; now += 0.25) {
        double estimate = (due - now) * (0.75 + 0.5 * ob_rng_uniform(&r));
        /* One in ten fits fails. */
        double shown = ob_eta_follow(&e, ++fits % 10 ? estimate : NAN, now);
        comes += isnan(last) && !isnan(shown);
        assert_true(isnan(shown) ? isnan(last) : shown >= 0);
        if (!isnan(last))
            assert_true(shown < last * 1.1 + 1);
        if (now > 60)
            assert_true(fabs(shown - (due - now)) < 0.25 * (due - now));
        last = shown;
    }
    assert_int_equal(comes, 1);
    /* Something else altogether: believed when it is said three times. */
    assert_true(ob_eta_follow(&e, 5000, 900) < 200);
    ob_eta_follow(&e, 5000, 900.25);
    assert_true(ob_eta_follow(&e, 5000, 900.5) == 5000);
    ob_eta_follow(&e, NAN, 901);
    assert_true(ob_eta_follow(&e, NAN, 901.25) > 4000);
    assert_true(isnan(ob_eta_follow(&e, NAN, 901.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decay_is_met),
        cmocka_unit_test(a_floor_is_taken_off),
        cmocka_unit_test(the_change_of_the_loss),
        cmocka_unit_test(nothing_is_promised),
        cmocka_unit_test(never_negative),
        cmocka_unit_test(what_is_shown_counts_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
