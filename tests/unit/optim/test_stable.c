/* Limits of rates and growth of errors, against the optimizers themselves on quadratics.
 */
#include "rig.h"

#include <math.h>

static const char *const settings[] = {
    "",
    "momentum=0.9",
    "momentum=0.5",
    "momentum=0.9 dampening=0.9",
    "momentum=0.9 nesterov=yes",
    "momentum=0.2 nesterov=yes",
    "weight_decay=3",
    "momentum=0.8 weight_decay=3",
    "momentum=0.8 dampening=0.25 weight_decay=3",
    "momentum=0.8 nesterov=yes weight_decay=3",
};

/* |theta| after `steps` of the rule at a rate on x' diag(l) x / 2. */
static double size_after(const char *set, double lr, const double *l, size_t n, int steps)
{
    struct rig r;
    char all[160];
    double start[TOY_MAX], size = 0;
    toy = (struct toy_quadratic){ .n = n };
    for (size_t i = 0; i < n; i++) {
        toy.a[i * n + i] = l[i];
        start[i] = 1;
    }
    snprintf(all, sizeof all, "lr=%.17g %s", lr, set);
    rig_begin(&r, OB_F64, "sgd", all, NULL, "", start);
    for (int k = 0; k < steps; k++)
        rig_step(&r);
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(ob_vec_get(&r.theta, i)));
    rig_finish(&r);
    return size;
}

static struct ob_rate_limit limit_of(const char *set, double lambda, void **opts)
{
    struct ob_err err;
    struct ob_rate_limit limit = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find("sgd", &err);
    *opts = toy_opts(t->params, t->opts_size, set);
    assert_true(t->rate_limit(*opts, lambda, &limit));
    return limit;
}

static void done(void *opts)
{
    struct ob_err err;
    ob_params_finish(ob_optimizer_find("sgd", &err)->params, opts);
    free(opts);
}

/* A hundredth of a percent to either side of the limit decides. */
static void limits_divide_convergence_from_divergence(void **state)
{
    (void)state;
    static const double l[] = { 0.7, 2, 23.3137084989847604 };
    for (size_t i = 0; i < OB_COUNT(settings); i++) {
        void *opts;
        struct ob_rate_limit limit = limit_of(settings[i], l[2], &opts);
        assert_true(size_after(settings[i], limit.lr * 0.9999, l, 3, 40000) < 1e-2);
        assert_true(size_after(settings[i], limit.lr * 1.0001, l, 3, 40000) > 1e2);
        done(opts);
    }
}

static void growth_is_that_of_the_steps(void **state)
{
    (void)state;
    static const double share[] = { 0.03, 0.4, 0.9, 1.1 };
    const struct ob_optimizer_type *t = ob_optimizer_find("sgd", NULL);
    for (size_t i = 0; i < OB_COUNT(settings); i++)
        for (size_t j = 0; j < OB_COUNT(share); j++) {
            void *opts;
            const double l = 4;
            struct ob_rate_limit limit = limit_of(settings[i], l, &opts);
            double lr = share[j] * limit.lr, growth = t->growth(opts, lr, l);
            double far = size_after(settings[i], lr, &l, 1, 300);
            assert_true((growth < 1) == (share[j] < 1));
            /* Complex roots turn, and twofold ones grow linearly besides. */
            ob_assert_near(log(far) / 300, log(growth), 0.03);
            done(opts);
        }
}

static void known_limits(void **state)
{
    (void)state;
    void *opts;
    struct ob_rate_limit limit = limit_of("", 12 + sqrt(128), &opts);
    ob_assert_near(limit.lr, 0.08578643762690495, 1e-16);
    assert_string_equal(limit.formula, "2/lambda_max");
    done(opts);
    limit = limit_of("momentum=0.9", 2, &opts);
    ob_assert_near(limit.lr, 1.9, 1e-15);
    assert_string_equal(limit.formula, "2(1 + momentum)/lambda_max");
    done(opts);
    limit = limit_of("momentum=0.5 nesterov=yes", 3, &opts);
    ob_assert_near(limit.lr, 0.5, 1e-15);
    done(opts);
}

static void no_limit_where_there_is_none(void **state)
{
    (void)state;
    struct ob_err err;
    struct ob_rate_limit limit;
    const struct ob_optimizer_type *t = ob_optimizer_find("sgd", &err);
    static const char *const none[] = { "maximize=yes", "momentum=1",
                                        "momentum=0.5 dampening=1" };
    for (size_t i = 0; i < OB_COUNT(none); i++) {
        void *opts = toy_opts(t->params, t->opts_size, none[i]);
        assert_false(t->rate_limit(opts, 2, &limit));
        done(opts);
    }
    void *opts = toy_opts(t->params, t->opts_size, "");
    assert_false(t->rate_limit(opts, -1, &limit));
    assert_false(t->rate_limit(opts, (double)NAN, &limit));
    done(opts);
    /* Both or neither. */
    for (const struct ob_optimizer_type *const *o = ob_optimizers(); *o; o++)
        assert_true(!(*o)->growth == !(*o)->rate_limit);
    assert_null(ob_optimizer_find("adam", &err)->growth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_divide_convergence_from_divergence),
        cmocka_unit_test(growth_is_that_of_the_steps),
        cmocka_unit_test(known_limits),
        cmocka_unit_test(no_limit_where_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
