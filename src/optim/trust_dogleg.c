/*
 * The dogleg: from theta along minus the gradient to the minimum of the model there, from
 * there straight to the Newton point; the step is where this path leaves the trust
 * region, or its end. Powell 1970; Nocedal, Wright, Numerical Optimization, 2nd ed.,
 * section 4.1, equations 4.15 and 4.16. Where B is not positive definite there is no such
 * path, and the step is the Cauchy point (equations 4.11 and 4.12).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"
#include "trust_region.h"

struct state {
    struct trust trust;
    double *b, *factor;      /* [n * n] */
    double *newton, *cauchy; /* [n] */
    bool definite;
};

static const struct ob_gauge gauges[] = { TRUST_GAUGES, { 0 } };

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct trust_opts *opts = o->group_opts[0];
    const size_t n = o->problem->n;
    if (opts->curvature == PRODUCT_GAUSS_NEWTON &&
        !(ob_problem_can(o->problem) & OB_CAN_GAUSS_NEWTON))
        return product_init(&(struct product){ 0 }, o->problem, PRODUCT_GAUSS_NEWTON,
                            err);
    return trust_start(o, err) && (s->b = ob_alloc(n * n, sizeof *s->b, err)) &&
           (s->factor = ob_alloc(n * n, sizeof *s->factor, err)) &&
           (s->newton = ob_alloc(n, sizeof *s->newton, err)) &&
           (s->cauchy = ob_alloc(n, sizeof *s->cauchy, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    trust_finish(o);
    free(s->b);
    free(s->factor);
    free(s->newton);
    free(s->cauchy);
    s->b = s->factor = s->newton = s->cauchy = NULL;
}

static void times(const struct state *s, size_t n, const double *v, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = product_dot(n, s->b + i * n, v);
}

/* Fills the Newton point; false where B is not positive definite. */
static bool newton_point(struct state *s, size_t n)
{
    const bool own = n <= OB_DENSE_MAX;
    memcpy(s->factor, s->b, n * n * sizeof *s->factor);
    if (!(own ? ob_cholesky(n, s->factor) : ob_lapack_cholesky(n, s->factor)))
        return false;
    for (size_t i = 0; i < n; i++)
        s->newton[i] = -s->trust.g[i];
    (own ? ob_cholesky_solve : ob_lapack_cholesky_solve)(n, s->factor, s->newton);
    return true;
}

/* The minimum of the model along minus the gradient; without one, a point beyond every
 * trust region in use. */
static void cauchy_point(const struct trust_opts *opts, struct state *s, size_t n)
{
    const double *g = s->trust.g;
    times(s, n, g, s->cauchy);
    double gg = product_dot(n, g, g), bend = product_dot(n, g, s->cauchy);
    double length = bend > 0 ? gg / bend : 2 * opts->max_radius / sqrt(gg);
    for (size_t i = 0; i < n; i++)
        s->cauchy[i] = -length * g[i];
}

static enum ob_step_result begin(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    const struct trust_opts *opts = o->group_opts[0];
    const size_t n = it->theta->n;
    struct ob_err err;
    if (!(opts->curvature == PRODUCT_HESSIAN
              ? ob_problem_hessian
              : ob_problem_gauss_newton)(it->problem, it->theta->data, s->b, &err)) {
        snprintf(o->note, sizeof o->note, "no Hessian: %.300s", err.text);
        return OB_STEP_STUCK;
    }
    for (size_t i = 0; i < n * n; i++)
        if (!isfinite(s->b[i])) {
            snprintf(o->note, sizeof o->note,
                     "the Hessian holds values that are no numbers");
            return OB_STEP_SINGULAR;
        }
    s->definite = newton_point(s, n);
    cauchy_point(opts, s, n);
    if (!s->definite)
        snprintf(o->note, sizeof o->note,
                 "the Hessian is not positive definite, so this step goes along minus "
                 "the gradient; trust_steihaug makes use of such directions");
    return OB_STEP_OK;
}

static bool solve(struct ob_optimizer *o, double radius, bool *edge, struct ob_err *err)
{
    struct state *s = o->state;
    struct trust *t = &s->trust;
    const size_t n = o->problem->n;
    const double far = sqrt(product_dot(n, s->newton, s->newton));
    const double near = sqrt(product_dot(n, s->cauchy, s->cauchy));
    (void)err;
    *edge = true;
    if (s->definite && far < radius) {
        memcpy(t->p, s->newton, n * sizeof *t->p);
        *edge = false;
    } else if (near >= radius || !s->definite) {
        double share = near >= radius ? radius / near : 1;
        *edge = near >= radius;
        for (size_t i = 0; i < n; i++)
            t->p[i] = share * s->cauchy[i];
    } else {
        double low, high;
        for (size_t i = 0; i < n; i++)
            t->bp[i] = s->newton[i] - s->cauchy[i];
        trust_edges(n, s->cauchy, t->bp, radius, &low, &high);
        for (size_t i = 0; i < n; i++)
            t->p[i] = s->cauchy[i] + high * t->bp[i];
    }
    times(s, n, t->p, t->bp);
    return true;
}

static const struct trust_model model = { begin, solve };

const struct ob_optimizer_type ob_optimizer_trust_dogleg = {
    .name = "trust_dogleg",
    .title = "Trust region, dogleg",
    .summary = "a path of two lines to the Newton point, cut off where the model is no "
               "longer trusted",
    .reference = "Powell 1970; Nocedal, Wright, Numerical Optimization, 2nd ed., "
                 "algorithm 4.1 and section 4.1",
    .needs = OB_NEEDS_HESSIAN | OB_WHOLE_VECTOR | OB_FULL_BATCH | OB_EVALUATES,
    .state_size = sizeof(struct state),
    .equations =
        "u = -(g.g / g.Bg) g, n = -B^-1 g\n"
        "p = n, or the point of the path 0, u, n with |p| = radius\n"
        "rho = (f(theta) - f(theta + p)) / (m(0) - m(p)), m(p) = g.p + p.Bp / 2\n"
        "radius / 4 where rho < 1/4, 2 radius where rho > 3/4 at the edge\n"
        "theta = theta + p where rho > eta",
    .gauges = gauges,
    .detail = &model,
    .start = start,
    .finish = finish,
    TRUST_MEMBERS,
};
