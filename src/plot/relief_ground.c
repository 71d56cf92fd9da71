#include <math.h>

#include "relief_priv.h"

/* Steeper than this the depth says little about what is in front. */
#define STEEPEST 0.1f

struct span {
    int lo, hi;
};

/* The dots whose middles may lie between two places, within 0..n - 1. */
static struct span span_of(float a, float b, float c, int n)
{
    float lo = fminf(a, fminf(b, c)), hi = fmaxf(a, fmaxf(b, c));
    struct span s = { 0, -1 };
    if (hi < 0 || lo > (float)n)
        return s;
    s.lo = lo > 0 ? (int)lo : 0;
    s.hi = hi < (float)(n - 1) ? (int)hi : n - 1;
    return s;
}

/* Change of a quantity per dot to the right and downwards, from its values at the
 * corners. */
struct plane {
    float at, dx, dy; /* at the middle of dot (0, 0) */
};

struct triangle {
    const struct ob_relief_vertex *a, *b, *c;
    float twice; /* signed area, doubled */
};

static struct plane plane_of(const struct triangle *t, float a, float b, float c)
{
    float bx = t->b->x - t->a->x, by = t->b->y - t->a->y;
    float cx = t->c->x - t->a->x, cy = t->c->y - t->a->y;
    struct plane p;
    p.dx = ((b - a) * cy - (c - a) * by) / t->twice;
    p.dy = ((c - a) * bx - (b - a) * cx) / t->twice;
    p.at = a + (0.5f - t->a->x) * p.dx + (0.5f - t->a->y) * p.dy;
    return p;
}

static float on_plane(const struct plane *p, int x, int y)
{
    return p->at + (float)x * p->dx + (float)y * p->dy;
}

/* Scans the triangle by two of its barycentric coordinates; the third is the rest. */
static void fill(struct ob_relief_stage *s, struct triangle t)
{
    const float edge = -1e-4f;
    struct span xs = span_of(t.a->x, t.b->x, t.c->x, s->w);
    struct span ys = span_of(t.a->y, t.b->y, t.c->y, s->h);
    t.twice =
        (t.b->x - t.a->x) * (t.c->y - t.a->y) - (t.c->x - t.a->x) * (t.b->y - t.a->y);
    if (xs.hi < xs.lo || ys.hi < ys.lo || !(fabsf(t.twice) > 1e-6f))
        return;
    struct plane u = plane_of(&t, 1, 0, 0), v = plane_of(&t, 0, 1, 0);
    struct plane depth = plane_of(&t, t.a->depth, t.b->depth, t.c->depth);
    float slope = fminf(fabsf(depth.dx) + fabsf(depth.dy), STEEPEST);
    for (int y = ys.lo; y <= ys.hi; y++) {
        for (int x = xs.lo; x <= xs.hi; x++) {
            float p = on_plane(&u, x, y), q = on_plane(&v, x, y), r = 1 - p - q;
            struct ob_relief_dot *d = &s->dot[y * s->w + x];
            if (p < edge || q < edge || r < edge)
                continue;
            float away = p * t.a->depth + q * t.b->depth + r * t.c->depth;
            if (away >= d->depth)
                continue;
            *d = (struct ob_relief_dot){
                .depth = away,
                .slope = slope,
                .part = p * t.a->part + q * t.b->part + r * t.c->part,
                .light = p * t.a->light + q * t.b->light + r * t.c->light,
            };
        }
    }
}

static bool whole(const struct triangle *t)
{
    float sum = t->a->part + t->b->part + t->c->part;
    return sum == sum;
}

void ob_relief_ground(struct ob_relief_stage *s)
{
    for (int j = 0; j + 1 < s->ny; j++) {
        for (int i = 0; i + 1 < s->nx; i++) {
            const struct ob_relief_vertex *v = &s->vertex[j * s->nx + i];
            const struct triangle half[2] = { { v, v + 1, v + s->nx, 0 },
                                              { v + 1, v + s->nx + 1, v + s->nx, 0 } };
            for (int k = 0; k < 2; k++)
                if (whole(&half[k]))
                    fill(s, half[k]);
        }
    }
}

bool ob_relief_seen(const struct ob_relief_stage *s, int x, int y, double depth,
                    double bias)
{
    const struct ob_relief_dot *d = &s->dot[y * s->w + x];
    /* The ground is known at the middle of the dot, the point lies within half a dot of
     * it. */
    return depth <= (double)d->depth + 0.5 * (double)d->slope + bias;
}
