/*
 * Barzilai-Borwein: gradient descent whose length is a secant estimate of the curvature,
 * with s the last change of theta and y that of the gradient,
 *
 *   length = s.s / s.y (long, their equation 5)  or  s.y / y.y (short, equation 6)
 *
 * Barzilai, Borwein, "Two-point step size gradient methods", 1988. The loss is not made
 * to fall at each step; with memory = M a length is halved until it is below the largest
 * of the last M losses, less 1e-4 length g.g (Raydan 1997, who takes M = 10). Where the
 * objective did not curve upwards, the length is |s| / |y|.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "last_point.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "rate.h"

enum { LONG, SHORT, ALTERNATE };
static const char *const variants[] = { "long", "short", "alternate", NULL };

struct opts {
    double lr, max_lr;
    int variant;
    int64_t memory;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "length of the first step; the others follow from the gradients"),
    OB_REAL(struct opts, max_lr, .fallback = INFINITY, .min = 0, .max = INFINITY,
            .above_min = true, .live = true, .help = "largest length of a step"),
    OB_CHOICE(struct opts, variant, .choices = variants, .live = true,
              .help = "long: s.s / s.y; short: s.y / y.y; alternate: in turn"),
    OB_INTEGER(struct opts, memory, .min = 0, .max = 1000,
               .help = "losses below whose largest each step has to come (Raydan's "
                       "globalisation, usually 10); 0: any step is taken"),
    { 0 },
};

/* Behind the counters of last_point.h: steps so far. */
enum { STEPS = LAST_KNOWN + 1 };
static const char *const counters[] = { "last_known", "steps", NULL };
enum { CURVATURE };
static const struct ob_gauge gauges[] = {
    { "curvature", "curvature along the last step, s.y / s.s", false },
    { 0 },
};

struct state {
    struct ob_vec s, y;
    double *loss; /* [memory], of the optimizer's arrays; that of step k at k modulo it */
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    const struct ob_problem *p = o->problem;
    if (opts->memory > 0 &&
        !(s->loss = ob_optimizer_keep(o, "losses", OB_F64, (size_t)opts->memory, err)))
        return false;
    return ob_vec_init(&s->s, p->dtype, p->n, err) &&
           ob_vec_init(&s->y, p->dtype, p->n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->s);
    ob_vec_finish(&s->y);
}

static double length(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    struct ob_pool *pool = it->problem->pool;
    if (!last_point_change(o, it, &s->s, &s->y))
        return optimizer_group_lr(o, 0, it->k);
    double ss = ob_norm2_squared(pool, &s->s), yy = ob_norm2_squared(pool, &s->y);
    double sy = ob_dot(pool, &s->s, &s->y), t;
    bool brief = opts->variant == SHORT ||
                 (opts->variant == ALTERNATE && o->counter[STEPS] % 2 == 0);
    o->gauge[CURVATURE][0] = sy / ss;
    if (!(ss > 0) || !(yy > 0)) /* nothing moved: as at the start */
        return optimizer_group_lr(o, 0, it->k);
    t = sy > 0 ? (brief ? sy / yy : ss / sy) : sqrt(ss / yy);
    if (!(sy > 0))
        snprintf(o->note, sizeof o->note,
                 "the objective did not curve upwards along the last step, so the length "
                 "is |s| / |y|");
    return fmin(t, opts->max_lr);
}

/* Halves t until the loss is low enough; 0 where no length is. */
static double lower(struct ob_optimizer *o, struct ob_iterate *it, double t)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    const size_t kept = (size_t)opts->memory, made = o->counter[STEPS];
    const double square = ob_norm2_squared(it->problem->pool, it->grad);
    const double noise = ob_dtype_eps(it->theta->dtype) * fabs(it->loss);
    struct ob_eval e;
    double largest = it->loss;
    s->loss[made % kept] = it->loss;
    for (size_t i = 0; i < kept && i <= made; i++)
        largest = fmax(largest, s->loss[i]);
    for (; t > 0; t /= 2) {
        ob_vec_copy(&s->s, it->theta);
        ob_kernels(s->s.dtype)->axpy(s->s.n, -t, it->grad->data, s->s.data);
        ob_problem_eval(it->problem, s->s.data, NULL, &e);
        if (e.loss <= largest - 1e-4 * t * square + noise)
            return t;
    }
    return 0;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    double t = length(o, it);
    if (opts->memory > 0 && t > 0 && !((t = lower(o, it, t)) > 0)) {
        snprintf(o->note, sizeof o->note,
                 "no length along minus the gradient lowers the loss; this is a minimum "
                 "to rounding");
        return OB_STEP_STUCK;
    }
    it->lr = t;
    last_point_keep(o, it);
    o->counter[STEPS]++;
    ob_kernels(it->theta->dtype)->axpy(it->theta->n, -t, it->grad->data, it->theta->data);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_bb = {
    .name = "bb",
    .title = "Barzilai-Borwein",
    .summary = "gradient descent whose lengths follow from the last two gradients",
    .reference = "Barzilai, Borwein, Two-point step size gradient methods, 1988; Raydan "
                 "1997 (memory)",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH | OB_EVALUATES,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = LAST_SLOTS,
    .slot_names = last_point_slots,
    .counter_names = counters,
    .params = params,
    .equations = "s = theta - theta', y = g - g'\n"
                 "t = s.s / s.y (long) or s.y / y.y (short)\n"
                 "theta = theta - t g",
    .gauges = gauges,
    .step = step,
    .start = start,
    .finish = finish,
};
