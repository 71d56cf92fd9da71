/*
 * A thousand random formulas as models, half of them over data: gradient and Hessian
 * against differences of sixth order, products against the Hessian, values at many points
 * against single ones, float32 against float64.
 */
#include "../lib/ob_formula_gen.h"
#include "../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"

enum { FORMULAS = 1000, PARTS = 10, ROWS = 37, MOST = 8 };

static double cells[2][ROWS];
static const double *const columns[] = { cells[0], cells[1] };

struct subject {
    char *text;
    const struct ob_problem_type *type;
    void *opts;
    struct ob_dataset data;
    double theta[MOST], v[MOST];
};

static void set(struct subject *s, const char *key, const char *value)
{
    struct ob_err err;
    if (!ob_param_set(ob_param_find(s->type->params, key), s->opts, value, &err))
        fail_msg("%s: %s", key, err.text);
}

/* Columns are called x1 and x2 in the generated texts, x0 and x1 in the data. */
static void rename_columns(struct ob_dataset *d)
{
    static char name[2][3] = { "x1", "x2" };
    for (size_t j = 0; j < d->features; j++)
        d->x[j].name = name[j];
}

static void begin(struct subject *s, unsigned i)
{
    struct ob_formula_gen g = { .params = 1 + i % 4,
                                .vector = i % 3 * 2,
                                .columns = i % 2 * 2 };
    struct ob_buf text = { 0 }, parameters = { 0 };
    *s =
        (struct subject){ .type = ob_problem_find(i % 2 ? "formula" : "function", NULL) };
    ob_formula_gen_init(&g, i + 1);
    ob_formula_gen_number(&g, 2 + i % 30, &text);
    for (unsigned k = 1; k <= g.params; k++)
        ob_buf_addf(&parameters, "p%u ", k);
    if (g.vector)
        ob_buf_addf(&parameters, "v[%u]", g.vector);
    s->opts = ob_xcalloc(1, s->type->opts_size);
    ob_params_reset(s->type->params, s->opts);
    set(s, i % 2 ? "loss" : "f", ob_buf_text(&text));
    set(s, "parameters", ob_buf_text(&parameters));
    s->data = toy_dataset(ROWS, 2, columns, cells[0]);
    s->data.has_y = false;
    rename_columns(&s->data);
    struct ob_rng r;
    ob_rng_init(&r, 3, i);
    for (size_t k = 0; k < MOST; k++) {
        s->theta[k] = (double)(float)(3 * ob_rng_uniform(&r) - 1.5);
        s->v[k] = (double)(float)(2 * ob_rng_uniform(&r) - 1);
    }
    s->text = ob_buf_take(&text);
    ob_buf_finish(&parameters);
}

static struct ob_problem *create(const struct subject *s, enum ob_dtype dtype)
{
    const struct ob_problem_common common = { .dtype = dtype };
    bool data = s->type->needs & OB_PROBLEM_NEEDS_DATA;
    struct ob_err err = { 0 };
    struct ob_problem *p =
        ob_problem_create(s->type, s->opts, &common, data ? &s->data : NULL, &err);
    if (!p)
        fail_msg("%s: %s", s->text, err.text);
    assert_true(p->n <= MOST);
    return p;
}

static void finish(struct subject *s)
{
    ob_params_finish(s->type->params, s->opts);
    free(s->opts);
    free(s->text);
}

/* The loss and the gradient at theta + h e_k: out[0], out[1 ...]. */
static void shifted(struct ob_problem *p, const double *theta, size_t k, double h,
                    double *out)
{
    double x[MOST];
    struct ob_eval e;
    memcpy(x, theta, p->n * sizeof *x);
    x[k] += h;
    ob_problem_eval(p, x, out + 1, &e);
    out[0] = e.loss;
}

/* d/dtheta_k of the loss and of the gradient: (45 D1 - 9 D2 + D3) / 60h, D_j the
 * difference over j steps to either side (Fornberg, Mathematics of Computation 51, 1988).
 */
static void difference(struct ob_problem *p, const double *theta, size_t k, double h,
                       double *out)
{
    static const double weight[] = { 45, -9, 1 };
    double above[MOST + 1], below[MOST + 1];
    memset(out, 0, (p->n + 1) * sizeof *out);
    for (int j = 0; j < 3; j++) {
        shifted(p, theta, k, h * (j + 1), above);
        shifted(p, theta, k, -h * (j + 1), below);
        for (size_t i = 0; i <= p->n; i++)
            out[i] += weight[j] * (above[i] - below[i]) / (60 * h);
    }
}

/* The best agreement over some steps: large ones for the smooth, small ones for the bent.
 * A wrong derivative agrees with none. */
static double apart(struct ob_problem *p, const double *theta, size_t k, double slope,
                    const double *column, double largest)
{
    static const double step[] = { 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4 };
    double out[MOST + 1], best = INFINITY;
    for (size_t s = 0; s < OB_COUNT(step); s++) {
        difference(p, theta, k, step[s], out);
        double worst = fabs(out[0] - slope);
        for (size_t i = 0; i < p->n; i++)
            worst = fmax(worst, fabs(out[1 + i] - column[i]));
        best = fmin(best, worst / largest);
    }
    return best;
}

