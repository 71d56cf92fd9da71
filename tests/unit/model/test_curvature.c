/* What is said about Hessians: of matrices worked out by hand, of models against numpy,
 * and of many parameters, where only products are at hand. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "../../lib/ob_table.h"
#include "optbench/model/curvature.h"

static struct ob_curvature at(struct ob_problem *p, const double *theta,
                              enum ob_dtype dtype)
{
    struct ob_curvature c = { 0 };
    struct ob_err err;
    const struct ob_curvature_opts opts = { .dtype = dtype };
    struct ob_vec v = toy_vec(p->dtype, p->n, theta);
    assert_true(ob_curvature_at(&c, p, v.data, &opts, &err));
    ob_vec_finish(&v);
    return c;
}

/* Of theta' a theta / 2 - b' theta at theta. */
static struct ob_curvature of(size_t n, const double *a, const double *b,
                              const double *theta, enum ob_dtype dtype)
{
    toy = (struct toy_quadratic){ .n = n };
    memcpy(toy.a, a, n * n * sizeof *a);
    memcpy(toy.b, b, n * sizeof *b);
    struct ob_problem *p = toy_create(&toy_quadratic, OB_F64, "", NULL);
    struct ob_curvature c = at(p, theta, dtype);
    ob_problem_destroy(p);
    return c;
}

static const double zero[TOY_MAX];

static void the_surface_of_the_notebook(void **state)
{
    (void)state;
    const double a[] = { 20, 8, 8, 4 }, b[] = { 28, 12 }, theta[] = { -8, 8 };
    struct ob_curvature c = of(2, a, b, theta, OB_F64);
    assert_true(c.finite && c.exact && c.converged);
    ob_assert_near(c.value[0], 12 - sqrt(128), 1e-14);
    ob_assert_near(c.value[1], 12 + sqrt(128), 1e-14);
    ob_assert_near(c.lr_limit, 0.08578643762690495, 1e-16);
    ob_assert_near(c.lr_best, 1.0 / 12, 1e-16);
    ob_assert_near(c.condition, 33.97056274847714, 1e-12);
    assert_int_equal(c.rank, 2);
    assert_int_equal(c.definite, OB_DEFINITE_POSITIVE);
    assert_int_equal(c.newton, OB_NEWTON_EXISTS);
    ob_assert_near(c.step[0], 9, 1e-13);
    ob_assert_near(c.step[1], -7, 1e-13);
    ob_assert_near(c.step_norm, sqrt(130), 1e-13);
    ob_assert_near(c.step_gain, c.loss + 20, 1e-11); /* the minimum is -20 here */
    ob_assert_near(c.grad_norm, hypot(124, 44), 1e-12);
    ob_assert_near(c.vector[2], sqrt((2 + sqrt(2)) / 4), 1e-14);
    ob_assert_near(c.vector[3], sqrt((2 - sqrt(2)) / 4), 1e-14);
    ob_curvature_finish(&c);
}

/* Notebook 000: rank 2, no stationary point, and no step that is rounding alone. */
static void the_singular_quadratic_of_the_notebook(void **state)
{
    (void)state;
    const double a[] = { -5, -3, -0.5, -3, -2, 0, -0.5, 0, -0.5 }, b[] = { -1, -3, -5 };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_curvature c = of(3, a, b, zero, t);
        ob_assert_near(c.value[0], -(15 + sqrt(157)) / 4, 1e-14);
        ob_assert_near(c.value[1], (sqrt(157) - 15) / 4, 1e-14);
        assert_true(fabs(c.value[2]) <= c.threshold);
        ob_assert_near(c.threshold, 3 * ob_dtype_eps(t) * 6.882491, 1e-6 * c.threshold);
        assert_int_equal(c.rank, 2);
        assert_int_equal(c.negative, 2);
        assert_int_equal(c.zero, 1);
        assert_int_equal(c.definite, OB_DEFINITE_FLAT_DOWN);
        assert_true(isinf(c.condition));
        assert_true(isinf(c.lr_limit));
        assert_int_equal(c.newton, OB_NEWTON_NONE);
        assert_null(c.step);
        assert_true(isnan(c.step_norm));
        ob_assert_near(c.null_slope, sqrt(17), 1e-13);
        static const double null[] = { -2, 3, 2 };
        for (size_t i = 0; i < 3; i++)
            ob_assert_near(c.vector[6 + i], null[i] / sqrt(17), 1e-14);
        ob_curvature_finish(&c);
    }
}

