/*
 * BFGS: the inverse Hessian H is estimated from the changes s of theta and y of the
 * gradient,
 *
 *   rho = 1 / y.s        H = (I - rho s y') H (I - rho y s') + rho s s'      (NW 6.17)
 *
 * (Broyden, Fletcher, Goldfarb, Shanno 1970; Nocedal, Wright, Numerical Optimization, 2nd
 * ed., algorithm 6.1). H begins as the identity, or as y.s / y.y of it before the first
 * update (NW 6.20). A step without curvature, y.s not above rounding, leaves H alone.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "last_point.h"
#include "optbench/base/mem.h"
#include "optbench/num/reduce.h"

struct opts {
    double lr;
    bool scale_first;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "share of the quasi-Newton step that is taken where no line search "
                    "finds the length"),
    OB_BOOLEAN(struct opts, scale_first,
               .help = "scale the identity that it begins with by the first step's "
                       "curvature, y.s / y.y"),
    { 0 },
};

struct state {
    double *h;          /* [n * n], of the optimizer's arrays */
    struct ob_vec s, y; /* [n] */
    double *hy;         /* [n] */
};

/* Behind those of last_point.h. */
enum { UPDATES = LAST_KNOWN + 1 };
static const char *const counters[] = { "last_known", "updates", NULL };

enum { CURVATURE };
static const struct ob_gauge gauges[] = {
    { "curvature", "curvature along the last step, y.s / s.s", false },
    { 0 },
};

static void identity(double *h, size_t n, double scale)
{
    memset(h, 0, n * n * sizeof *h);
    for (size_t i = 0; i < n; i++)
        h[i * n + i] = scale;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const size_t n = o->problem->n;
    s->h = ob_optimizer_keep(o, "inverse_hessian", OB_F64, n * n, err);
    s->hy = ob_alloc(n, sizeof *s->hy, err);
    if (!s->h || !s->hy || !ob_vec_init(&s->s, o->problem->dtype, n, err) ||
        !ob_vec_init(&s->y, o->problem->dtype, n, err))
        return false;
    identity(s->h, n, 1);
    return true;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->s);
    ob_vec_finish(&s->y);
    free(s->hy);
    memset(s, 0, sizeof *s);
}

/* Rows of H, in parallel where they are long: each is one task. */
struct rows {
    const struct ob_optimizer *o;
    const struct ob_vec *v;
    double *out; /* [n] H v, or with v NULL: H is updated */
    double rho, factor;
};

static void times_row(void *ctx, size_t i)
{
    const struct rows *r = ctx;
    const struct state *s = r->o->state;
    const size_t n = r->o->problem->n;
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += s->h[i * n + j] * ob_vec_get(r->v, j);
    r->out[i] = sum;
}

/* H + (rho^2 y'Hy + rho) s s' - rho (Hy s' + s y'H), which is NW 6.17 multiplied out. */
static void update_row(void *ctx, size_t i)
{
    const struct rows *r = ctx;
    struct state *s = r->o->state;
    const size_t n = r->o->problem->n;
    const double si = ob_vec_get(&s->s, i), hyi = s->hy[i];
    for (size_t j = 0; j < n; j++) {
        double sj = ob_vec_get(&s->s, j);
        s->h[i * n + j] += r->factor * (si * sj) - r->rho * (hyi * sj + si * s->hy[j]);
    }
}

static void each_row(const struct rows *r, void (*row)(void *ctx, size_t i))
{
    enum { WORTH_THREADS = 200 };
    const struct ob_problem *p = r->o->problem;
    ob_pool_run(p->n < WORTH_THREADS ? NULL : p->pool, row, (void *)(uintptr_t)r, p->n);
}

static void update(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    struct ob_pool *pool = it->problem->pool;
    double sy, yhy = 0;
    if (!last_point_change(o, it, &s->s, &s->y))
        return;
    sy = ob_dot(pool, &s->s, &s->y);
    o->gauge[CURVATURE][0] = sy / ob_norm2_squared(pool, &s->s);
    if (!last_point_curves(it->problem, &s->s, &s->y, sy)) {
        snprintf(o->note, sizeof o->note,
                 "the objective did not curve upwards along the last step, so the "
                 "inverse Hessian stays as it was");
        return;
    }
    if (o->counter[UPDATES]++ == 0 && opts->scale_first)
        identity(s->h, it->theta->n, sy / ob_norm2_squared(pool, &s->y));
    struct rows r = { .o = o, .v = &s->y, .out = s->hy, .rho = 1 / sy };
    each_row(&r, times_row);
    for (size_t i = 0; i < it->theta->n; i++)
        yhy += ob_vec_get(&s->y, i) * s->hy[i];
    r.factor = r.rho * r.rho * yhy + r.rho;
    each_row(&r, update_row);
}

/* dir = -H g; hy is free for it. */
static void multiply(struct ob_optimizer *o, struct ob_iterate *it, struct ob_vec *dir)
{
    const struct state *s = o->state;
    const struct rows r = { .o = o, .v = it->grad, .out = s->hy };
    each_row(&r, times_row);
    for (size_t i = 0; i < dir->n; i++)
        ob_vec_set(dir, i, -s->hy[i]);
}

static enum ob_step_result direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir)
{
    const struct state *s = o->state;
    update(o, it);
    last_point_keep(o, it);
    multiply(o, it, dir);
    if (ob_dot(it->problem->pool, dir, it->grad) > 0) {
        snprintf(o->note, sizeof o->note,
                 "rounding has left an inverse Hessian that does not descend, so it "
                 "begins anew with the identity");
        identity(s->h, dir->n, 1);
        multiply(o, it, dir);
    }
    return OB_STEP_OK;
}

static bool restart(struct ob_optimizer *o)
{
    const struct state *s = o->state;
    bool built = o->counter[UPDATES] > 0;
    o->counter[UPDATES] = 0;
    o->counter[LAST_KNOWN] = 0;
    identity(s->h, o->problem->n, 1);
    return built;
}

const struct ob_optimizer_type ob_optimizer_bfgs = {
    .name = "bfgs",
    .title = "BFGS",
    .summary = "quasi-Newton steps by an inverse Hessian that gradients alone build",
    .reference = "Broyden, Fletcher, Goldfarb, Shanno 1970; Nocedal, Wright, Numerical "
                 "Optimization, 2nd ed., algorithm 6.1",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = LAST_SLOTS,
    .slot_names = last_point_slots,
    .counter_names = counters,
    .params = params,
    .equations = "s = theta - theta', y = g - g', rho = 1 / y.s\n"
                 "H = (I - rho s y') H (I - rho y s') + rho s s'\n"
                 "d = -H g\n"
                 "theta = theta + t d, t by the line search",
    .gauges = gauges,
    .usual_search = "strong_wolfe",
    .start = start,
    .finish = finish,
    .direction = direction,
    .restart = restart,
};
