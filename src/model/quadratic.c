/* A quadratic function, b.x + x.A.x / 2 + c: every notion of curvature can be seen on it,
 * and its minimum, where it has one, is the solution of a linear system. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "minimum.h"
#include "optbench/base/mem.h"
#include "optbench/formula/numbers.h"
#include "optbench/model/problem.h"
#include "quadratic.h"

struct opts {
    char *A, *b;
    double c;
};

static const struct ob_param params[] = {
    OB_TEXT(struct opts, A, .required = true,
            .help =
                "the square matrix, [[2, 1], [1, 3]] or the numbers alone, row after "
                "row; where it is not symmetric, (A + A') / 2 is meant, which has the "
                "same values"),
    OB_TEXT(struct opts, b,
            .help = "the linear part, [1, 2] or the numbers alone; zeros "
                    "where left out"),
    OB_REAL(struct opts, c, .help = "the constant"),
    { 0 },
};

/* An option as it is written: with brackets a formula, whose shape is checked, without a
 * list of numbers. */
struct numbers {
    double *value; /* [n], owned */
    size_t n;
    struct ob_shape shape; /* of the formula; 0, 0: a list */
};

static bool read_list(const char *text, struct numbers *out, struct ob_err *err)
{
    struct ob_reals list = { 0 };
    static const struct ob_param list_param = { .name = "", .kind = OB_PARAM_REALS };
    if (!ob_param_set(&list_param, &list, text, err))
        return false;
    *out = (struct numbers){ .value = list.item, .n = list.n };
    return true;
}

/* All of them have to be numbers of the dtype. */
static bool read_numbers(const char *key, const char *text, enum ob_dtype dtype,
                         struct numbers *out, struct ob_err *err)
{
    bool formula = strchr(text, '[') != NULL;
    if (formula ? !ob_formula_numbers(text, &out->shape, &out->value, err)
                : !read_list(text, out, err))
        return ob_fail_at(err, "%s", key);
    if (formula)
        out->n = ob_shape_size(out->shape);
    for (size_t i = 0; i < out->n; i++)
        if (!isfinite(ob_dtype_round(dtype, out->value[i])))
            return ob_fail(err, OB_ECONFIG, "%s: number %zu is beyond %s", key, i + 1,
                           ob_dtype_name(dtype));
    return true;
}

static bool check(const struct numbers *a, const struct numbers *b, size_t n,
                  struct ob_err *err)
{
    if (a->shape.rows != a->shape.cols && a->shape.cols > 0)
        return ob_fail(err, OB_ECONFIG, "A: %zu rows of %zu numbers are not a square",
                       a->shape.rows, a->shape.cols);
    if (n == 0 || n * n != a->n)
        return ob_fail(err, OB_ECONFIG, "A: %zu numbers do not fill a square matrix",
                       a->n);
    if (b->n != 0 && b->n != n)
        return ob_fail(err, OB_ECONFIG, "b: %zu numbers for a matrix of %zu rows", b->n,
                       n);
    return true;
}

static void take(struct ob_problem *p, const struct numbers *a, const struct numbers *b,
                 size_t n)
{
    const struct opts *o = p->opts;
    struct quadratic *s = p->state;
    s->a = ob_xcalloc(n * n, sizeof *s->a);
    s->b = ob_xcalloc(n, sizeof *s->b);
    s->c = ob_dtype_round(p->dtype, o->c);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->a[i * n + j] = ob_dtype_round(p->dtype, a->value[i * n + j] / 2 +
                                                           a->value[j * n + i] / 2);
    for (size_t i = 0; i < b->n; i++)
        s->b[i] = ob_dtype_round(p->dtype, b->value[i]);
    size_t x = ob_layout_add(&p->layout, "x", 1, &n);
    p->layout.tensor[x].base = 1;
    ob_problem_penalise(p, 0, n);
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct numbers a = { 0 }, b = { 0 };
    (void)d;
    bool ok = read_numbers("A", o->A, p->dtype, &a, err) &&
              (!o->b || read_numbers("b", o->b, p->dtype, &b, err));
    size_t n = (size_t)lround(sqrt((double)a.n));
    ok = ok && check(&a, &b, n, err);
    if (ok)
        take(p, &a, &b, n);
    free(a.value);
    free(b.value);
    return ok;
}

