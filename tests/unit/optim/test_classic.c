/*
 * Directions and lengths of the classical methods, worked by hand from the equations that
 * each file names: conjugate gradients, L-BFGS against the matrix that it stands for,
 * Barzilai-Borwein, Polyak. And what is known of all of them on quadratics.
 */
#include "rig.h"

#include <math.h>

#include "optbench/base/rng.h"

enum { N = 3, STEPS = 5 };

static const double start[N] = { 1, -2, 0.5 };

/* f = x'Ax / 2 - b'x with eigenvalues of 1 to 10. */
static void steep(void)
{
    toy = (struct toy_quadratic){
        .n = N, .a = { 10, 1, 0, 1, 4, 0.5, 0, 0.5, 1 }, .b = { 1, 2, -1 }, .c = 3
    };
}

static double dot(const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += a[i] * b[i];
    return sum;
}

static void slope(const double *x, double *g)
{
    for (size_t i = 0; i < N; i++)
        g[i] = dot(toy.a + i * N, x) - toy.b[i];
}

static double value(const double *x)
{
    double g[N];
    slope(x, g);
    return (dot(x, g) - dot(x, toy.b)) / 2 + toy.c;
}

static void same(const struct rig *r, const double *x)
{
    for (size_t i = 0; i < N; i++)
        ob_assert_near(ob_vec_get(&r->theta, i), x[i], 1e-13 * (1 + fabs(x[i])));
}

/* ---- conjugate gradients ---- */

static double beta_of(const char *variant, const double *g, const double *g1,
                      const double *d1)
{
    double y[N];
    for (size_t i = 0; i < N; i++)
        y[i] = g[i] - g1[i];
    if (strcmp(variant, "fr") == 0)
        return dot(g, g) / dot(g1, g1);
    if (strcmp(variant, "prplus") == 0)
        return fmax(0, dot(g, y) / dot(g1, g1));
    return (strcmp(variant, "hs") == 0 ? dot(g, y) : dot(g, g)) / dot(d1, y);
}

static const char *const variants[] = { "fr", "prplus", "hs", "dy" };

/* Lengths that are not exact, so that no two of the formulas agree. */
static void conjugate_directions_by_hand(void **state)
{
    (void)state;
    double seen[OB_COUNT(variants)];
    steep();
    for (size_t v = 0; v < OB_COUNT(variants); v++) {
        struct rig r;
        char options[64];
        double x[N], g[N], d[N], g1[N], d1[N];
        snprintf(options, sizeof options, "lr=0.05 variant=%s", variants[v]);
        rig_begin(&r, OB_F64, "cg", options, "none", "", start);
        memcpy(x, start, sizeof x);
        for (int k = 0; k < STEPS; k++) {
            slope(x, g);
            double beta = k ? beta_of(variants[v], g, g1, d1) : 0;
            for (size_t i = 0; i < N; i++) {
                d[i] = -g[i] + (k ? beta * d1[i] : 0);
                x[i] += 0.05 * d[i];
            }
            rig_step(&r);
            same(&r, x);
            ob_assert_near(r.optimizer->gauge[0][0], beta, 1e-12 * (1 + beta));
            memcpy(g1, g, sizeof g);
            memcpy(d1, d, sizeof d);
        }
        seen[v] = x[0];
        rig_finish(&r);
    }
    for (size_t v = 1; v < OB_COUNT(variants); v++)
        assert_true(fabs(seen[v] - seen[v - 1]) > 1e-6);
}

/* With exact lengths on a quadratic they are all the same method, and so are BFGS and
 * L-BFGS (Nocedal, Wright, theorems 5.3 and 6.4, section 7.2): it ends after n steps. */
