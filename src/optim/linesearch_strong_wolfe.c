/*
 * A length that satisfies the strong Wolfe conditions, with phi(t) the objective along
 * the direction:
 *
 *   phi(t) <= phi(0) + c1 t phi'(0)          |phi'(t)| <= c2 |phi'(0)|      (NW 3.7)
 *
 * Nocedal, Wright, Numerical Optimization, 2nd ed.: algorithm 3.5 doubles the length
 * until an interval must hold such a point, algorithm 3.6 (zoom) shrinks it: by the
 * minimum of a cubic through both ends and the last point that was given up, where that
 * is too near an end by that of a parabola, else by halves. The first length is 1, or
 * what the last decrease would take (NW 3.60), whichever is less.
 */
#include <math.h>
#include <stdio.h>

#include "line.h"
#include "optbench/num/reduce.h"

struct opts {
    double c1, c2, initial;
    int64_t max_evals;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, c1, .fallback = 1e-4, .min = 0, .max = 1, .above_min = true,
            .below_max = true,
            .help = "share of the promised decrease that is asked for"),
    OB_REAL(struct opts, c2, .min = 0, .max = 1, .below_max = true, .zero_word = "auto",
            .help = "share of the slope that may be left; auto is 0.9, and 0.4 with "
                    "conjugate gradients"),
    OB_REAL(struct opts, initial, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "auto",
            .help = "first length tried; auto is 1, or less after a small decrease"),
    OB_INTEGER(struct opts, max_evals, .fallback = 40, .min = 1, .max = 10000,
               .help = "evaluations along one direction, at most"),
    { 0 },
};

struct point {
    double t, value, slope;
};

struct search {
    const struct opts *opts;
    struct ob_line *line;
    double c2;
    double noise; /* differences of values below it mean nothing */
    double least; /* lengths that differ by less lead to the same parameters */
};

static struct point look(const struct search *s, double t)
{
    struct point p = { .t = t };
    p.value = line_value_and_slope(s->line, t, &p.slope);
    return p;
}

static bool falls_enough(const struct search *s, const struct point *p)
{
    return p->value <= s->line->loss + s->opts->c1 * p->t * s->line->slope + s->noise;
}

static bool is_flat(const struct search *s, const struct point *p)
{
    return fabs(p->slope) <= -s->c2 * s->line->slope;
}

static bool spent(const struct search *s)
{
    return s->line->evals >= (size_t)s->opts->max_evals;
}

/* Where the parabola through a with its slope and through b has its minimum. */
static double parabola(const struct point *a, const struct point *b)
{
    double h = b->t - a->t, bend = (b->value - a->value - a->slope * h) / (h * h);
    return a->t - a->slope / (2 * bend);
}

/* The cubic through a with its slope, b and c. */
static double cubic(const struct point *a, const struct point *b, const struct point *c)
{
    double h = b->t - a->t, k = c->t - a->t;
    double rb = b->value - a->value - a->slope * h;
    double rc = c->value - a->value - a->slope * k;
    double below = (h * k) * (h * k) * (h - k);
    double third = (k * k * rb - h * h * rc) / below;
    double second = (h * h * h * rc - k * k * k * rb) / below;
    double root = second * second - 3 * third * a->slope;
    return a->t + (-second + sqrt(root)) / (3 * third);
}

/* Inside the interval, `share` of it away from both ends. */
static bool well_inside(double t, const struct point *a, const struct point *b,
                        double share)
{
    double low = fmin(a->t, b->t), high = fmax(a->t, b->t), edge = share * (high - low);
    return t >= low + edge && t <= high - edge; /* a NaN is not */
}

static double between(const struct point *low, const struct point *high,
                      const struct point *last, bool first)
{
    double t = first ? NAN : cubic(low, high, last);
    if (!well_inside(t, low, high, 0.2))
        t = parabola(low, high);
    if (!well_inside(t, low, high, 0.1))
        t = low->t + (high->t - low->t) / 2;
    return t;
}

/* Algorithm 3.6. `low` falls enough and points towards `high`. */
static bool zoom(const struct search *s, struct point low, struct point high,
                 struct point *out)
{
    struct point last = { .t = 0, .value = s->line->loss };
    for (bool first = true; !spent(s); first = false) {
        struct point p = look(s, between(&low, &high, &last, first));
        if (!falls_enough(s, &p) || !(p.value < low.value)) {
            last = high;
            high = p;
        } else {
            *out = p;
            if (is_flat(s, &p))
                return true;
            last = low;
            if (p.slope * (high.t - low.t) >= 0) {
                last = high;
                high = low;
            }
            low = p;
        }
        if (fabs(high.t - low.t) <= s->least)
            break;
    }
    *out = low; /* no flat point was found; one that is lower does */
    return low.t > 0 && low.value < s->line->loss;
}

/* Algorithm 3.5. */
static bool bracket(const struct search *s, double t, struct point *out)
{
    struct point before = { 0, s->line->loss, s->line->slope };
    for (bool first = true; !spent(s); first = false) {
        struct point p = look(s, t);
        if (!falls_enough(s, &p) || (!first && p.value >= before.value))
            return zoom(s, before, p, out);
        *out = p;
        if (is_flat(s, &p))
            return true;
        if (!(p.slope < 0))
            return zoom(s, p, before, out);
        before = p;
        t *= 2;
    }
    return out->t > 0 && out->value < s->line->loss;
}

/* Before there was a step, one along minus the gradient is tried at about 1 in the
 * parameters; other directions know their length. */
static double first_length(const struct opts *o, const struct ob_line *line)
{
    const double square = ob_norm2_squared(line->problem->pool, line->grad);
    double t = o->initial, fall = line->loss - line->last_loss;
    if (t > 0)
        return t;
    if (isnan(line->last_loss))
        fall = line->slope == -square ? -sqrt(square) / 2 : -INFINITY;
    t = fmin(1, 1.01 * 2 * fall / line->slope);
    return t > 0 ? t : 1;
}

static bool length(const void *opts, struct ob_line *line, double *out)
{
    const struct opts *o = opts;
    struct ob_pool *pool = line->problem->pool;
    const double eps = ob_dtype_eps(line->theta->dtype);
    const struct search s = {
        .opts = o,
        .line = line,
        .c2 = o->c2 > 0         ? o->c2
              : line->wolfe > 0 ? line->wolfe
                                : 0.9,
        .noise = eps * fabs(line->loss),
        .least = eps * ob_norm2(pool, line->theta) / ob_norm2(pool, line->dir),
    };
    struct point p = { 0 };
    if (!line_descends(line))
        return false;
    if (bracket(&s, first_length(o, line), &p)) {
        *out = p.t;
        return true;
    }
    snprintf(line->note, sizeof line->note,
             "no length along the direction meets the Wolfe conditions, %zu tried; this "
             "is a minimum to rounding, or line_search.max_evals is too small",
             line->evals);
    return false;
}

const struct ob_linesearch_type ob_linesearch_strong_wolfe = {
    .name = "strong_wolfe",
    .title = "Strong Wolfe conditions",
    .summary = "brackets and interpolates until the loss has fallen and the slope is "
               "small",
    .reference = "Wolfe 1969; Nocedal, Wright, Numerical Optimization, 2nd ed., "
                 "algorithms 3.5 and 3.6",
    .remembers = true,
    .opts_size = sizeof(struct opts),
    .params = params,
    .length = length,
};
