/*
 * Steihaug's method: conjugate gradients on the model until the residual is below
 * min(1/2, sqrt(|g|)) |g|; where they leave the trust region, the step ends at its edge,
 * and where the curvature is not positive, at the lower of the two points of the edge
 * along that direction. Steihaug 1983; Nocedal, Wright, Numerical Optimization, 2nd ed.,
 * algorithm 7.2.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "trust_region.h"

struct state {
    struct trust trust;
    struct product product;
    double *memory;     /* [3 n] */
    double *r, *d, *bd; /* [n] in it */
};

enum { CG_ITERATIONS = TRUST_OWN };
static const struct ob_gauge gauges[] = {
    TRUST_GAUGES,
    { "cg_iterations", "conjugate gradient iterations of the last radius", false },
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct trust_opts *opts = o->group_opts[0];
    const size_t n = o->problem->n;
    s->memory = ob_alloc(3 * n, sizeof *s->memory, err);
    s->r = s->memory;
    s->d = s->r + n;
    s->bd = s->d + n;
    return s->memory && trust_start(o, err) &&
           product_init(&s->product, o->problem, (enum product_of)opts->curvature, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    trust_finish(o);
    product_finish(&s->product);
    free(s->memory);
    s->memory = NULL;
}

static enum ob_step_result begin(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    product_aim(&s->product, it);
    return OB_STEP_OK;
}

/* p = p + tau d, and B p with it. */
static void move(struct state *s, size_t n, double tau)
{
    struct trust *t = &s->trust;
    for (size_t i = 0; i < n; i++) {
        t->p[i] += tau * s->d[i];
        t->bp[i] += tau * s->bd[i];
    }
}

/* Which tau of the edge has the lower model; its slope at p is r.d. */
static double lower(const struct state *s, size_t n, double bend, double a, double b)
{
    double slope = product_dot(n, s->r, s->d);
    double at_a = a * slope + a * a / 2 * bend, at_b = b * slope + b * b / 2 * bend;
    return at_a < at_b ? a : b;
}

/* |p + tau d|. */
static double reach(const struct state *s, size_t n, double tau)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double x = s->trust.p[i] + tau * s->d[i];
        sum += x * x;
    }
    return sqrt(sum);
}

static void set_out(struct state *s, size_t n)
{
    struct trust *t = &s->trust;
    memset(t->p, 0, n * sizeof *t->p);
    memset(t->bp, 0, n * sizeof *t->bp);
    memcpy(s->r, t->g, n * sizeof *s->r);
    for (size_t i = 0; i < n; i++)
        s->d[i] = -t->g[i];
}

static bool solve(struct ob_optimizer *o, double radius, bool *edge, struct ob_err *err)
{
    struct state *s = o->state;
    const size_t n = o->problem->n, most = 20 * n;
    double low, high, *count = o->gauge[CG_ITERATIONS];
    set_out(s, n);
    double rr = product_dot(n, s->r, s->r), size = sqrt(rr);
    const double target = fmin(0.5, sqrt(size)) * size;
    *edge = true;
    for (*count = 1; *count <= (double)most; ++*count) {
        if (!product_times(&s->product, s->d, s->bd, err))
            return false;
        double bend = product_dot(n, s->d, s->bd), alpha = rr / bend;
        if (!(bend > 0)) {
            trust_edges(n, s->trust.p, s->d, radius, &low, &high);
            move(s, n, lower(s, n, bend, low, high));
            return true;
        }
        if (reach(s, n, alpha) >= radius) {
            trust_edges(n, s->trust.p, s->d, radius, &low, &high);
            move(s, n, high);
            return true;
        }
        move(s, n, alpha);
        for (size_t i = 0; i < n; i++)
            s->r[i] += alpha * s->bd[i];
        double after = product_dot(n, s->r, s->r), beta = after / rr;
        if (sqrt(after) < target)
            break;
        for (size_t i = 0; i < n; i++)
            s->d[i] = -s->r[i] + beta * s->d[i];
        rr = after;
    }
    *edge = false;
    return true;
}

static const struct trust_model model = { begin, solve };

const struct ob_optimizer_type ob_optimizer_trust_steihaug = {
    .name = "trust_steihaug",
    .title = "Trust region, Steihaug",
    .summary = "conjugate gradients on the model, as far as it is trusted; follows "
               "negative curvature",
    .reference = "Steihaug 1983; Nocedal, Wright, Numerical Optimization, 2nd ed., "
                 "algorithms 4.1 and 7.2",
    .needs = OB_NEEDS_HVP | OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .state_size = sizeof(struct state),
    .equations =
        "B p = -g by conjugate gradients, until |r| < min(1/2, sqrt |g|) |g|,\n"
        "|p| = radius, or d.B d <= 0, and then along d to the edge\n"
        "rho = (f(theta) - f(theta + p)) / (m(0) - m(p)), m(p) = g.p + p.Bp / 2\n"
        "radius / 4 where rho < 1/4, 2 radius where rho > 3/4 at the edge\n"
        "theta = theta + p where rho > eta",
    .gauges = gauges,
    .detail = &model,
    .start = start,
    .finish = finish,
    TRUST_MEMBERS,
};
