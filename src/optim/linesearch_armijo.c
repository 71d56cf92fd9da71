/*
 * Backtracking: from a first length, shrink until
 *
 *   f(theta + t dir) <= f(theta) + c1 t slope                          (Armijo 1966)
 *
 * Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 3.1. A value that is no
 * number counts as too far.
 */
#include <math.h>
#include <stdio.h>

#include "line.h"

struct opts {
    double c1, shrink, initial;
    int64_t max_evals;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, c1, .fallback = 1e-4, .min = 0, .max = 1, .above_min = true,
            .below_max = true,
            .help = "share of the promised decrease that is asked for"),
    OB_REAL(struct opts, shrink, .fallback = 0.5, .min = 0, .max = 1, .above_min = true,
            .below_max = true, .help = "what a length that fails is multiplied by"),
    OB_REAL(struct opts, initial, .fallback = 1, .min = 0, .max = INFINITY,
            .below_max = true, .zero_word = "lr",
            .help = "first length tried; lr is the learning rate"),
    OB_INTEGER(struct opts, max_evals, .fallback = 60, .min = 1, .max = 10000,
               .help = "lengths tried along one direction, at most"),
    { 0 },
};

static bool length(const void *opts, struct ob_line *line, double *out)
{
    const struct opts *s = opts;
    double t = s->initial > 0 ? s->initial : line->lr;
    if (!line_descends(line))
        return false;
    for (int64_t i = 0; i < s->max_evals; i++, t *= s->shrink)
        if (line_value(line, t) <= line->loss + s->c1 * t * line->slope) {
            *out = t;
            return true;
        }
    snprintf(line->note, sizeof line->note,
             "no length along the direction lowers the loss enough, %lld tried; this is "
             "a minimum to rounding, or line_search.max_evals is too small",
             (long long)s->max_evals);
    return false;
}

const struct ob_linesearch_type ob_linesearch_armijo = {
    .name = "armijo",
    .title = "Armijo backtracking",
    .summary = "shrinks the length until the loss falls by a share of what the slope "
               "promises",
    .reference = "Armijo 1966; Nocedal, Wright, Numerical Optimization, 2nd ed., "
                 "algorithm 3.1",
    .opts_size = sizeof(struct opts),
    .params = params,
    .length = length,
};
