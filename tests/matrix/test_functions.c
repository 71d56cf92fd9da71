/*
 * Every function by name: value, gradient and Hessian against forms derived by hand, in
 * both dtypes; against differences; starts and minima as published; values at many points
 * against single ones.
 */
#include "../lib/ob_toy.h"

#include <math.h>

#include "../../src/model/rotation.h"
#include "closed_forms.h"
#include "optbench/base/rng.h"
#include "optbench/model/gradcheck.h"
#include "optbench/model/init.h"

enum { POINTS = 40, MOST = 8 };

static struct ob_problem *create(const char *name, enum ob_dtype dtype,
                                 const char *settings)
{
    struct ob_err err;
    const struct ob_problem_type *t = ob_problem_find(name, &err);
    if (!t)
        fail_msg("%s", err.text);
    return toy_create(t, dtype, settings, NULL);
}

/* A point of the box, every second one near the start, as numbers of both dtypes. The
 * waves of Schaffer's function are far finer than single precision away from there. */
static void draw(struct ob_problem *p, uint64_t k, double *x)
{
    double low[MOST], high[MOST];
    struct ob_rng r;
    ob_rng_init(&r, k, 3);
    assert_true(p->n <= MOST && ob_problem_domain(p, low, high));
    p->type->start_point(p, x);
    for (size_t i = 0; i < p->n; i++) {
        double u = ob_rng_uniform(&r), width = high[i] - low[i];
        assert_true(width > 0);
        x[i] = k % 2 || strcmp(p->type->name, "schaffer") == 0
                   ? x[i] + (u - 0.5) * width / 50
                   : low[i] + u * width;
        x[i] = (double)(float)x[i];
    }
}

/* Entries of b against those of a, to tol of the largest of these. */
static void compare(const struct closed_case *c, const char *what, size_t n,
                    const double *a, const double *b, double tol)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabs(a[i] - b[i]) <= tol * fmax(largest, 1e-12)))
            fail_msg("%s %s: %s %zu is %.17g, not %.17g", c->name, c->settings, what, i,
                     b[i], a[i]);
}

static void check_point(const struct closed_case *c, struct ob_problem *p,
                        const double *x, double tol)
{
    double g[MOST] = { 0 }, h[MOST * MOST] = { 0 }, own_g[MOST], own_h[MOST * MOST];
    struct ob_vec theta = toy_vec(p->dtype, p->n, x), grad = toy_vec(p->dtype, p->n, x);
    struct ob_eval e;
    double f = c->f(p->n, x, g, h);
    ob_problem_eval(p, theta.data, grad.data, &e);
    ob_vec_read(&grad, 0, p->n, own_g);
    assert_true(ob_problem_hessian(p, theta.data, own_h, NULL));
    compare(c, "value", 1, &f, &e.loss, tol * (1 + 10 / fmax(fabs(f), 1e-6)));
    compare(c, "gradient", p->n, g, own_g, tol);
    compare(c, "Hessian", p->n * p->n, h, own_h, tol);
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
}

static void closed_forms(void **state)
{
    const struct closed_case *c = *state;
    struct ob_problem *p = create(c->name, OB_F64, c->settings);
    struct ob_problem *q = create(c->name, OB_F32, c->settings);
    double x[MOST];
    for (uint64_t k = 0; k < POINTS; k++) {
        draw(p, k, x);
        check_point(c, p, x, 1e-11);
        check_point(c, q, x, 1e-3);
    }
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

/* f(R x) for one of the closed forms. */
static double rotated(closed_form *f, size_t n, const double *x, double *g, double *h)
{
    double r[MOST * MOST] = { 0 }, y[MOST] = { 0 }, gy[MOST] = { 0 },
                    hy[MOST * MOST] = { 0 };
    rotation_draw(n, 7, r);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            y[i] += r[i * n + j] * x[j];
    double value = f(n, y, gy, hy);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            g[j] += r[i * n + j] * gy[i];
            for (size_t k = 0; k < n; k++)
                for (size_t l = 0; l < n; l++)
                    h[j * n + l] += r[i * n + j] * hy[i * n + k] * r[k * n + l];
        }
    return value;
}

