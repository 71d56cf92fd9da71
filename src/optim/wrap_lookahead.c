/*
 * Lookahead: Zhang, Lucas, Hinton, Ba 2019 (Lookahead optimizer: k steps forward, 1 step
 * back), algorithm 1. The state of the inner optimizer goes on as it is, as the paper's
 * experiments have it.
 */
#include <math.h>

#include "optbench/optim/wrap.h"
#include "wrap_loops.h"
#include "wrap_told.h"

const struct ob_param ob_lookahead_params[] = {
    OB_INTEGER(struct ob_lookahead_opts, k, .min = 0, .max = 1e15, .zero_word = "none",
               .unit = "steps", .live = true,
               .help = "steps between two updates of the slow weights: 5 is usual; none: "
                       "no Lookahead"),
    OB_REAL(struct ob_lookahead_opts, alpha, .fallback = 0.5, .min = 0, .max = 1,
            .above_min = true, .live = true,
            .help = "share of the way from the slow weights to the fast ones"),
    { 0 },
};

static bool on(const void *opts)
{
    return ((const struct ob_lookahead_opts *)opts)->k > 0;
}

/* A k that is changed to none in a running experiment lets the fast weights go on. */
static void after(struct ob_wrapper *w, struct ob_vec *theta, uint64_t k)
{
    const struct ob_lookahead_opts *o = w->opts;
    if (k == 0) {
        ob_vec_copy(&w->kept, theta);
        return;
    }
    if (o->k == 0 || k % (uint64_t)o->k != 0)
        return;
    ob_vec_copy(&w->work[LOOKAHEAD_FAST], theta);
    ob_vec_copy(&w->work[LOOKAHEAD_SLOW], &w->kept);
    w->count = k;
    wrap_loops(theta->dtype)->part_of_way(theta->n, o->alpha, theta->data, w->kept.data);
    ob_vec_copy(theta, &w->kept);
}

const struct ob_wrapper_type ob_wrapper_lookahead = {
    .name = "lookahead",
    .title = "Lookahead",
    .summary = "slow weights follow the optimizer's a part of the way every k steps, and "
               "it goes on from there",
    .reference = "Zhang, Lucas, Hinton, Ba 2019, algorithm 1",
    .equations = "every k steps: slow = slow + alpha * (theta - slow)\n"
                 "theta = slow",
    .opts_at = offsetof(struct ob_wrap_opts, lookahead),
    .params = ob_lookahead_params,
    .keeps = true,
    .work = 2,
    .on = on,
    .after = after,
};