/* The same matrix with a gradient in its range: the nearest of a line of points. */
static void a_line_of_stationary_points(void **state)
{
    (void)state;
    const double a[] = { -5, -3, -0.5, -3, -2, 0, -0.5, 0, -0.5 };
    const double x[] = { 0.7, -1.3, 2.9 }; /* b = A x */
    double b[3], along = 0;
    for (size_t i = 0; i < 3; i++)
        b[i] = a[3 * i] * x[0] + a[3 * i + 1] * x[1] + a[3 * i + 2] * x[2];
    static const double null[] = { -2, 3, 2 };
    for (size_t i = 0; i < 3; i++)
        along += x[i] * null[i] / 17;
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_curvature c = of(3, a, b, zero, t);
        assert_int_equal(c.newton, OB_NEWTON_LINE);
        for (size_t i = 0; i < 3; i++)
            ob_assert_near(c.step[i], x[i] - along * null[i], 1e-13);
        ob_curvature_finish(&c);
    }
}

static void kinds(void **state)
{
    (void)state;
    static const struct {
        double diagonal[3];
        enum ob_definite definite;
        enum ob_newton newton;
        double limit;
    } cases[] = {
        { { 1, 2, 4 }, OB_DEFINITE_POSITIVE, OB_NEWTON_EXISTS, 0.5 },
        { { -1, -2, -4 }, OB_DEFINITE_NEGATIVE, OB_NEWTON_EXISTS, INFINITY },
        { { 1, -2, 4 }, OB_DEFINITE_MIXED, OB_NEWTON_EXISTS, 0.5 },
        { { 1, 0, -4 }, OB_DEFINITE_MIXED, OB_NEWTON_LINE, 2 },
        { { 0, 0, 8 }, OB_DEFINITE_FLAT_UP, OB_NEWTON_LINE, 0.25 },
        { { 0, -1, 0 }, OB_DEFINITE_FLAT_DOWN, OB_NEWTON_LINE, INFINITY },
        { { 0, 0, 0 }, OB_DEFINITE_ZERO, OB_NEWTON_LINE, INFINITY },
        { { 1e-17, 1, 1 }, OB_DEFINITE_FLAT_UP, OB_NEWTON_LINE, 2 },
        { { 1e-12, 1, 1 }, OB_DEFINITE_POSITIVE, OB_NEWTON_EXISTS, 2 },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        const double *d = cases[i].diagonal, theta[] = { 3, 4, 5 };
        const double a[] = { d[0], 0, 0, 0, d[1], 0, 0, 0, d[2] };
        struct ob_curvature c = of(3, a, zero, theta, OB_F64);
        assert_int_equal(c.definite, cases[i].definite);
        assert_int_equal(c.newton, cases[i].newton);
        assert_true(c.lr_limit == cases[i].limit);
        assert_true(isnan(c.lr_best) == (c.definite != OB_DEFINITE_POSITIVE));
        /* The step leads to 0 in what is not flat. */
        for (size_t j = 0; j < 3; j++)
            if (fabs(d[j]) > c.threshold)
                ob_assert_near(c.step[j], -theta[j], 1e-12);
            else
                ob_assert_near(c.step[j], 0, 0);
        ob_curvature_finish(&c);
    }
}

