/*
 * The step that proximal gradient and FISTA share, from a point y where the gradient g of
 * the smooth part f of the objective F = f + l1 |w|_1 is known:
 *
 *   out = prox(y - lr * g), the soft threshold at lr * l1
 *
 * and, with backtracking, the largest of lr, lr * share, lr * share^2, ... that
 * the quadratic model around y bounds f at `out` (Beck, Teboulle 2009, equation 2.6):
 *
 *   f(out) <= f(y) + g'(out - y) + |out - y|^2 / (2 lr)
 */
#ifndef OB_SRC_OPTIM_PROXIMAL_H
#define OB_SRC_OPTIM_PROXIMAL_H

#include "optbench/optim/optimizer.h"

/* What both are told; the first members of FISTA's options. */
struct proximal_opts {
    double lr, backtracking;
};

/* Their entries in a table. */
#define PROXIMAL_PARAMS(T)                                                               \
    OB_REAL(T, lr, .fallback = 0.01, .min = 0, .max = INFINITY, .below_max = true,       \
            .live = true,                                                                \
            .help = "learning rate, at most 1 / L for the largest curvature L of the "   \
                    "smooth part; with backtracking where it begins"),                   \
        OB_REAL(T, backtracking, .min = 0, .max = 1, .below_max = true,                  \
                .zero_word = "none", .live = true,                                       \
                .help = "what the rate is multiplied by until the quadratic model "      \
                        "bounds the loss, never to grow again: 0.5 is usual; none: the " \
                        "rate is lr")

struct proximal_point {
    const struct ob_vec *y, *grad; /* [n] */
    double loss;                   /* F(y), of the same rows */
};

/*
 * Fills out [n], which is neither of the others. *lr is the rate of the schedule and then
 * the one that was taken; *most is the rate that backtracking came down to last, which
 * none is to be above, 0 where it never had to. A rate of the schedule that is lower, as
 * in a warm-up, is no such bound. False where no rate down to 1e-18 of *lr will do: a
 * note says so.
 */
bool proximal_step(struct ob_optimizer *o, const struct proximal_opts *opts,
                   const struct proximal_point *from, double *lr, double *most,
                   struct ob_vec *out);

#endif