static closed_form *find_form(const char *name)
{
    for (const struct closed_case *c = closed_many; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c->f;
    fail_msg("no form of %s", name);
    return NULL;
}

static double rotated_ellipsoid(size_t n, const double *x, double *g, double *h)
{
    return rotated(find_form("ellipsoid"), n, x, g, h);
}

static double rotated_rosenbrock(size_t n, const double *x, double *g, double *h)
{
    return rotated(find_form("rosenbrock"), n, x, g, h);
}

static double rotated_rastrigin(size_t n, const double *x, double *g, double *h)
{
    return rotated(find_form("rastrigin"), n, x, g, h);
}

static const struct closed_case closed_rotated[] = {
    { "rotated_ellipsoid", "dimension=4 condition=1000 rotation=7", rotated_ellipsoid },
    { "rotated_rosenbrock", "dimension=4 rotation=7", rotated_rosenbrock },
    { "rotated_rastrigin", "dimension=3 rotation=7", rotated_rastrigin },
    { 0 },
};

static void rotations_are_orthogonal(void **state)
{
    (void)state;
    enum { N = 40 };
    static double r[N * N], again[N * N], other[N * N];
    rotation_draw(N, 3, r);
    rotation_draw(N, 3, again);
    rotation_draw(N, 4, other);
    ob_assert_bytes(r, again, sizeof r);
    assert_true(memcmp(r, other, sizeof r) != 0);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += r[i * N + k] * r[j * N + k];
            ob_assert_near(sum, i == j, 1e-14);
        }
    rotation_draw(1, 3, r);
    ob_assert_near(fabs(r[0]), 1, 0);
}

/* ---- what is published ---- */

static const struct published {
    const char *name, *settings;
    double start[MOST], at_start; /* NAN: the literature gives no start */
    double loss;                  /* NAN: no minimum */
    size_t minima;
    double tol; /* of the gradient at a minimum; 0: 1e-9 */
} published[] = {
    { "sphere", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "ellipsoid", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "rotated_ellipsoid", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "rosenbrock", "", { -1.2, 1 }, 24.2, 0, 1, 0 },
    { "rosenbrock", "dimension=5", { 0 }, NAN, 0, 1, 0 },
    { "rotated_rosenbrock", "dimension=3", { 0 }, NAN, 0, 1, 1e-12 },
    { "rastrigin", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "rotated_rastrigin", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "ackley", "dimension=3", { 0 }, NAN, 0, 1, INFINITY },
    { "beale", "", { 1, 1 }, 14.203125, 0, 1, 0 },
    { "himmelblau", "", { 0, 0 }, 170, 0, 4, 1e-13 },
    { "booth", "", { 0 }, NAN, 0, 1, 0 },
    { "goldstein_price", "", { 0 }, NAN, 3, 1, 0 },
    { "styblinski_tang", "dimension=3", { 0 }, NAN, 3 * -39.166165703771415, 1, 1e-13 },
    { "levy", "dimension=3", { 0 }, NAN, 0, 1, 1e-14 },
    { "griewank", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "zakharov", "dimension=3", { 0 }, NAN, 0, 1, 0 },
    { "matyas", "", { 0 }, NAN, 0, 1, 0 },
    { "three_hump_camel", "", { 0 }, NAN, 0, 1, 0 },
    { "six_hump_camel", "", { 0 }, NAN, -1.0316284534898774, 2, 1e-14 },
    { "monkey_saddle", "", { 0 }, NAN, NAN, 0, 0 },
    { "powell_singular", "", { 3, -1, 0, 1 }, 215, 0, 1, 0 },
    { "wood", "", { -3, -1, -3, -1 }, 19192, 0, 1, 0 },
    { "branin", "", { 0 }, NAN, 0.39788735772973834, 3, 1e-14 },
    { "mccormick", "", { 0 }, NAN, -1.9132229549810364, 1, 1e-14 },
    { "easom", "", { 0 }, NAN, -1, 1, 1e-14 },
    { "bohachevsky", "", { 0 }, NAN, 0, 1, 0 },
    { "dixon_price", "dimension=5", { 0 }, NAN, 0, 2, 1e-13 },
    { "trid", "dimension=6", { 0 }, NAN, -50, 1, 0 },
    { "schaffer", "", { 0 }, NAN, 0, 1, 0 },
    { "michalewicz", "", { 0 }, NAN, -1.8013034100985525, 1, 1e-14 },
    { "michalewicz", "dimension=5", { 0 }, NAN, -4.6876581790881482, 1, 1e-13 },
    { "freudenstein_roth", "", { 0.5, -2 }, 400.5, 0, 1, 0 },
    { "powell_badly_scaled", "", { 0, 1 }, 1.1352617173, 0, 2, 1e-9 },
    { "brown_badly_scaled", "", { 1, 1 }, 999998000003, 0, 1, 1e-9 },
    { "variably_dimensioned",
      "dimension=5",
      { 0.8, 0.6, 0.4, 0.2, 0 },
      14764.2,
      0,
      1,
      0 },
    { "jennrich_sampson", "", { 0.3, 0.4 }, 4171.306, 124.36218235561485, 1, 1e-9 },
};