static double largest_of(const double *a, size_t n)
{
    double largest = 1;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i]));
    return largest;
}

/* Derivatives that are known to less than eight digits, since the formula bends within
 * the smallest step. */
static unsigned coarse;

static void check_derivatives(const struct subject *s, struct ob_problem *p)
{
    const size_t n = p->n;
    double g[MOST], h[MOST * MOST], column[MOST];
    struct ob_eval e;
    ob_problem_eval(p, s->theta, g, &e);
    assert_true(ob_problem_hessian(p, s->theta, h, NULL));
    double largest = fmax(fmax(largest_of(h, n * n), largest_of(g, n)), fabs(e.loss));
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < n; i++)
            column[i] = h[i * n + k];
        double off = apart(p, s->theta, k, g[k], column, largest);
        coarse += !(off < 1e-8);
        if (!(off < 1e-6))
            fail_msg("%s: derivatives by parameter %zu off by %g", s->text, k, off);
    }
}

static void check_products(const struct subject *s, struct ob_problem *p)
{
    const size_t n = p->n;
    double h[MOST * MOST], hv[MOST], along, sum = 0;
    assert_true(ob_problem_hessian(p, s->theta, h, NULL));
    assert_true(ob_problem_hvp(p, s->theta, s->v, hv, NULL));
    assert_true(ob_problem_curvature(p, s->theta, s->v, &along, NULL));
    double tol = 1e-12 * (double)n * largest_of(h, n * n);
    for (size_t i = 0; i < n; i++) {
        double row = 0;
        for (size_t j = 0; j < n; j++)
            row += h[i * n + j] * s->v[j];
        ob_assert_near(hv[i], row, tol);
        sum += row * s->v[i];
    }
    ob_assert_near(along, sum, tol * (double)n);
}

/* More points than there are lanes, around theta. */
static void check_values(const struct subject *s, struct ob_problem *p)
{
    enum { K = 300 };
    static double point[MOST * K], loss[K];
    double x[MOST];
    struct ob_eval e;
    for (size_t j = 0; j < p->n; j++)
        for (size_t i = 0; i < K; i++)
            point[j * K + i] = s->theta[j] + s->v[j] * (double)i / (4 * K);
    assert_true(ob_problem_values(p, K, point, loss, NULL));
    for (size_t i = 0; i < K; i += 37) {
        for (size_t j = 0; j < p->n; j++)
            x[j] = point[j * K + i];
        ob_problem_eval(p, x, NULL, &e);
        ob_assert_bytes(&loss[i], &e.loss, sizeof e.loss);
    }
}

/* To what single precision leaves of numbers that were up to some hundred on the way. */
static void check_single(const struct subject *s, struct ob_problem *p,
                         struct ob_problem *q)
{
    double g[MOST], single_g[MOST];
    struct ob_eval e, single_e;
    struct ob_vec theta = toy_vec(OB_F32, p->n, s->theta),
                  grad = toy_vec(OB_F32, p->n, g);
    ob_problem_eval(p, s->theta, g, &e);
    ob_problem_eval(q, theta.data, grad.data, &single_e);
    ob_vec_read(&grad, 0, p->n, single_g);
    ob_assert_near(single_e.loss, e.loss, 1e-3 * (1 + fabs(e.loss)));
    for (size_t i = 0; i < p->n; i++)
        if (!(fabs(single_g[i] - g[i]) < 3e-3 * (largest_of(g, p->n) + fabs(e.loss))))
            fail_msg("%s: float32 gradient %g, float64 %g", s->text, single_g[i], g[i]);
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
}

static void part(void **state)
{
    unsigned first = (unsigned)(uintptr_t)*state;
    for (unsigned i = first; i < FORMULAS; i += PARTS) {
        struct subject s;
        begin(&s, i);
        struct ob_problem *p = create(&s, OB_F64), *q = create(&s, OB_F32);
        check_derivatives(&s, p);
        check_products(&s, p);
        check_values(&s, p);
        check_single(&s, p, q);
        ob_problem_destroy(p);
        ob_problem_destroy(q);
        finish(&s);
    }
}

static void nearly_all_to_eight_digits(void **state)
{
    (void)state;
    assert_in_range(coarse, 0, FORMULAS / 100);
}

int main(void)
{
    struct CMUnitTest tests[PARTS + 1];
    static char names[PARTS][32];
    struct ob_rng r;
    ob_rng_init(&r, 9, 0);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < 2; j++)
            cells[j][i] = (double)(float)(OB_GEN_BOX * (2 * ob_rng_uniform(&r) - 1));
    for (size_t i = 0; i < PARTS; i++) {
        snprintf(names[i], sizeof names[i], "formulas %zu, %zu, ...", i, i + PARTS);
        tests[i] = (struct CMUnitTest){ .name = names[i],
                                        .test_func = part,
                                        .initial_state = (void *)(uintptr_t)i };
    }
    tests[PARTS] = (struct CMUnitTest)cmocka_unit_test(nearly_all_to_eight_digits);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
