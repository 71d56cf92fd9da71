/*
 * Nonlinear conjugate gradients, g and g' the gradients of this step and of the one
 * before, y = g - g':
 *
 *   d = -g + beta d'
 *   beta = g.g / g'.g'                  Fletcher, Reeves 1964
 *        = max(0, g.y / g'.g')          Polak, Ribiere 1969; Powell 1984 (PR+)
 *        = g.y / d'.y                   Hestenes, Stiefel 1952
 *        = g.g / d'.y                   Dai, Yuan 1999
 *
 * Nocedal, Wright, Numerical Optimization, 2nd ed., section 5.2. Where d descends too
 * little, d.g > -0.01 g.g (Gilbert, Nocedal 1992, condition 4.2), it begins anew with -g.
 */
#include <math.h>
#include <stdio.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

enum { FR, PRPLUS, HS, DY };
static const char *const variants[] = { "fr", "prplus", "hs", "dy", NULL };

struct opts {
    double lr;
    int variant;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "length of the step where no line search finds it, and the first "
                    "guess of some"),
    OB_CHOICE(struct opts, variant, .fallback = PRPLUS, .choices = variants, .live = true,
              .help = "fr: Fletcher-Reeves; prplus: Polak-Ribiere, never below 0; hs: "
                      "Hestenes-Stiefel; dy: Dai-Yuan"),
    { 0 },
};

enum { LAST_GRAD, LAST_DIRECTION, SLOTS };
static const char *const slots[] = { "last_grad", "last_direction" };
enum { BEGUN };
static const char *const counters[] = { "begun", NULL };
enum { BETA };
static const struct ob_gauge gauges[] = {
    { "beta", "share of the last direction that is kept", false },
    { 0 },
};

/* dir holds y. */
static double beta(const struct ob_optimizer *o, const struct ob_iterate *it,
                   const struct ob_vec *y)
{
    const struct opts *s = o->group_opts[0];
    struct ob_pool *pool = it->problem->pool;
    const struct ob_vec *last = &o->slot[LAST_GRAD], *d = &o->slot[LAST_DIRECTION];
    switch (s->variant) {
    case FR:
        return ob_norm2_squared(pool, it->grad) / ob_norm2_squared(pool, last);
    case PRPLUS:
        return fmax(0, ob_dot(pool, y, it->grad) / ob_norm2_squared(pool, last));
    case HS:
        return ob_dot(pool, it->grad, y) / ob_dot(pool, d, y);
    default:
        return ob_norm2_squared(pool, it->grad) / ob_dot(pool, d, y);
    }
}

/* dir = -grad + beta * last direction. */
static void combine(const struct ob_optimizer *o, const struct ob_iterate *it,
                    double share, struct ob_vec *dir)
{
    const struct ob_kernels *k = ob_kernels(dir->dtype);
    ob_vec_copy(dir, it->grad);
    k->scale(dir->n, -1, dir->data);
    if (share != 0)
        k->axpy(dir->n, share, o->slot[LAST_DIRECTION].data, dir->data);
}

static bool descends(const struct ob_iterate *it, const struct ob_vec *dir)
{
    struct ob_pool *pool = it->problem->pool;
    return ob_dot(pool, dir, it->grad) <= -0.01 * ob_norm2_squared(pool, it->grad);
}

static enum ob_step_result direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir)
{
    double share = 0;
    if (o->counter[BEGUN]) {
        ob_kernels(dir->dtype)
            ->sub(dir->n, it->grad->data, o->slot[LAST_GRAD].data, dir->data);
        share = beta(o, it, dir);
    }
    combine(o, it, share, dir);
    if (share != 0 && !descends(it, dir)) { /* not a number: neither */
        snprintf(o->note, sizeof o->note,
                 "the conjugate direction descends too little, so this step goes along "
                 "minus the gradient");
        share = 0;
        combine(o, it, share, dir);
    }
    o->gauge[BETA][0] = share;
    ob_vec_copy(&o->slot[LAST_GRAD], it->grad);
    ob_vec_copy(&o->slot[LAST_DIRECTION], dir);
    o->counter[BEGUN] = 1;
    return OB_STEP_OK;
}

static bool restart(struct ob_optimizer *o)
{
    o->counter[BEGUN] = 0;
    return o->gauge[BETA][0] != 0;
}

const struct ob_optimizer_type ob_optimizer_cg = {
    .name = "cg",
    .title = "Nonlinear conjugate gradients",
    .summary = "each direction keeps a share of the last one, by four formulas",
    .reference = "Hestenes, Stiefel 1952; Fletcher, Reeves 1964; Polak, Ribiere 1969; "
                 "Dai, Yuan 1999; Nocedal, Wright, Numerical Optimization, 2nd ed., "
                 "section 5.2",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .opts_size = sizeof(struct opts),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .equations = "y = g - g', beta = g.g / g'.g' (fr), max(0, g.y / g'.g') (prplus),\n"
                 "g.y / d'.y (hs), g.g / d'.y (dy)\n"
                 "d = -g + beta d'\n"
                 "theta = theta + t d, t by the line search",
    .gauges = gauges,
    .usual_search = "strong_wolfe",
    .usual_wolfe = 0.4,
    .direction = direction,
    .restart = restart,
};
