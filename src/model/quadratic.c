/* A quadratic function, b.x + x.A.x / 2 + c: every notion of curvature can be seen on it,
 * and its minimum, where it has one, is the solution of a linear system. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "minimum.h"
#include "optbench/base/mem.h"
#include "optbench/model/problem.h"

struct opts {
    struct ob_reals A, b;
    double c;
};

/* Everything rounded to the dtype; of A only what the value depends on, (A + A') / 2. */
struct state {
    double *a; /* [n * n], symmetric */
    double *b; /* [n] */
    double c;
};

static const struct ob_param params[] = {
    OB_REALS(struct opts, A, .required = true,
             .help = "the numbers of the square matrix, row after row; where it is not "
                     "symmetric, (A + A') / 2 is meant, which has the same values"),
    OB_REALS(struct opts, b,
             .help = "the linear part, one number per parameter; zeros "
                     "where left out"),
    OB_REAL(struct opts, c, .help = "the constant"),
    { 0 },
};

static bool all_finite(const char *key, const struct ob_reals *r, enum ob_dtype dtype,
                       struct ob_err *err)
{
    for (size_t i = 0; i < r->n; i++)
        if (!isfinite(ob_dtype_round(dtype, r->item[i])))
            return ob_fail(err, OB_ECONFIG, "%s: number %zu is beyond %s", key, i + 1,
                           ob_dtype_name(dtype));
    return true;
}

static bool check(const struct opts *o, size_t n, enum ob_dtype dtype, struct ob_err *err)
{
    if (n == 0 || n * n != o->A.n)
        return ob_fail(err, OB_ECONFIG, "A: %zu numbers do not fill a square matrix",
                       o->A.n);
    if (o->b.n != 0 && o->b.n != n)
        return ob_fail(err, OB_ECONFIG, "b: %zu numbers for a matrix of %zu rows", o->b.n,
                       n);
    return all_finite("A", &o->A, dtype, err) && all_finite("b", &o->b, dtype, err);
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct state *s = p->state;
    size_t n = (size_t)lround(sqrt((double)o->A.n));
    (void)d;
    if (!check(o, n, p->dtype, err))
        return false;
    s->a = ob_xcalloc(n * n, sizeof *s->a);
    s->b = ob_xcalloc(n, sizeof *s->b);
    s->c = ob_dtype_round(p->dtype, o->c);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->a[i * n + j] = ob_dtype_round(
                p->dtype, (o->A.item[i * n + j] + o->A.item[j * n + i]) / 2);
    for (size_t i = 0; i < o->b.n; i++)
        s->b[i] = ob_dtype_round(p->dtype, o->b.item[i]);
    size_t x = ob_layout_add(&p->layout, "x", 1, &n);
    p->layout.tensor[x].base = 1;
    p->weight_count = n;
    return true;
}

static void finish(struct ob_problem *p)
{
    struct state *s = p->state;
    free(s->a);
    free(s->b);
}

/* Row i of A times v in the dtype: every product and every sum is rounded to it. */
static double row_times(const struct ob_problem *p, size_t i, const void *v)
{
    const struct state *s = p->state;
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
    const struct state *s = p->state;
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
    const struct state *s = p->state;
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
    const struct state *s = p->state;
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
    .state_size = sizeof(struct state),
    .params = params,
    .start = start,
    .eval = eval,
    .finish = finish,
    .hessian = hessian,
    .hvp = hvp,
    .curvature = curvature,
    .has_reference = has_reference,
    .reference_point = reference_point,
};
