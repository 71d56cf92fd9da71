#include "optbench/plot/terrain.h"

#include <math.h>

#include "plain_math.h"

#define LIMIT         1e300 /* what axes take */
#define DECADES       1e-12 /* the lower end of a logarithm against the upper one */
#define DECADES_LEAST 1e-2  /* the even part around zero against the largest magnitude */
#define DECADES_MOST  1e-6

size_t ob_trail_next(const struct ob_trail *l, size_t i)
{
    enum { POINTS = 16384 };
    size_t next = i + 1 + l->n / (POINTS + 1), last = l->n > 0 ? l->n - 1 : 0;
    if (i < l->now && next > l->now)
        return l->now;
    return i < last && next > last ? last : next;
}

struct extremes {
    double lo, hi;
    double positive; /* the least height > 0 */
    double least;    /* the least magnitude > 0 */
    size_t zeros;
};

static double admitted(double z)
{
    return fmin(fmax(z, -LIMIT), LIMIT);
}

static struct extremes look(const struct ob_terrain *t, size_t *holes)
{
    struct extremes e = { INFINITY, -INFINITY, INFINITY, INFINITY, 0 };
    size_t n = (size_t)t->nx * (size_t)t->ny;
    *holes = 0;
    for (size_t i = 0; i < n; i++) {
        double z = t->z[i];
        if (!isfinite(z)) {
            ++*holes;
            continue;
        }
        z = admitted(z);
        e.lo = z < e.lo ? z : e.lo;
        e.hi = z > e.hi ? z : e.hi;
        e.positive = z > 0 && z < e.positive ? z : e.positive;
        e.least = z != 0 && fabs(z) < e.least ? fabs(z) : e.least;
        e.zeros += z == 0;
    }
    return e;
}

static double power_of_ten_below(double v)
{
    double p = 1;
    while (p > v)
        p /= 10;
    while (p * 10 <= v)
        p *= 10;
    return p;
}

static void fit_log(struct ob_terrain_fit *fit, const struct extremes *e)
{
    struct ob_scale *s = &fit->scale;
    if (e->lo < 0) {
        double size = fmax(-e->lo, e->hi);
        s->kind = OB_SCALE_SYMLOG;
        s->linear = power_of_ten_below(
            fmin(fmax(e->least, DECADES_MOST * size), DECADES_LEAST * size));
    } else if (e->positive < e->hi && e->hi > 1 / LIMIT) {
        s->kind = OB_SCALE_LOG;
        s->lo = fmax(fmax(e->positive, e->hi * DECADES), 1 / LIMIT);
        fit->sunken = e->zeros;
    }
}

void ob_terrain_fit(const struct ob_terrain *t, struct ob_terrain_fit *fit)
{
    *fit = (struct ob_terrain_fit){ .scale = { OB_SCALE_LINEAR, 0, 1, 1 } };
    struct extremes e = look(t, &fit->holes);
    fit->empty = !(e.lo <= e.hi);
    if (fit->empty)
        return;
    fit->scale.lo = e.lo;
    fit->scale.hi = e.hi;
    ob_axis_admit(&fit->scale.lo, &fit->scale.hi);
    fit->flat = fit->scale.lo < e.lo;
    if (t->log && !fit->flat)
        fit_log(fit, &e);
}

static double symmetric(const struct ob_scale *s, double z)
{
    return copysign(ob_plain_log2(1 + fabs(z) / s->linear), z);
}

double ob_terrain_part(const struct ob_scale *s, double z)
{
    double part = 0;
    if (!isfinite(z))
        return NAN;
    z = admitted(z);
    if (s->kind == OB_SCALE_LINEAR)
        part = (z - s->lo) / (s->hi - s->lo);
    else if (s->kind == OB_SCALE_SYMLOG)
        part = (symmetric(s, z) - symmetric(s, s->lo)) /
               (symmetric(s, s->hi) - symmetric(s, s->lo));
    else if (z > s->lo)
        part = ob_plain_log2(z / s->lo) / ob_plain_log2(s->hi / s->lo);
    return fmin(fmax(part, 0), 1);
}

double ob_terrain_height(const struct ob_scale *s, double part)
{
    enum { HALVINGS = 64 };
    double lo = s->lo, hi = s->hi;
    if (s->kind == OB_SCALE_LINEAR)
        return lo + part * (hi - lo);
    /* Parts rise with heights. The middle of a logarithm is that of the exponents. */
    for (int i = 0; i < HALVINGS; i++) {
        double middle = s->kind == OB_SCALE_LOG ? sqrt(lo) * sqrt(hi) : lo / 2 + hi / 2;
        if (ob_terrain_part(s, middle) < part)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}

/* The knot before a place, and how far it lies behind that, 0..1. */
static bool between(const struct ob_terrain_axis *a, int n, double at, int *knot,
                    double *rest)
{
    double part = (at - a->from) / (a->to - a->from);
    if (!(part >= 0 && part <= 1))
        return false;
    double k = part * (n - 1);
    *knot = k < n - 2 ? (int)k : n > 1 ? n - 2 : 0;
    *rest = k - *knot;
    return true;
}

double ob_terrain_at(const struct ob_terrain *t, const struct ob_scale *s, double x,
                     double y)
{
    int i, j;
    double u, v, sum = 0;
    if (!between(&t->x, t->nx, x, &i, &u) || !between(&t->y, t->ny, y, &j, &v))
        return NAN;
    for (int k = 0; k < 4; k++) {
        double weight = (k & 1 ? u : 1 - u) * (k & 2 ? v : 1 - v);
        int col = i + (k & 1), row = j + (k >> 1);
        if (weight != 0)
            sum += weight *
                   ob_terrain_part(s, t->z[(size_t)row * (size_t)t->nx + (size_t)col]);
    }
    return sum;
}
