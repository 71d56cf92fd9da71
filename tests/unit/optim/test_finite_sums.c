/*
 * SVRG and SAGA on f = mean of (x - y_i)^2 / 2, whose single gradients are x - y_i: the
 * steps by hand from the papers' equations, the sums they keep, and what makes them worth
 * their while, convergence under a constant rate.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/optim/optimizer.h"

enum { ROWS = 4 };
static const double y[ROWS] = { 1, 2, 4, 9 };

struct rig {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    uint64_t k;
};

/* A straight line without features: its bias is x, half_mse its loss. */
/* All parameters are of a group of the kind where [optimizer] is `around`, not NULL. */
static void begin_in(struct rig *r, enum ob_dtype dtype, const char *around,
                     const char *name, const char *options, bool batched)
{
    static const double zero[ROWS];
    const double *const x[] = { zero };
    struct ob_dataset d = toy_dataset(ROWS, 1, x, y);
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(name, &err);
    const struct ob_problem_type *linear = ob_problem_find("linear", &err);
    void *opts = toy_opts(t->params, t->opts_size, options);
    const struct ob_optimizer_type *outer = around ? ob_optimizer_find(around, &err) : t;
    void *outer_opts = toy_opts(outer->params, outer->opts_size, around ? "" : options);
    const struct ob_group group = { .name = "all", .n = 2, .type = t, .opts = opts };
    const struct ob_optimizer_setup setup = {
        .type = outer, .opts = outer_opts, .group = &group, .groups = around ? 1 : 0
    };
    *r = (struct rig){ .problem = toy_create(linear, dtype, "loss=half_mse", &d) };
    if (batched)
        assert_true(ob_problem_batch(r->problem, (uint32_t[]){ 0 }, 1, &err));
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    assert_non_null(r->optimizer);
    assert_int_equal(r->problem->n, 2);
    assert_true(ob_vec_init(&r->theta, dtype, 2, &err));
    assert_true(ob_vec_init(&r->grad, dtype, 2, &err));
    ob_params_finish(t->params, opts);
    ob_params_finish(outer->params, outer_opts);
    free(opts);
    free(outer_opts);
}

static void begin(struct rig *r, enum ob_dtype dtype, const char *name,
                  const char *options, bool batched)
{
    begin_in(r, dtype, NULL, name, options, batched);
}

static void finish(struct rig *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

/* A step by these rows, all of them for n = 0; returns x: the weight stays 0, and the
 * batch stays chosen. */
static double step(struct rig *r, const uint32_t *row, size_t n)
{
    struct ob_eval e;
    double before[2];
    assert_true(ob_problem_batch(r->problem, row, n, NULL));
    memcpy(before, r->theta.data, 2 * ob_dtype_size(r->theta.dtype));
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    struct ob_iterate it = { .problem = r->problem,
                             .theta = &r->theta,
                             .grad = &r->grad,
                             .loss = e.loss,
                             .k = ++r->k,
                             .row = row,
                             .rows = n };
    assert_int_equal(ob_optimizer_step(r->optimizer, &it), OB_STEP_OK);
    ob_assert_near(it.lr, 0.5, 0);
    const double loss = e.loss;
    ob_problem_eval(r->problem, before, NULL, &e);
    r->problem->counts.function--;
    assert_true(e.loss == loss);
    double first = ob_vec_get(&r->theta, 0), second = ob_vec_get(&r->theta, 1);
    assert_true(first == 0 || second == 0);
    return first + second;
}

/*
 * Johnson, Zhang 2013, figure 1 with m = 2 and a rate of 1/2. The full gradient is x - 4.
 *   snapshot 0, mu = -4
 *   row 3:  v = (0 - 9) - (0 - 9) - 4 = -4           x = 2
 *   row 0:  v = (2 - 1) - (0 - 1) - 4 = -2           x = 3
 *   snapshot 3, mu = -1
 *   rows 1, 2: v = (3 - 3) - (3 - 3) - 1 = -1        x = 3.5
 *   row 0:  v = (3.5 - 1) - (3 - 1) - 1 = -0.5       x = 3.75
 */
static void svrg_by_hand(void **state)
{
    (void)state;
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct rig r;
        begin(&r, t, "svrg", "lr=0.5 every=2", true);
        assert_true(step(&r, (uint32_t[]){ 3 }, 1) == 2);
        assert_true(step(&r, (uint32_t[]){ 0 }, 1) == 3);
        assert_true(step(&r, (uint32_t[]){ 1, 2 }, 2) == 3.5);
        assert_true(step(&r, (uint32_t[]){ 0 }, 1) == 3.75);
        /* Four batches, each twice, and two of all rows. */
        assert_int_equal(r.problem->counts.gradient, 10);
        finish(&r);
    }
}