/* 1e-9 is a number for float64 and rounding for float32. */
static void the_dtype_decides_what_is_zero(void **state)
{
    (void)state;
    const double a[] = { 1, 0, 0, 1e-9 }, b[] = { 1, 1 };
    struct ob_curvature wide = of(2, a, b, zero, OB_F64);
    struct ob_curvature narrow = of(2, a, b, zero, OB_F32);
    assert_int_equal(wide.newton, OB_NEWTON_EXISTS);
    ob_assert_near(wide.step[1], 1e9, 1e-3);
    assert_int_equal(narrow.newton, OB_NEWTON_NONE);
    ob_curvature_finish(&wide);
    ob_curvature_finish(&narrow);
}

static void what_is_not_finite_is_told(void **state)
{
    (void)state;
    const double a[] = { 1, (double)NAN, (double)NAN, 1 };
    const double theta[] = { INFINITY, 0 }, fine[] = { 1, 0, 0, 1 };
    struct ob_curvature c = of(2, a, zero, zero, OB_F64);
    assert_false(c.finite);
    assert_int_equal(c.k, 0);
    ob_curvature_finish(&c);
    /* Of a run that has diverged the Hessian may still tell why. */
    c = of(2, fine, zero, theta, OB_F64);
    assert_true(c.finite && c.k == 2);
    assert_int_equal(c.definite, OB_DEFINITE_POSITIVE);
    assert_int_equal(c.newton, OB_NEWTON_UNKNOWN);
    assert_null(c.step);
    ob_curvature_finish(&c);
}

/* ---- against numpy ---- */

enum { ROWS = 40, FEATURES = 7 };

static double feature(size_t i, size_t j)
{
    return 2 * fmod((double)((i + 1) * (j + 2)) * 0.6180339887498949, 1) - 1;
}

static double reference(const struct table *t, const char *what, const char *name,
                        size_t i)
{
    char label[48];
    snprintf(label, sizeof label, *name == '.' ? "%s%s%zu" : "%s.%s", what, name, i);
    for (size_t r = 0; r < t->rows; r++)
        if (strcmp(t->label[r], label) == 0)
            return table_at(t, r, 1);
    fail_msg("no reference %s", label);
    return NAN;
}

static void compare(const struct table *t, const char *what, const struct ob_curvature *c)
{
    size_t n = c->n;
    for (size_t i = 0; i < n; i++) {
        ob_assert_near(c->value[i], reference(t, what, ".value.", i), 1e-14);
        ob_assert_near(c->step[i], reference(t, what, ".step.", i), 1e-11);
    }
    ob_assert_near(c->grad_norm, reference(t, what, "grad", 0), 1e-14);
    if (c->zero == 0)
        ob_assert_near(c->condition / reference(t, what, "condition", 0), 1, 1e-12);
}

static void models_against_numpy(void **state)
{
    (void)state;
    static const char *const names[] = { "linear", "logistic", "singular" };
    static double x[FEATURES][ROWS], y[ROWS];
    const double *column[FEATURES];
    double theta[FEATURES + 1];
    struct table t;
    struct ob_err err;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/reference/curvature.csv",
             ob_test_env("OB_SRCDIR"));
    assert_true(table_read(path, &t));
    for (size_t j = 0; j < FEATURES; j++) {
        for (size_t i = 0; i < ROWS; i++) {
            x[j][i] = feature(i, j);
            y[i] = fmod((double)(i + 1) * 0.7548776662466927, 1) < 0.5;
        }
        column[j] = x[j];
    }
    for (size_t k = 0; k <= FEATURES; k++)
        theta[k] = 0.25 * ((double)k - 3);
    for (size_t m = 0; m < OB_COUNT(names); m++) {
        if (m == 2)
            column[FEATURES - 1] = x[0];
        struct ob_dataset d = toy_dataset(ROWS, FEATURES, column, y);
        struct ob_problem *p =
            toy_create(ob_problem_find(m == 0 ? "linear" : "logistic", &err), OB_F64,
                       "bias_column=last", &d);
        struct ob_curvature c = at(p, theta, OB_F64);
        compare(&t, names[m], &c);
        assert_int_equal(c.rank, m == 2 ? FEATURES : FEATURES + 1);
        assert_int_equal(c.newton, m == 2 ? OB_NEWTON_LINE : OB_NEWTON_EXISTS);
        ob_curvature_finish(&c);
        ob_problem_destroy(p);
    }
    table_finish(&t);
}