static void finish(struct ob_problem *p)
{
    struct quadratic *s = p->state;
    free(s->a);
    free(s->b);
}

/* Row i of A times v in the dtype: every product and every sum is rounded to it. */
static double row_times(const struct ob_problem *p, size_t i, const void *v)
{
    const struct quadratic *s = p->state;
    const double *row = s->a + i * p->n;
    if (p->dtype == OB_F32) {
        float sum = 0;
        for (size_t j = 0; j < p->n; j++)
            sum += (float)row[j] * ((const float *)v)[j];
        return (double)sum;
    }
    double sum = 0;
    for (size_t j = 0; j < p->n; j++)
        sum += row[j] * ((const double *)v)[j];
    return sum;
}

/* x + y in the dtype. */
static double plus(const struct ob_problem *p, double x, double y)
{
    return ob_dtype_round(p->dtype, x + y);
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    const struct quadratic *s = p->state;
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        double product = row_times(p, i, theta);
        double term = plus(p, s->b[i], product / 2);
        sum = plus(p, sum, ob_dtype_round(p->dtype, ob_at(p->dtype, theta, i) * term));
        if (grad)
            ob_put(p->dtype, grad, i, s->b[i] + product);
    }
    *out = (struct ob_eval){ .loss = plus(p, sum, s->c) };
}

static bool hessian(struct ob_problem *p, const void *theta, double *h,
                    struct ob_err *err)
{
    const struct quadratic *s = p->state;
    (void)theta;
    (void)err;
    memcpy(h, s->a, p->n * p->n * sizeof *h);
    return true;
}

static bool hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                struct ob_err *err)
{
    (void)theta;
    (void)err;
    for (size_t i = 0; i < p->n; i++)
        ob_put(p->dtype, out, i, row_times(p, i, v));
    return true;
}

static bool curvature(struct ob_problem *p, const void *theta, const void *dir,
                      double *out, struct ob_err *err)
{
    (void)theta;
    (void)err;
    *out = 0;
    for (size_t i = 0; i < p->n; i++)
        *out += ob_at(p->dtype, dir, i) * row_times(p, i, dir);
    return true;
}

static bool has_reference(const struct ob_problem *p)
{
    return p->l1 == 0;
}

/* Where (A + l2 I) x = -b; the value there is c + b.x / 2. */
static bool reference_point(struct ob_problem *p, double *theta, double *loss)
{
    const struct quadratic *s = p->state;
    const size_t n = p->n;
    double *h = ob_alloc(n * n, sizeof *h, NULL);
    if (!h)
        return false;
    memcpy(h, s->a, n * n * sizeof *h);
    for (size_t i = 0; i < n; i++)
        h[i * n + i] += p->l2;
    bool ok = minimum_of_quadratic(n, h, s->b, ob_dtype_eps(p->dtype), theta);
    free(h);
    *loss = s->c;
    for (size_t i = 0; ok && i < n; i++)
        *loss += s->b[i] * theta[i] / 2;
    return ok;
}

const struct ob_problem_type ob_problem_quadratic = {
    .name = "quadratic",
    .title = "Quadratic function",
    .summary = "b.x + x.A.x / 2 + c with any square matrix, definite or not",
    .reference = "Nocedal and Wright, Numerical Optimization, 2nd ed., chapter 2",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct quadratic),
    .params = params,
    .start = start,
    .eval = eval,
    .finish = finish,
    .hessian = hessian,
    .hvp = hvp,
    .curvature = curvature,
    .has_reference = has_reference,
    .reference_point = reference_point,
    .placed = &placed_quadratic,
};