static void starts(const struct published *s, struct ob_problem *p)
{
    struct ob_model_opts o = { 0 };
    struct ob_vec theta = toy_vec(OB_F64, p->n, (double[MOST]){ 0 });
    struct ob_eval e;
    ob_params_reset(ob_model_params, &o);
    assert_true(ob_problem_init_theta(p, &o, &(struct ob_draw_setup){ 0 }, &theta, NULL));
    ob_problem_eval(p, theta.data, NULL, &e);
    assert_true(isfinite(e.loss));
    if (!isnan(s->at_start)) {
        for (size_t i = 0; i < p->n; i++)
            ob_assert_near(ob_vec_get(&theta, i), s->start[i], 1e-15);
        ob_assert_near(e.loss, s->at_start, 1e-7 * fabs(s->at_start));
    }
    ob_params_finish(ob_model_params, &o);
    ob_vec_finish(&theta);
}

/* The value that is printed, no slope there, and nothing lower in the box. */
static void minima(const struct published *s, struct ob_problem *p)
{
    double theta[OB_OPTIMA_MAX * MOST], x[MOST], g[MOST], h[MOST * MOST], loss;
    struct ob_eval e;
    assert_int_equal(ob_problem_optima(p, OB_OPTIMA_MAX, theta, &loss), s->minima);
    assert_int_equal((ob_problem_can(p) & OB_CAN_REFERENCE) != 0, s->minima > 0);
    if (s->minima > 0)
        ob_assert_near(loss, s->loss, 1e-14 * (1 + fabs(s->loss)));
    for (size_t k = 0; k < s->minima; k++) {
        const double *here = theta + k * p->n;
        double largest = 1;
        ob_problem_eval(p, here, g, &e);
        assert_true(ob_problem_hessian(p, here, h, NULL));
        for (size_t i = 0; i < p->n * p->n; i++)
            largest = fmax(largest, fabs(h[i]));
        ob_assert_near(e.loss, loss, 1e-13 * (1 + fabs(loss)));
        for (size_t i = 0; i < p->n; i++)
            if (isfinite(s->tol))
                ob_assert_near(g[i], 0, (s->tol > 0 ? s->tol : 1e-15) * largest);
        ob_assert_near(ob_problem_distance(p, here), 0, 0);
    }
    for (uint64_t k = 0; s->minima > 0 && k < 2000; k++) {
        draw(p, 2 * k, x);
        ob_problem_eval(p, x, NULL, &e);
        assert_true(e.loss >= loss);
    }
}

static void as_published(void **state)
{
    const struct published *s = *state;
    struct ob_problem *p = create(s->name, OB_F64, s->settings);
    starts(s, p);
    minima(s, p);
    ob_problem_destroy(p);
}

/* ---- against differences, and against itself ---- */

static void differences(void **state)
{
    const struct published *s = *state;
    struct ob_problem *p = create(s->name, OB_F64, s->settings);
    struct ob_gradcheck_row row[MOST];
    double x[MOST];
    for (uint64_t k = 0; k < 6; k++) {
        draw(p, k, x);
        double worst = ob_gradcheck(p, x, row);
        if (!(worst < 1e-4))
            fail_msg("%s: gradient off by %g", s->name, worst);
        worst = ob_hesscheck(p, x);
        if (!(worst < 1e-5))
            fail_msg("%s: Hessian off by %g", s->name, worst);
    }
    ob_problem_destroy(p);
}