/* ---- many parameters: x' diag(d) x / 2 by products alone ---- */

static size_t large_n;

static double large_d(size_t i)
{
    return i == 0             ? 50
           : i == 1           ? -3
           : i + 1 == large_n ? 40
                              : 1 + (double)i / (double)large_n;
}

static double read_at(const struct ob_problem *p, const void *v, size_t i)
{
    return p->dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

static void write_at(const struct ob_problem *p, void *v, size_t i, double x)
{
    if (p->dtype == OB_F32)
        ((float *)v)[i] = (float)x;
    else
        ((double *)v)[i] = x;
}

static bool large_start(struct ob_problem *p, const struct ob_dataset *d,
                        struct ob_err *err)
{
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "x", 1, &large_n);
    return true;
}

static void large_eval(struct ob_problem *p, const void *theta, void *grad,
                       struct ob_eval *out)
{
    *out = (struct ob_eval){ 0 };
    for (size_t i = 0; i < p->n; i++) {
        double x = read_at(p, theta, i);
        out->loss += large_d(i) * x * x / 2;
        if (grad)
            write_at(p, grad, i, large_d(i) * x);
    }
}

static bool large_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                      struct ob_err *err)
{
    (void)theta;
    (void)err;
    for (size_t i = 0; i < p->n; i++)
        write_at(p, out, i, large_d(i) * read_at(p, v, i));
    return true;
}

static const struct ob_param no_params[] = { { 0 } };
static const struct ob_problem_type large = {
    .name = "large",
    .params = no_params,
    .start = large_start,
    .eval = large_eval,
    .hvp = large_hvp,
};

static struct ob_problem *create_large(const struct ob_problem_type *type, size_t n,
                                       enum ob_dtype dtype)
{
    large_n = n;
    return toy_create(type, dtype, "", NULL);
}

/* Column by column, by the own algebra and by LAPACK. */
static void exact_by_products(void **state)
{
    (void)state;
    static const size_t n[] = { 3, 100, 400 };
    for (size_t t = 0; t < OB_COUNT(n); t++) {
        struct ob_problem *p = create_large(&large, n[t], OB_F64);
        double *theta = calloc(n[t], sizeof *theta);
        theta[1] = 2;
        struct ob_curvature c = at(p, theta, OB_F64);
        assert_true(c.exact);
        assert_int_equal(c.k, n[t]);
        ob_assert_near(c.value[0], -3, 1e-12);
        ob_assert_near(c.value[n[t] - 1], 50, 1e-12);
        ob_assert_near(c.value[n[t] - 2], 40, 1e-12);
        ob_assert_near(c.vector[(n[t] - 1) * n[t]], 1, 1e-12);
        assert_int_equal(c.definite, OB_DEFINITE_MIXED);
        ob_assert_near(c.step[1], -2, 1e-12);
        ob_curvature_finish(&c);
        free(theta);
        ob_problem_destroy(p);
    }
}

static void the_ends_of_many(void **state)
{
    (void)state;
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_problem *p = create_large(&large, OB_CURVATURE_EXACT + 1, t);
        double *theta = calloc(p->n, sizeof *theta);
        struct ob_curvature c = at(p, theta, t);
        assert_false(c.exact);
        assert_int_equal(c.k, 12);
        assert_int_equal(c.low, 4);
        ob_assert_near(c.value[11], 50, t == OB_F32 ? 1e-4 : 1e-10);
        ob_assert_near(c.value[10], 40, t == OB_F32 ? 1e-4 : 1e-10);
        ob_assert_near(c.value[0], -3, t == OB_F32 ? 1e-4 : 1e-10);
        for (size_t i = 0; i < c.k; i++)
            assert_true(c.residual[i] >= 0 && isfinite(c.residual[i]));
        assert_int_equal(c.products, p->counts.hessian_product);
        assert_int_equal(c.definite, OB_DEFINITE_MIXED);
        assert_int_equal(c.newton, OB_NEWTON_UNKNOWN);
        assert_true(isnan(c.condition));
        ob_assert_near(c.lr_limit, 0.04, 1e-6);
        ob_curvature_finish(&c);
        free(theta);
        ob_problem_destroy(p);
    }
}

