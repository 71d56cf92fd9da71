#include "eta.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    POINTS = 48, /* of the fit */
    LEAST = 8,   /* points below which nothing is said */
    NEAR = 5,    /* rows about each point, of which it is the median */
};

struct points {
    double x[POINTS], y[POINTS];
    size_t n;
};

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, rising);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* The value of row i, or with `change` how far it is from the row before, per step. */
static double value_at(const struct ob_eta_rows *r, size_t i, bool change)
{
    double v = ob_series_at(r->value, i);
    if (!change)
        return v - r->floor;
    if (i == 0)
        return NAN;
    double steps = ob_series_at(r->step, i) - ob_series_at(r->step, i - 1);
    return fabs(v - ob_series_at(r->value, i - 1)) / fmax(steps, 1);
}

/* The median of the rows about row i, as far as they have a logarithm. */
static double smoothed(const struct ob_eta_rows *r, size_t i, bool change)
{
    double near[NEAR];
    size_t n = 0, from = i > NEAR / 2 ? i - NEAR / 2 : 0;
    for (size_t k = from; k < from + NEAR && k < r->n; k++) {
        double v = value_at(r, k, change);
        if (isfinite(v) && v > 0)
            near[n++] = v;
    }
    return n > 0 ? median(near, n) : NAN;
}

/* Evenly over the later half of the steps. */
static void sample(const struct ob_eta_rows *r, bool change, struct points *p)
{
    double last = ob_series_at(r->step, r->n - 1), first = ob_series_at(r->step, 0);
    size_t from = ob_series_lower_bound(r->step, first + (last - first) / 2);
    size_t rows = r->n > from ? r->n - from : 0;
    size_t most = rows < POINTS ? rows : POINTS;
    p->n = 0;
    for (size_t k = 0; k < most; k++) {
        size_t i = most > 1 ? from + k * (rows - 1) / (most - 1) : from;
        double v = smoothed(r, i, change);
        if (isnan(v))
            continue;
        p->x[p->n] = ob_series_at(r->step, i) - last;
        p->y[p->n++] = log(v);
    }
}

/* The median of the slopes between all pairs of points from `from` on. */
static double slope_of(const struct points *p, size_t from)
{
    static const size_t pairs = POINTS * (POINTS - 1) / 2;
    double slope[POINTS * (POINTS - 1) / 2];
    size_t n = 0;
    for (size_t i = from; i < p->n; i++)
        for (size_t k = i + 1; k < p->n && n < pairs; k++)
            if (p->x[k] > p->x[i])
                slope[n++] = (p->y[k] - p->y[i]) / (p->x[k] - p->x[i]);
    return n > 0 ? median(slope, n) : 0;
}

/* The line's height at the last row, and the median of the distances from it. */
static double height_of(const struct points *p, double slope, double *scatter)
{
    double rest[POINTS];
    for (size_t i = 0; i < p->n; i++)
        rest[i] = p->y[i] - slope * p->x[i];
    double height = median(rest, p->n);
    for (size_t i = 0; i < p->n; i++)
        rest[i] = fabs(p->y[i] - slope * p->x[i] - height);
    *scatter = median(rest, p->n);
    return height;
}

static double steps_to(const struct ob_eta_rows *r, bool change)
{
    enum { CLEAR = 10 }; /* times that the fall exceeds the scatter */
    struct points p;
    double scatter, goal = change ? r->target : r->target - r->floor;
    if (r->n < LEAST || !(goal > 0))
        return NAN;
    if (value_at(r, r->n - 1, change) <= goal)
        return 0;
    sample(r, change, &p);
    if (p.n < LEAST)
        return NAN;
    double slope = slope_of(&p, 0), late = slope_of(&p, 2 * p.n / 3);
    double height = height_of(&p, slope, &scatter);
    bool falls = slope < 0 && -slope * (p.x[p.n - 1] - p.x[0]) > CLEAR * scatter;
    /* A plateau is no fall, whatever came before it. */
    if (!falls || late > slope / 4)
        return NAN;
    /* Where it becomes slower, the last part is the one to believe. */
    double left = (log(goal) - height) / fmax(slope, fmin(late, 0));
    return left > 0 && isfinite(left) ? left : left <= 0 ? 0 : NAN;
}

double ob_eta_steps(const struct ob_eta_rows *r)
{
    return steps_to(r, false);
}

double ob_eta_steps_of_change(const struct ob_eta_rows *r)
{
    return steps_to(r, true);
}

double ob_eta_follow(struct ob_eta *e, double left, double now)
{
    enum { PATIENCE = 3, FAR_OFF = 2 };
    if (isnan(left) || left < 0) {
        e->known = 0;
        if (e->shown && ++e->unknown >= PATIENCE)
            *e = (struct ob_eta){ .end = 0 };
    } else if (!e->shown) {
        e->unknown = 0;
        if (++e->known >= PATIENCE)
            *e = (struct ob_eta){ .end = now + left, .shown = 1 };
    } else {
        double had = fmax(e->end - now, 0);
        bool off = fmax(left, had) > FAR_OFF * fmin(left, had) + 1;
        e->unknown = 0;
        e->far = off ? e->far + 1 : 0;
        if (e->far >= PATIENCE) {
            e->end = now + left;
            e->far = 0;
        } else if (!off) {
            e->end += 0.2 * (now + left - e->end);
        }
    }
    return e->shown ? fmax(e->end - now, 0) : NAN;
}
