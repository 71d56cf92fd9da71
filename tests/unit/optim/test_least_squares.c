/*
 * Gauss-Newton and Levenberg-Marquardt, step by step from their equations, on the fit of
 * a exp(b x): residuals, Jacobian and systems of two unknowns written out.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/optim/optimizer.h"

enum { ROWS = 6 };

static const double xs[ROWS] = { 0, 0.25, 0.5, 1, 1.5, 2 };
static const double ys[ROWS] = { 2.1, 1.7, 1.2, 0.75, 0.5, 0.2 };

struct rig {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    struct ob_iterate it;
};

static void begin(struct rig *r, enum ob_dtype dtype, const char *optimizer,
                  const char *options, const double *start)
{
    const double *const x[] = { xs };
    struct ob_dataset d = toy_dataset(ROWS, 1, x, ys);
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(optimizer, &err);
    void *opts = toy_opts(t->params, t->opts_size, options);
    const struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    *r = (struct rig){ .problem = toy_create(
                           ob_problem_find("formula", NULL), dtype,
                           "parameters=a,b predict=a*exp(b*x0) loss=half_mse", &d) };
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    if (!r->optimizer)
        fail_msg("%s", err.text);
    r->theta = toy_vec(dtype, 2, start);
    r->grad = toy_vec(dtype, 2, start);
    r->it = (struct ob_iterate){ .problem = r->problem,
                                 .theta = &r->theta,
                                 .grad = &r->grad };
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

static enum ob_step_result step(struct rig *r)
{
    struct ob_eval e;
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    r->it.loss = e.loss;
    r->it.k++;
    return ob_optimizer_step(r->optimizer, &r->it);
}

/* F = sum r^2 / (2 n), g = J'r / n, A = J'J / n. */
struct fit {
    double f, g[2], a[3]; /* a: 11, 12, 22 */
};

static struct fit fit_at(const double *t)
{
    struct fit s = { 0 };
    for (size_t i = 0; i < ROWS; i++) {
        double e = exp(t[1] * xs[i]), r = t[0] * e - ys[i];
        double j[2] = { e, t[0] * xs[i] * e };
        s.f += r * r / (2 * ROWS);
        s.g[0] += j[0] * r / ROWS;
        s.g[1] += j[1] * r / ROWS;
        s.a[0] += j[0] * j[0] / ROWS;
        s.a[1] += j[0] * j[1] / ROWS;
        s.a[2] += j[1] * j[1] / ROWS;
    }
    return s;
}

/* (A + diag(p, q)) h = -g by Cramer's rule. */
static void solve(const struct fit *s, double p, double q, double *h)
{
    double a = s->a[0] + p, b = s->a[1], c = s->a[2] + q, det = a * c - b * b;
    h[0] = (-s->g[0] * c + s->g[1] * b) / det;
    h[1] = (-s->g[1] * a + s->g[0] * b) / det;
}

static double norm(const double *t)
{
    struct fit s = fit_at(t);
    return hypot(s.g[0], s.g[1]);
}

static void gauss_newton_by_hand(void **state)
{
    (void)state;
    struct rig r;
    double t[2] = { 1.5, -0.5 }, h[2];
    begin(&r, OB_F64, "gauss_newton", "", t);
    for (int k = 0; k < 6; k++) {
        struct fit s = fit_at(t);
        solve(&s, 0, 0, h);
        t[0] += h[0];
        t[1] += h[1];
        assert_int_equal(step(&r), OB_STEP_OK);
        ob_assert_near(ob_vec_get(&r.theta, 0), t[0], 1e-12);
        ob_assert_near(ob_vec_get(&r.theta, 1), t[1], 1e-12);
    }
    ob_assert_near(norm(t), 0, 1e-9);
    finish(&r);
}

/* One step of algorithm 3.16 (Madsen, Nielsen, Tingleff 2004), rejections included; how
 * many values of mu it took. */