/* The first steps by hand again, as the kind of a group: its options are the group's. */
static void svrg_of_a_group(void **state)
{
    (void)state;
    static const char *const around[] = { "adam", "sgd", "gd" };
    for (size_t i = 0; i < OB_COUNT(around); i++) {
        struct rig r;
        begin_in(&r, OB_F64, around[i], "svrg", "lr=0.5 every=2", true);
        assert_true(step(&r, (uint32_t[]){ 3 }, 1) == 2);
        assert_true(step(&r, (uint32_t[]){ 0 }, 1) == 3);
        assert_true(step(&r, (uint32_t[]){ 1, 2 }, 2) == 3.5);
        assert_true(step(&r, (uint32_t[]){ 0 }, 1) == 3.75);
        assert_int_equal(r.problem->counts.gradient, 10);
        finish(&r);
    }
}

/* Two passes over four rows are eight steps of one row. */
static void svrg_takes_two_passes(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, OB_F64, "svrg", "lr=0.5", true);
    for (int k = 1; k <= 17; k++) {
        step(&r, (uint32_t[]){ 0 }, 1);
        assert_int_equal(r.optimizer->counter[0], k % 8);
    }
    finish(&r);
}

/*
 * Defazio et al. 2014, equation 1. The table begins with 0 - y: -1 -2 -4 -9, mean -4.
 *   row 3:  v = (0 - 9) - (-9) - 4 = -4              x = 2, kept_3 = -9,   mean -4
 *   row 0:  v = (2 - 1) - (-1) - 4 = -2              x = 3, kept_0 = 1,    mean -3.5
 *   rows 1, 2: v = ((1 + 2) + (-1 + 4)) / 2 - 3.5 = -0.5
 *           x = 3.25, kept_1 = 1, kept_2 = -1, mean -3.5 + 6/4 = -2
 *   row 3:  v = (3.25 - 9 + 9) - 2 = 1.25            x = 2.625
 */
static void saga_by_hand(void **state)
{
    (void)state;
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct rig r;
        begin(&r, t, "saga", "lr=0.5", true);
        assert_true(step(&r, (uint32_t[]){ 3 }, 1) == 2);
        assert_true(step(&r, (uint32_t[]){ 0 }, 1) == 3);
        assert_true(step(&r, (uint32_t[]){ 1, 2 }, 2) == 3.25);
        assert_true(step(&r, (uint32_t[]){ 3 }, 1) == 2.625);
        /* Four batches, each twice, and the table. */
        assert_int_equal(r.problem->counts.gradient, 9);
        finish(&r);
    }
}

/* With all rows in every step both are gradient descent to the bit. */
static void full_batches_are_gradient_descent(void **state)
{
    (void)state;
    static const char *const names[] = { "svrg", "saga" };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        struct rig r;
        double x = 0;
        begin(&r, OB_F64, names[i], "lr=0.5", false);
        for (int k = 0; k < 5; k++) {
            x -= 0.5 * (x - 4);
            assert_true(step(&r, NULL, 0) == x);
        }
        assert_int_equal(r.problem->counts.gradient, 5);
        finish(&r);
    }
}

/* Under a constant rate sgd would dance around the minimum at 4; these get there. */
static void variance_goes_away(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double within;
    } cases[] = { { "svrg", 1e-9 }, { "saga", 1e-9 }, { "sgd", INFINITY } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct rig r;
        struct ob_rng rng;
        double x = 0;
        ob_rng_init(&rng, 3, 0);
        begin(&r, OB_F64, cases[i].name, "lr=0.5", true);
        for (int k = 0; k < 400; k++)
            x = step(&r, (uint32_t[]){ (uint32_t)ob_rng_below(&rng, ROWS) }, 1);
        if (isfinite(cases[i].within))
            ob_assert_near(x, 4, cases[i].within);
        else
            assert_true(fabs(x - 4) > 0.1);
        finish(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(svrg_by_hand),
        cmocka_unit_test(svrg_of_a_group),
        cmocka_unit_test(svrg_takes_two_passes),
        cmocka_unit_test(saga_by_hand),
        cmocka_unit_test(full_batches_are_gradient_descent),
        cmocka_unit_test(variance_goes_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