/* The upper end crowds and does not converge; the lower one, which decides, does. */
static double crowded_d(size_t i)
{
    return i == 0 ? 0.5 : 10 + (double)i / (double)large_n;
}

static bool crowded_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                        struct ob_err *err)
{
    (void)theta;
    (void)err;
    for (size_t i = 0; i < p->n; i++)
        write_at(p, out, i, crowded_d(i) * read_at(p, v, i));
    return true;
}

static void the_end_that_decides(void **state)
{
    (void)state;
    struct ob_problem_type crowded = large;
    crowded.hvp = crowded_hvp;
    struct ob_problem *p = create_large(&crowded, 20000, OB_F64);
    double *theta = calloc(p->n, sizeof *theta);
    struct ob_curvature c = { 0 };
    struct ob_err err;
    const struct ob_curvature_opts opts = {
        .dtype = OB_F64, .low = 1, .high = 8, .products = 40
    };
    assert_true(ob_curvature_at(&c, p, theta, &opts, &err));
    assert_false(c.converged);
    assert_true(c.low_sure && !c.high_sure);
    ob_assert_near(c.value[0], 0.5, 1e-9);
    assert_int_equal(c.definite, OB_DEFINITE_POSITIVE);
    assert_true(c.lr_limit >= 2.0 / 11 && c.lr_limit < 2.0 / 10.9);
    ob_curvature_finish(&c);
    free(theta);
    ob_problem_destroy(p);
}

/* ---- the largest alone ---- */

static void the_largest_alone(void **state)
{
    (void)state;
    static const size_t n[] = { 2, 256, 257, 3000 };
    for (size_t t = 0; t < OB_COUNT(n); t++) {
        struct ob_problem *p = create_large(&large, n[t], OB_F64);
        double *theta = calloc(n[t], sizeof *theta);
        struct ob_sharpness a, b;
        assert_true(ob_sharpness_at(&a, p, theta, NULL));
        assert_true(ob_sharpness_at(&b, p, theta, NULL));
        assert_true(a.converged);
        ob_assert_near(a.lambda_max, 50, 1e-9);
        ob_assert_near(a.lr_limit, 0.04, 1e-12);
        ob_assert_bytes(&a.lambda_max, &b.lambda_max, sizeof a.lambda_max);
        free(theta);
        ob_problem_destroy(p);
    }
}

static void what_cannot_be_had_is_said(void **state)
{
    (void)state;
    struct ob_problem_type bare = large;
    struct ob_curvature c = { 0 };
    struct ob_sharpness s;
    struct ob_err err;
    const struct ob_curvature_opts opts = { .dtype = OB_F64 };
    const double theta[2] = { 0 };
    bare.hvp = NULL;
    struct ob_problem *p = create_large(&bare, 2, OB_F64);
    assert_false(ob_curvature_can(p));
    assert_false(ob_curvature_at(&c, p, theta, &opts, &err));
    assert_int_equal(err.code, OB_EUSAGE);
    assert_string_equal(err.text, "a large model has no second derivatives");
    assert_false(ob_sharpness_at(&s, p, theta, &err));
    ob_problem_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_surface_of_the_notebook),
        cmocka_unit_test(the_singular_quadratic_of_the_notebook),
        cmocka_unit_test(a_line_of_stationary_points),
        cmocka_unit_test(kinds),
        cmocka_unit_test(the_dtype_decides_what_is_zero),
        cmocka_unit_test(what_is_not_finite_is_told),
        cmocka_unit_test(models_against_numpy),
        cmocka_unit_test(exact_by_products),
        cmocka_unit_test(the_ends_of_many),
        cmocka_unit_test(the_end_that_decides),
        cmocka_unit_test(the_largest_alone),
        cmocka_unit_test(what_cannot_be_had_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