/* Many points at once give the bits of single ones and count as nothing. */
static void values_are_evals(void **state)
{
    enum { K = 700 };
    const struct published *s = *state;
    static double point[MOST * K], loss[K];
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_problem *p = create(s->name, t, s->settings);
        struct ob_eval e;
        double x[MOST];
        for (size_t i = 0; i < K; i++) {
            draw(p, i, x);
            for (size_t j = 0; j < p->n; j++)
                point[j * K + i] = x[j];
        }
        assert_true(ob_problem_values(p, K, point, loss, NULL));
        assert_int_equal(p->counts.function, 0);
        for (size_t i = 0; i < K; i += 13) {
            draw(p, i, x);
            struct ob_vec theta = toy_vec(t, p->n, x);
            ob_problem_eval(p, theta.data, NULL, &e);
            ob_assert_bytes(&loss[i], &e.loss, sizeof e.loss);
            ob_vec_finish(&theta);
        }
        ob_problem_destroy(p);
    }
}

static void every_function_is_here(void **state)
{
    static const struct closed_case *const lists[] = { closed_plane, closed_many,
                                                       closed_rotated };
    (void)state;
    for (const struct ob_problem_type *const *t = ob_problem_types(); *t; t++) {
        bool form = false, table = false;
        if (!(*t)->start_point)
            continue;
        for (size_t i = 0; i < OB_COUNT(lists); i++)
            for (const struct closed_case *c = lists[i]; c->name; c++)
                form = form || strcmp(c->name, (*t)->name) == 0;
        for (size_t i = 0; i < OB_COUNT(published); i++)
            table = table || strcmp(published[i].name, (*t)->name) == 0;
        if (!form || !table)
            fail_msg("%s: no %s", (*t)->name, form ? "published values" : "closed form");
    }
}

static void refused(const char *name, const char *settings, const char *part)
{
    const struct ob_problem_type *t = ob_problem_find(name, NULL);
    const struct ob_problem_common common = { .dtype = OB_F64 };
    struct ob_err err;
    void *opts = toy_opts(t->params, t->opts_size, settings);
    assert_null(ob_problem_create(t, opts, &common, NULL, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_params_finish(t->params, opts);
    free(opts);
}

static void dimensions(void **state)
{
    (void)state;
    refused("powell_singular", "dimension=6",
            "dimension: powell_singular has a multiple of 4");
    struct ob_problem *p = create("rosenbrock", OB_F64, "dimension=1000");
    char name[OB_COLUMN_NAME_MAX];
    struct ob_eval e;
    double *x = ob_xcalloc(1000, sizeof *x), *g = ob_xcalloc(1000, sizeof *g);
    assert_string_equal(ob_layout_column_name(&p->layout, 999, name), "x1000");
    ob_problem_eval(p, x, g, &e);
    ob_assert_near(e.loss, 999, 0);
    ob_assert_near(g[0], -2, 0);
    ob_problem_destroy(p);
    p = create("rotated_ellipsoid", OB_F64, "dimension=256");
    ob_problem_eval(p, x, g, &e);
    ob_assert_near(e.loss, 0, 0);
    ob_problem_destroy(p);
    free(x);
    free(g);
}

static struct CMUnitTest tests[512];
static char names[OB_COUNT(tests)][96];
static size_t count;

static void add(const char *title, const char *name, const char *settings,
                CMUnitTestFunction f, const void *state)
{
    OB_REQUIRE(count < OB_COUNT(tests));
    snprintf(names[count], sizeof names[count], "%s: %s %s", title, name, settings);
    tests[count] = (struct CMUnitTest){ .name = names[count],
                                        .test_func = f,
                                        .initial_state = (void *)(uintptr_t)state };
    count++;
}

int main(void)
{
    static const struct closed_case *const lists[] = { closed_plane, closed_many,
                                                       closed_rotated };
    for (size_t i = 0; i < OB_COUNT(lists); i++)
        for (const struct closed_case *c = lists[i]; c->name; c++)
            add("closed form", c->name, c->settings, closed_forms, c);
    for (size_t i = 0; i < OB_COUNT(published); i++) {
        const struct published *s = &published[i];
        add("as published", s->name, s->settings, as_published, s);
        add("differences", s->name, s->settings, differences, s);
        add("values", s->name, s->settings, values_are_evals, s);
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(rotations_are_orthogonal);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_function_is_here);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(dimensions);
    return _cmocka_run_group_tests("functions", tests, count, NULL, NULL);
}
