/*
 * Newton's method whose step comes from conjugate gradients: H p = -g is solved until the
 * residual is below min(1/2, sqrt(|g|)) |g|, or a direction without positive curvature is
 * met, which ends the iteration (the first: p is minus the gradient to the minimum that
 * the same curvature upwards would have). Then a line search along p.
 *
 * Dembo, Steihaug 1983; Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 7.1.
 * Norms are sums of magnitudes, as SciPy's Newton-CG has them. With
 * curvature = gauss_newton it is the Hessian-free method (Martens 2010).
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "product.h"

struct opts {
    double lr;
    int curvature;
    int64_t max_inner;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "share of the Newton step that is taken where no line search finds "
                    "the length"),
    OB_CHOICE(struct opts, curvature, .choices = product_names, .help = PRODUCT_HELP),
    OB_INTEGER(struct opts, max_inner, .min = 0, .max = 10000000, .zero_word = "auto",
               .live = true,
               .help = "conjugate gradient iterations of one step, at most; auto is 20 "
                       "for each parameter"),
    { 0 },
};

enum { CG_ITERATIONS, RESIDUAL };
static const struct ob_gauge gauges[] = {
    { "cg_iterations", "conjugate gradient iterations of the last step", false },
    { "cg_residual", "residual that they left, as a share of the gradient", false },
    { 0 },
};

struct state {
    struct product product;
    double *memory;             /* [5 n] */
    double *x, *r, *p, *bp, *g; /* [n] in it */
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct opts *opts = o->group_opts[0];
    const size_t n = o->problem->n;
    s->memory = ob_alloc(5 * n, sizeof *s->memory, err);
    if (!s->memory ||
        !product_init(&s->product, o->problem, (enum product_of)opts->curvature, err))
        return false;
    s->x = s->memory;
    s->r = s->x + n;
    s->p = s->r + n;
    s->bp = s->p + n;
    s->g = s->bp + n;
    return true;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    product_finish(&s->product);
    free(s->memory);
    memset(s, 0, sizeof *s);
}

static double sum_abs(size_t n, const double *v)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(v[i]);
    return sum;
}

/* A direction of curvature `bend` <= 0, met as number k. */
static void meet_no_minimum(struct ob_optimizer *o, size_t k, double rr, double bend)
{
    struct state *s = o->state;
    const size_t n = o->problem->n;
    if (bend < 0)
        snprintf(o->note, sizeof o->note,
                 "the curvature is negative along a direction, so this step goes only as "
                 "far as conjugate gradients had come%s",
                 k == 0 ? ": along minus the gradient" : "");
    for (size_t i = 0; k == 0 && i < n; i++)
        s->x[i] = (bend < 0 ? rr / -bend : 1) * -s->g[i];
}

/* Conjugate gradients from x = 0; false for want of memory. */
static bool solve(struct ob_optimizer *o, double target, size_t most, size_t *k,
                  struct ob_err *err)
{
    struct state *s = o->state;
    const size_t n = o->problem->n;
    for (size_t i = 0; i < n; i++) {
        s->x[i] = 0;
        s->r[i] = s->g[i];
        s->p[i] = -s->g[i];
    }
    double rr = product_dot(n, s->r, s->r);
    for (*k = 0; *k < most && sum_abs(n, s->r) > target; ++*k) {
        if (!product_times(&s->product, s->p, s->bp, err))
            return false;
        double bend = product_dot(n, s->p, s->bp);
        if (!(bend > 3 * DBL_EPSILON)) {
            meet_no_minimum(o, *k, rr, bend);
            break;
        }
        double alpha = rr / bend;
        for (size_t i = 0; i < n; i++) {
            s->x[i] += alpha * s->p[i];
            s->r[i] += alpha * s->bp[i];
        }
        double after = product_dot(n, s->r, s->r), beta = after / rr;
        for (size_t i = 0; i < n; i++)
            s->p[i] = -s->r[i] + beta * s->p[i];
        rr = after;
    }
    return true;
}

static enum ob_step_result direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir)
{
    struct state *s = o->state;
    const struct opts *opts = o->group_opts[0];
    const size_t n = dir->n;
    struct ob_err err;
    size_t k;
    ob_vec_read(it->grad, 0, n, s->g);
    product_aim(&s->product, it);
    double size = sum_abs(n, s->g), target = fmin(0.5, sqrt(size)) * size;
    size_t most = opts->max_inner > 0 ? (size_t)opts->max_inner : 20 * n;
    if (!solve(o, target, most, &k, &err)) {
        snprintf(o->note, sizeof o->note, "no product with the curvature: %.300s",
                 err.text);
        return OB_STEP_STUCK;
    }
    o->gauge[CG_ITERATIONS][0] = (double)k;
    o->gauge[RESIDUAL][0] = size > 0 ? sum_abs(n, s->r) / size : NAN;
    ob_vec_write(dir, 0, n, s->x);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_newton_cg = {
    .name = "newton_cg",
    .title = "Newton-CG",
    .summary = "Newton steps by conjugate gradients: products with the Hessian, never "
               "the matrix",
    .reference = "Dembo, Steihaug 1983; Nocedal, Wright, Numerical Optimization, 2nd "
                 "ed., algorithm 7.1; Martens 2010 (Gauss-Newton)",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .params = params,
    .equations = "H p = -g by conjugate gradients, until |H p + g| <= min(1/2, "
                 "sqrt |g|) |g|\n"
                 "or a direction d with d.H d <= 0\n"
                 "theta = theta + t p, t by the line search",
    .gauges = gauges,
    .usual_search = "strong_wolfe",
    .start = start,
    .finish = finish,
    .direction = direction,
};
