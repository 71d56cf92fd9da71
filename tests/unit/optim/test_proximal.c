/*
 * Proximal gradient and FISTA: the soft threshold, steps by hand, the conditions of
 * Karush, Kuhn and Tucker at the end of a lasso, and what the papers promise of the
 * speed.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

struct rig {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    struct ob_iterate it;
};

static void begin(struct rig *r, struct ob_problem *p, const char *name,
                  const char *options)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(name, &err);
    void *opts = toy_opts(t->params, t->opts_size, options);
    const struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    *r = (struct rig){ .problem = p };
    r->optimizer = ob_optimizer_create(&setup, p, &err);
    assert_non_null(r->optimizer);
    assert_true(ob_vec_init(&r->theta, p->dtype, p->n, &err));
    assert_true(ob_vec_init(&r->grad, p->dtype, p->n, &err));
    r->it = (struct ob_iterate){ .problem = p, .theta = &r->theta, .grad = &r->grad };
    ob_params_finish(t->params, opts);
    free(opts);
}

static void finish(struct rig *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

static void step(struct rig *r)
{
    struct ob_eval e;
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    r->it.loss = e.loss;
    r->it.k++;
    assert_int_equal(ob_optimizer_step(r->optimizer, &r->it), OB_STEP_OK);
}

/* f = x'Ax / 2 + b'x + l1 |x| */
static struct ob_problem *quadratic(const char *settings, enum ob_dtype dtype)
{
    static const char words[] = "A=2,0,0,1 b=-4,-0.5 l1=1";
    struct ob_err err;
    const struct ob_problem_type *t = ob_problem_find("quadratic", &err);
    return toy_create(t, dtype, *settings ? settings : words, NULL);
}

/*
 * A = diag(2, 1), b = (-4, -1/2), l1 = 1, from 0 with a rate of 1/4:
 *   x0: z = x - (2x - 4)/4 = x/2 + 1, less 1/4:   0.75, 1.125, 1.3125 -> 3/2
 *   x1: z = x - (x - 1/2)/4 = 1/8 at 0: below 1/4, it stays 0
 */
static void ista_by_hand(void **state)
{
    (void)state;
    const double want[] = { 0.75, 1.125, 1.3125, 1.40625 };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct rig r;
        begin(&r, quadratic("", t), "proximal_gradient", "lr=0.25");
        for (size_t k = 0; k < OB_COUNT(want); k++) {
            step(&r);
            assert_true(ob_vec_get(&r.theta, 0) == want[k]);
            assert_true(ob_vec_get(&r.theta, 1) == 0);
        }
        finish(&r);
    }
}

/*
 * The same by equations 4.1 to 4.3 of Beck and Teboulle: t = 1, 1.618.., 2.193.., so that
 * the momentum is 0, then 0.281.., of x2 - x1; prox(y) = y/2 + 3/4.
 */
static void fista_by_hand(void **state)
{
    (void)state;
    double x = 0, before = 0, t = 1;
    struct rig r;
    begin(&r, quadratic("", OB_F64), "fista", "lr=0.25");
    for (int k = 1; k <= 6; k++) {
        double last = t, y;
        y = x;
        if (k > 1) {
            t = (1 + sqrt(1 + 4 * last * last)) / 2;
            y = x + (last - 1) / t * (x - before);
        }
        before = x;
        x = y / 2 + 0.75;
        step(&r);
        ob_assert_near(ob_vec_get(&r.theta, 0), x, 1e-15);
        assert_true(ob_vec_get(&r.theta, 1) == 0);
    }
    finish(&r);
}

/* A rate of 8 is far beyond 1/L = 1/2: halves go to 1/2, and there they stay. */
static void backtracking_finds_the_curvature(void **state)
{
    (void)state;
    static const char *const names[] = { "proximal_gradient", "fista" };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        struct rig r;
        begin(&r, quadratic("", OB_F64), names[i], "lr=8 backtracking=0.5");
        step(&r);
        assert_true(r.it.lr == 0.5);
        ob_assert_near(ob_vec_get(&r.theta, 0), 1.5, 1e-15);
        step(&r);
        assert_true(r.it.lr == 0.5);
        finish(&r);
    }
}

/* What a schedule asks for, 0 too, is neither a failure nor a bound for later rates. */
static void backtracking_follows_a_schedule(void **state)
{
    (void)state;
    static const char *const names[] = { "proximal_gradient", "fista" };
    static const char *const rate[] = { "0", "0.125", "0.25", "8", "0.25", "8" };
    static const double want[] = { 0, 0.125, 0.25, 0.5, 0.25, 0.5 };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        struct rig r;
        begin(&r, quadratic("", OB_F64), names[i], "lr=1 backtracking=0.5");
        for (size_t k = 0; k < OB_COUNT(rate); k++) {
            assert_true(ob_optimizer_set(r.optimizer, NULL, "lr", rate[k], NULL));
            step(&r);
            assert_true(r.it.lr == want[k]);
        }
        finish(&r);
    }
}

