/*
 * The minimum along the direction: Newton's method on phi'(t) = 0, kept between a point
 * where phi falls and one where it rises, with bisection where Newton would leave that
 * interval (Press et al., Numerical Recipes, 3rd ed., section 9.4).
 */
#include <math.h>
#include <stdio.h>

#include "line.h"
#include "optbench/num/reduce.h"

struct opts {
    int64_t max_evals;
    double tolerance;
};

static const struct ob_param params[] = {
    OB_INTEGER(struct opts, max_evals, .fallback = 40, .min = 1, .max = 10000,
               .help = "evaluations along one direction, at most"),
    OB_REAL(struct opts, tolerance, .fallback = 1e-6, .min = 0, .max = 1,
            .above_min = true, .below_max = true,
            .help = "share of the first slope that may be left"),
    { 0 },
};

/* The next point: Newton's where it is inside (low, high), else the middle, else, while
 * nothing rises yet, twice as far. */
static double next(double t, double slope, double second, double low, double high)
{
    double to = second > 0 ? t - slope / second : INFINITY;
    if (to > low && to < high)
        return to;
    return isinf(high) ? 2 * t + (t == 0) : low + (high - low) / 2;
}

/* Where lengths that differ by less lead to the same parameters, but for rounding: there
 * the slope is noise, and no tolerance can be met. */
static double resolution(const struct ob_line *line)
{
    struct ob_pool *pool = line->problem->pool;
    return ob_dtype_eps(line->theta->dtype) * ob_norm2(pool, line->theta) /
           ob_norm2(pool, line->dir);
}

static bool length(const void *opts, struct ob_line *line, double *out)
{
    const struct opts *s = opts;
    struct ob_err err;
    double low = 0, high = INFINITY, t = 0, slope = line->slope, second;
    if (!line_descends(line))
        return false;
    const double least = resolution(line);
    if (!ob_problem_curvature(line->problem, line->theta->data, line->dir->data, &second,
                              &err)) {
        snprintf(line->note, sizeof line->note, "no second derivative: %.200s", err.text);
        return false;
    }
    t = second > 0 ? -slope / second : line->lr > 0 ? line->lr : 1;
    for (int64_t i = 0; i < s->max_evals; i++) {
        if (!line_derivatives(line, t, &slope, &second))
            return false;
        *out = t;
        if (fabs(slope) <= s->tolerance * fabs(line->slope))
            return true;
        if (slope < 0)
            low = t;
        else /* NaN, too: too far */
            high = t;
        t = next(t, slope, second, low, high);
        if (!(t > low && t < high) || fabs(t - *out) <= least)
            return true; /* nothing left between them */
    }
    snprintf(line->note, sizeof line->note,
             "no minimum along the direction within %lld evaluations",
             (long long)s->max_evals);
    return false;
}

const struct ob_linesearch_type ob_linesearch_exact = {
    .name = "exact",
    .title = "Exact",
    .summary = "length = the minimum along the direction, by safeguarded Newton steps",
    .reference = "Nocedal, Wright, Numerical Optimization, 2nd ed., section 3.1",
    .needs = OB_CAN_CURVATURE,
    .opts_size = sizeof(struct opts),
    .params = params,
    .length = length,
};