static void exact_searches_end_after_n_steps(void **state)
{
    (void)state;
    static const char *const methods[][2] = {
        { "cg", "variant=fr" }, { "cg", "variant=prplus" },
        { "cg", "variant=hs" }, { "cg", "variant=dy" },
        { "bfgs", "" },         { "lbfgs_textbook", "" },
    };
    double path[N][N] = { { 0 } };
    steep();
    for (size_t m = 0; m < OB_COUNT(methods); m++) {
        struct rig r;
        rig_begin(&r, OB_F64, methods[m][0], methods[m][1], "exact", "tolerance=1e-13",
                  start);
        for (size_t k = 0; k < N; k++) {
            rig_step(&r);
            assert_int_equal(r.result, OB_STEP_OK);
            for (size_t i = 0; i < N; i++) {
                if (m == 0)
                    path[k][i] = ob_vec_get(&r.theta, i);
                ob_assert_near(ob_vec_get(&r.theta, i), path[k][i], 1e-10);
            }
        }
        rig_loss(&r);
        for (size_t i = 0; i < N; i++)
            ob_assert_near(ob_vec_get(&r.grad, i), 0, 1e-10);
        rig_finish(&r);
    }
}

/* ---- L-BFGS ---- */

/* H = (I - rho s y') H (I - rho y s') + rho s s' (NW 6.17). */
static void bfgs_update(double *h, const double *s, const double *y)
{
    double left[N][N], next[N][N], rho = 1 / dot(s, y);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            left[i][j] = (i == j) - rho * s[i] * y[j];
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            next[i][j] = rho * s[i] * s[j];
            for (size_t k = 0; k < N; k++)
                for (size_t l = 0; l < N; l++)
                    next[i][j] += left[i][k] * h[k * N + l] * left[j][l];
        }
    memcpy(h, next, sizeof next);
}

/* The two loops against gamma I updated by the last two pairs (NW 7.19, 7.20). */
static void two_loops_are_the_matrix(void **state)
{
    (void)state;
    enum { KEPT = 2 };
    struct rig r;
    double x[N], g[N], x1[N], g1[N], s[STEPS][N], y[STEPS][N];
    steep();
    rig_begin(&r, OB_F64, "lbfgs_textbook", "lr=0.3 history=2", "none", "", start);
    memcpy(x, start, sizeof x);
    for (size_t k = 0; k < STEPS; k++) {
        double h[N * N] = { 0 }, gamma = 1;
        slope(x, g);
        for (size_t i = 0; k > 0 && i < N; i++) {
            s[k - 1][i] = x[i] - x1[i];
            y[k - 1][i] = g[i] - g1[i];
        }
        if (k > 0)
            gamma = dot(s[k - 1], y[k - 1]) / dot(y[k - 1], y[k - 1]);
        for (size_t i = 0; i < N; i++)
            h[i * N + i] = gamma;
        for (size_t p = k > KEPT ? k - KEPT : 0; p < k; p++)
            bfgs_update(h, s[p], y[p]);
        memcpy(x1, x, sizeof x);
        memcpy(g1, g, sizeof g);
        for (size_t i = 0; i < N; i++)
            x[i] -= 0.3 * dot(h + i * N, g1);
        rig_step(&r);
        same(&r, x);
        ob_assert_near(r.optimizer->gauge[0][0], gamma, 1e-13);
    }
    rig_finish(&r);
}

/* ---- lengths of gradient descent ---- */

static double bb_length(const char *variant, int k, const double *s, const double *y)
{
    bool brief = strcmp(variant, "short") == 0 ||
                 (strcmp(variant, "alternate") == 0 && k % 2 == 0);
    return brief ? dot(s, y) / dot(y, y) : dot(s, s) / dot(s, y);
}

static void barzilai_borwein_by_hand(void **state)
{
    (void)state;
    static const char *const lengths[] = { "long", "short", "alternate" };
    steep();
    for (size_t v = 0; v < OB_COUNT(lengths); v++) {
        struct rig r;
        char options[64];
        double x[N], g[N], s[N], y[N], g1[N];
        snprintf(options, sizeof options, "lr=0.01 variant=%s", lengths[v]);
        rig_begin(&r, OB_F64, "bb", options, NULL, "", start);
        memcpy(x, start, sizeof x);
        for (int k = 0; k < STEPS; k++) {
            slope(x, g);
            for (size_t i = 0; k > 0 && i < N; i++)
                y[i] = g[i] - g1[i];
            double t = k ? bb_length(lengths[v], k, s, y) : 0.01;
            for (size_t i = 0; i < N; i++) {
                s[i] = -t * g[i];
                x[i] += s[i];
            }
            memcpy(g1, g, sizeof g);
            rig_step(&r);
            same(&r, x);
            ob_assert_near(r.it.lr, t, 1e-12 * t);
        }
        rig_finish(&r);
    }
}