/* ---- a lasso ---- */

enum { ROWS = 60, FEATURES = 8 };

static struct ob_problem *lasso(double l1)
{
    static double cells[FEATURES][ROWS], target[ROWS];
    const double *x[FEATURES];
    struct ob_rng rng;
    struct ob_err err;
    char settings[64];
    ob_rng_init(&rng, 11, 0);
    for (size_t i = 0; i < ROWS; i++) {
        target[i] = ob_rng_uniform(&rng);
        for (size_t j = 0; j < FEATURES; j++) {
            x[j] = cells[j];
            cells[j][i] = 2 * ob_rng_uniform(&rng) - 1;
            target[i] += j % 3 == 0 ? (double)(j + 1) * cells[j][i] / 4 : 0;
        }
    }
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, target);
    snprintf(settings, sizeof settings, "loss=half_mse l1=%.3f", l1);
    return toy_create(ob_problem_find("linear", &err), OB_F64, settings, &d);
}

/* The subgradient holds 0: a weight has the slope -l1 sign(w), one that is 0 a slope of
 * at most l1, the bias none. Some weights are 0, and exactly. */
static void a_lasso_ends_where_it_should(void **state)
{
    (void)state;
    static const struct {
        const char *name, *options;
        int steps;
    } cases[] = {
        { "proximal_gradient", "lr=0.8", 600 },
        { "fista", "lr=0.8 restart=gradient", 300 },
        { "fista", "lr=0.8 restart=function", 300 },
        { "fista", "lr=50 backtracking=0.7 restart=gradient", 300 },
    };
    const double l1 = 0.06;
    for (size_t c = 0; c < OB_COUNT(cases); c++) {
        struct rig r;
        size_t zeros = 0;
        struct ob_eval e;
        begin(&r, lasso(l1), cases[c].name, cases[c].options);
        for (int k = 0; k < cases[c].steps; k++)
            step(&r);
        ob_problem_eval(r.problem, r.theta.data, r.grad.data, &e);
        for (size_t i = 0; i < r.problem->n; i++) {
            const double w = ob_vec_get(&r.theta, i), g = ob_vec_get(&r.grad, i);
            const bool weight = i >= r.problem->weight[0].offset &&
                                i - r.problem->weight[0].offset < r.problem->weight[0].n;
            if (!weight)
                ob_assert_near(g, 0, 1e-12);
            else if (w != 0)
                ob_assert_near(g, -copysign(l1, w), 1e-12);
            else
                assert_true(fabs(g) <= l1);
            zeros += weight && w == 0;
        }
        assert_in_range(zeros, 2, FEATURES - 2);
        /* Which is what the length of the shortest subgradient says. */
        ob_problem_least_slope(r.problem, r.theta.data, r.grad.data);
        assert_true(ob_norm2(NULL, &r.grad) < 1e-11);
        finish(&r);
    }
}

/* Beck, Teboulle 2009, theorem 4.4: F(x_k) - F* <= 2 |x_0 - x*|^2 / (lr (k + 1)^2), on a
 * parabola of condition 10^4 that plain gradients are slow on. */
static void fista_keeps_its_promise(void **state)
{
    (void)state;
    const double start[] = { 1, 1 };
    double loss[2];
    static const char *const names[] = { "proximal_gradient", "fista" };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        struct rig r;
        begin(&r, quadratic("A=1,0,0,0.0001 b=0,0", OB_F64), names[i], "lr=1");
        ob_vec_write(&r.theta, 0, 2, start);
        for (int k = 1; k <= 300; k++) {
            step(&r);
            struct ob_eval e;
            ob_problem_eval(r.problem, r.theta.data, NULL, &e);
            loss[i] = e.loss;
            if (i == 1)
                assert_true(e.loss <= 2 * 2 / ((k + 1.0) * (k + 1.0)));
        }
        finish(&r);
    }
    assert_true(loss[1] < loss[0] / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ista_by_hand),
        cmocka_unit_test(fista_by_hand),
        cmocka_unit_test(backtracking_finds_the_curvature),
        cmocka_unit_test(backtracking_follows_a_schedule),
        cmocka_unit_test(a_lasso_ends_where_it_should),
        cmocka_unit_test(fista_keeps_its_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