static int nielsen(double *t, double *mu, double *nu, bool diagonal)
{
    struct fit s = fit_at(t);
    double d[2] = { diagonal ? s.a[0] : 1, diagonal ? s.a[2] : 1 };
    for (int trials = 1; trials < 40; trials++) {
        double h[2];
        solve(&s, *mu * d[0], *mu * d[1], h);
        double next[2] = { t[0] + h[0], t[1] + h[1] };
        double foretold =
            (h[0] * (*mu * d[0] * h[0] - s.g[0]) + h[1] * (*mu * d[1] * h[1] - s.g[1])) /
            2; /* (3.14) */
        double rho = (s.f - fit_at(next).f) / foretold;
        if (rho > 0) { /* (2.21); a loss that is no number is not */
            *mu *= fmax(1.0 / 3, 1 - pow(2 * rho - 1, 3));
            *nu = 2;
            memcpy(t, next, sizeof next);
            return trials;
        }
        *mu *= *nu;
        *nu *= 2;
    }
    fail_msg("no damping helps");
    return 0;
}

static void levenberg_marquardt_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        double start[2], tau;
        bool diagonal, rejects;
    } cases[] = {
        { "", { 1.5, -0.5 }, 1e-3, false, false },
        { "tau=1", { 0.5, 0.5 }, 1, false, false },
        { "tau=1e-6", { 0.1, 1.5 }, 1e-6, false, true },
        { "scaling=diagonal tau=0.01", { 1, 1.5 }, 0.01, true, false },
    };
    for (size_t c = 0; c < OB_COUNT(cases); c++) {
        struct rig r;
        double t[2] = { cases[c].start[0], cases[c].start[1] }, nu = 2;
        struct fit s = fit_at(t);
        double mu = cases[c].tau * (cases[c].diagonal ? 1 : fmax(s.a[0], s.a[2]));
        int most = 1;
        begin(&r, OB_F64, "levenberg_marquardt", cases[c].options, t);
        for (int k = 0; k < 12 && norm(t) > 1e-6; k++) {
            int trials = nielsen(t, &mu, &nu, cases[c].diagonal);
            most = trials > most ? trials : most;
            assert_int_equal(step(&r), OB_STEP_OK);
            ob_assert_near(ob_vec_get(&r.theta, 0), t[0], 1e-10 * (1 + fabs(t[0])));
            ob_assert_near(ob_vec_get(&r.theta, 1), t[1], 1e-10 * (1 + fabs(t[1])));
            ob_assert_near(r.optimizer->gauge[0][0], mu, 1e-8 * mu);
            ob_assert_near(r.optimizer->gauge[2][0], trials, 0);
        }
        assert_true(r.it.k >= 3);
        if (cases[c].rejects && most < 2)
            fail_msg("case %zu rejects nothing", c);
        finish(&r);
    }
}

/* From far away in single precision, to the solution and no farther: what is left is
 * rounding, and the steps stay steps. */
static void ends_at_rounding(void **state)
{
    (void)state;
    struct rig r;
    double t[2];
    begin(&r, OB_F32, "levenberg_marquardt", "", (double[]){ 4, 1 });
    for (int k = 0; k < 60 && step(&r) == OB_STEP_OK; k++)
        ;
    t[0] = ob_vec_get(&r.theta, 0);
    t[1] = ob_vec_get(&r.theta, 1);
    ob_assert_near(norm(t), 0, 1e-5);
    finish(&r);
}

/* b does nothing where a is 0: J'J has no inverse, damping gives a step all the same. */
static void a_singular_matrix(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, OB_F64, "gauss_newton", "", (double[]){ 0, -1 });
    assert_int_equal(step(&r), OB_STEP_SINGULAR);
    assert_non_null(strstr(r.optimizer->note, "the Gauss-Newton matrix is singular"));
    finish(&r);
    begin(&r, OB_F64, "levenberg_marquardt", "scaling=diagonal", (double[]){ 0, -1 });
    assert_int_equal(step(&r), OB_STEP_OK);
    assert_true(ob_vec_get(&r.theta, 0) > 1);
    finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauss_newton_by_hand),
        cmocka_unit_test(levenberg_marquardt_by_hand),
        cmocka_unit_test(ends_at_rounding),
        cmocka_unit_test(a_singular_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