/* A first step that is far too long: halved until the loss is below that of the start. */
static void memory_holds_the_loss_down(void **state)
{
    (void)state;
    struct rig r;
    double losses[STEPS + 1];
    steep();
    rig_begin(&r, OB_F64, "bb", "lr=64 memory=2", NULL, "", start);
    for (size_t k = 0; k <= STEPS; k++) {
        losses[k] = rig_loss(&r);
        if (k >= 1)
            assert_true(losses[k] < fmax(losses[k - 1], losses[k >= 2 ? k - 2 : 0]));
        rig_step(&r);
        ob_assert_near(k ? 0 : log2(64 / r.it.lr), k ? 0 : round(log2(64 / r.it.lr)), 0);
    }
    rig_finish(&r);
    rig_begin(&r, OB_F64, "bb", "lr=64", NULL, "", start);
    rig_step(&r);
    assert_true(rig_loss(&r) > losses[0]);
    rig_finish(&r);
}

/* A hill: no curvature upwards, so the length is |s| / |y|, here 1 over the curvature. */
static void where_nothing_curves_upwards(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 1, .a = { -4 } };
    rig_begin(&r, OB_F64, "bb", "lr=0.125", NULL, "", (double[]){ 2 });
    rig_step(&r);
    ob_assert_near(ob_vec_get(&r.theta, 0), 3, 0);
    rig_step(&r);
    ob_assert_near(r.it.lr, 0.25, 0);
    assert_non_null(strstr(r.optimizer->note, "did not curve upwards"));
    rig_finish(&r);
}

/* theta - lr (f - f*) / |g|^2 g, the least loss being that of A x = b. */
static void polyak_by_hand(void **state)
{
    (void)state;
    struct rig r;
    double x[N], g[N];
    steep();
    rig_begin(&r, OB_F64, "polyak", "lr=0.9 minimum=target target=1.5", NULL, "", start);
    memcpy(x, start, sizeof x);
    for (int k = 0; k < 3; k++) {
        slope(x, g);
        double t = 0.9 * (value(x) - 1.5) / dot(g, g);
        for (size_t i = 0; i < N; i++)
            x[i] -= t * g[i];
        rig_step(&r);
        same(&r, x);
        ob_assert_near(r.it.lr, t, 1e-13);
        ob_assert_near(r.optimizer->gauge[0][0], 1.5, 0);
    }
    rig_finish(&r);
    rig_begin(&r, OB_F64, "polyak", "minimum=target target=100", NULL, "", start);
    rig_step(&r);
    same(&r, start);
    assert_non_null(strstr(r.optimizer->note, "not above what is taken for the least"));
    rig_finish(&r);
}

/* target = record - delta; delta is halved after a path longer than the bound without a
 * fall of delta / 2 (Nedic, Bertsekas 2001, section 2.4). It nears the minimum that
 * nobody told. */
static void polyak_estimates_the_minimum(void **state)
{
    (void)state;
    struct rig r;
    double x[N], g[N], best = 0, record = 0, delta = 0, path = 0, bound = 0;
    int halved = 0, fell = 0;
    steep();
    rig_begin(&r, OB_F64, "polyak", "", NULL, "", start);
    memcpy(x, start, sizeof x);
    for (int k = 0; k < 25; k++) {
        double f = value(x);
        best = k == 0 ? f : fmin(best, f);
        if (k == 0) {
            delta = record = f;
        } else if (f <= record - delta / 2) {
            record = best;
            path = 0;
            fell++;
        } else if (path > bound) {
            record = best;
            delta /= 2;
            path = 0;
            halved++;
        }
        slope(x, g);
        double t = (f - (record - delta)) / dot(g, g);
        for (size_t i = 0; i < N; i++)
            x[i] -= t * g[i];
        path += t * sqrt(dot(g, g));
        if (k == 0)
            bound = path / 10;
        rig_step(&r);
        ob_assert_near(r.optimizer->gauge[0][0], record - delta, 1e-11);
        for (size_t i = 0; i < N; i++)
            ob_assert_near(ob_vec_get(&r.theta, i), x[i], 1e-9);
    }
    assert_true(halved > 1 && fell > 1);
    for (int k = 0; k < 2000; k++)
        rig_step(&r);
    ob_assert_near(rig_loss(&r), 1.6609589041, 1e-7);
    rig_finish(&r);
}

/* ---- what is refused, and what goes wrong ---- */

static void refuses(const char *optimizer, const char *options, const char *words)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(optimizer, &err);
    struct ob_problem *p = toy_create(&toy_quadratic, OB_F64, "", NULL);
    void *opts = toy_opts(t->params, t->opts_size, options);
    const struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    assert_null(ob_optimizer_create(&setup, p, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, words))
        fail_msg("'%s' has no '%s'", err.text, words);
    ob_params_finish(t->params, opts);
    free(opts);
    ob_problem_destroy(p);
}

static void models_that_lack_something(void **state)
{
    (void)state;
    steep();
    refuses("newton_cg", "", "no products with the Hessian");
    refuses("newton_cg", "curvature=gauss_newton", "no Gauss-Newton matrix");
    refuses("trust_steihaug", "", "needs products with the Hessian");
    refuses("trust_dogleg", "curvature=gauss_newton", "no Gauss-Newton matrix");
    refuses("gauss_newton", "", "this quadratic model is none");
    refuses("levenberg_marquardt", "", "this quadratic model is none");
}

/* Where the Hessian is not positive definite the dogleg is the Cauchy point: to the edge
 * along minus the gradient, whose curvature is negative here. */
static void dogleg_on_a_saddle(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 1, 0, 0, -2 } };
    rig_begin(&r, OB_F64, "trust_dogleg", "radius=0.5 eta=0", NULL, "",
              (double[]){ 0, 1 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    assert_non_null(strstr(r.optimizer->note, "not positive definite"));
    ob_assert_near(ob_vec_get(&r.theta, 0), 0, 0);
    ob_assert_near(ob_vec_get(&r.theta, 1), 1.5, 1e-15);
    ob_assert_near(r.optimizer->gauge[0][0], 1, 0); /* right, at the edge: doubled */
    ob_assert_near(r.optimizer->gauge[1][0], 1, 1e-12);
    rig_finish(&r);
}

/* A simplex at a point that no other is better than shrinks to it, and says so. */
static void simplex_at_the_minimum(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 2, 0, 0, 2 } };
    rig_begin(&r, OB_F32, "nelder_mead", "", NULL, "", (double[]){ 0, 0 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    ob_assert_near(ob_vec_get(&r.theta, 0), 0, 0);
    if (!strstr(r.optimizer->note, "no better point was found") &&
        !strstr(r.optimizer->note, "has shrunk to rounding"))
        fail_msg("%s", r.optimizer->note);
    rig_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conjugate_directions_by_hand),
        cmocka_unit_test(exact_searches_end_after_n_steps),
        cmocka_unit_test(two_loops_are_the_matrix),
        cmocka_unit_test(barzilai_borwein_by_hand),
        cmocka_unit_test(memory_holds_the_loss_down),
        cmocka_unit_test(where_nothing_curves_upwards),
        cmocka_unit_test(polyak_by_hand),
        cmocka_unit_test(polyak_estimates_the_minimum),
        cmocka_unit_test(models_that_lack_something),
        cmocka_unit_test(dogleg_on_a_saddle),
        cmocka_unit_test(simplex_at_the_minimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
