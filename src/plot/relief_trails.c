#include <math.h>

#include "relief_priv.h"

#define TRAIL_BIAS 0.04

/* A place in the box. */
struct spot {
    double x, y, height;
    bool ground; /* the height is that of the ground, NaN where there is none */
};

/* Places far outside stay near enough to be computed with. */
static double along_axis(const struct ob_terrain_axis *a, double at)
{
    double part = (at - a->from) / (a->to - a->from);
    return part == part ? 2 * fmin(fmax(part, -1e6), 1e6) - 1 : NAN;
}

/* The vertex before a place on one side of the box, and how far it lies behind that. */
static int before(double at, int n, double *rest)
{
    double k = (at + 1) / 2 * (n - 1);
    int i = k < n - 2 ? (int)k : n > 1 ? n - 2 : 0;
    *rest = n > 1 ? k - i : 0;
    return i;
}

/* The height of what is drawn of the ground, which is thinned; NaN where there is none.
 */
static double ground_at(const struct ob_relief_stage *s, double x, double y)
{
    const double edge = 1 + 1e-9; /* lines are cut to about 1 */
    double u, v, part = 0;
    if (!(fabs(x) <= edge && fabs(y) <= edge))
        return NAN;
    int i = before(fmin(fmax(x, -1), 1), s->nx, &u);
    int j = before(fmin(fmax(y, -1), 1), s->ny, &v);
    for (int k = 0; k < 4; k++) {
        double weight = (k & 1 ? u : 1 - u) * (k & 2 ? v : 1 - v);
        if (weight != 0)
            part += weight * (double)s->vertex[(j + (k >> 1)) * s->nx + i + (k & 1)].part;
    }
    return ob_relief_height(part);
}

static struct spot spot_of(const struct ob_relief_stage *s, double x, double y, double z)
{
    struct spot p = { along_axis(&s->t->x, x), along_axis(&s->t->y, y), 0, !isfinite(z) };
    p.height = p.ground ? ground_at(s, p.x, p.y)
                        : ob_relief_height(ob_terrain_part(&s->fit.scale, z));
    return p;
}

static struct spot trail_spot(const struct ob_relief_stage *s, const struct ob_trail *l,
                              size_t i)
{
    return spot_of(s, l->x[i], l->y[i], l->z ? l->z[i] : NAN);
}

static bool known(const struct spot *p)
{
    return isfinite(p->x) && isfinite(p->y) && isfinite(p->height);
}

static bool in_box(const struct spot *p)
{
    return known(p) && fabs(p->x) <= 1 && fabs(p->y) <= 1;
}

static bool inside(const struct ob_relief_stage *s, const struct ob_relief_point *p)
{
    return p->x >= 0 && p->y >= 0 && p->x < s->w && p->y < s->h;
}

static struct spot mix(const struct spot *a, const struct spot *b, double t)
{
    return (struct spot){ a->x + t * (b->x - a->x), a->y + t * (b->y - a->y),
                          a->height + t * (b->height - a->height),
                          a->ground && b->ground };
}

/* Liang and Barsky, "A new concept and method for line clipping", 1984: the part of a
 * line with -1 <= value <= 1, narrowed into *t0 .. *t1. */
static bool clip(double from, double to, double *t0, double *t1)
{
    double d = to - from;
    if (d == 0)
        return fabs(from) <= 1;
    double a = (-1 - from) / d, b = (1 - from) / d;
    *t0 = fmax(*t0, fmin(a, b));
    *t1 = fmin(*t1, fmax(a, b));
    return *t0 <= *t1;
}

/* Along one trail. */
struct walk {
    struct ob_relief_stage *s;
    const struct ob_trail *trail;
    size_t from; /* index of the point before */
};

static void step_to(struct walk *w, const struct ob_relief_point *p)
{
    struct ob_relief_stage *s = w->s;
    if (!inside(s, p))
        return;
    int x = (int)p->x, y = (int)p->y;
    struct ob_relief_cell *c = &s->cell[y / 4 * s->onto->cols + x / 2];
    uint8_t bit = ob_dot_bit(x % 2, y % 4);
    bool later = w->from >= w->trail->now;
    if (!ob_relief_seen(s, x, y, p->depth, TRAIL_BIAS)) {
        if ((x + y) % 2 == 0)
            c->hidden |= bit;
        return;
    }
    if (later && (x + y) % 3 != 0)
        return;
    /* The last trail of a cell takes it over. */
    if (c->trail && c->ink != (uint8_t)w->trail->ink)
        c->trail = 0;
    c->trail |= bit;
    c->ink = (uint8_t)w->trail->ink;
    c->letter = w->trail->letter;
}

static void walk_straight(struct walk *w, const struct spot *a, const struct spot *b)
{
    if (!known(a) || !known(b))
        return;
    struct ob_relief_point p = ob_relief_project(&w->s->camera, a->x, a->y, a->height);
    struct ob_relief_point q = ob_relief_project(&w->s->camera, b->x, b->y, b->height);
    int n = 1 + (int)fmax(fabs(q.x - p.x), fabs(q.y - p.y));
    for (int k = 0; k <= n; k++) {
        double t = (double)k / n;
        step_to(w,
                &(struct ob_relief_point){ p.x + t * (q.x - p.x), p.y + t * (q.y - p.y),
                                           p.depth + t * (q.depth - p.depth) });
    }
}

/* Up and down with the ground, in pieces of about two dots. */
static void walk_ground(struct walk *w, const struct spot *a, const struct spot *b)
{
    struct ob_relief_point p = ob_relief_project(&w->s->camera, a->x, a->y, 0);
    struct ob_relief_point q = ob_relief_project(&w->s->camera, b->x, b->y, 0);
    int n = 1 + (int)(fmax(fabs(q.x - p.x), fabs(q.y - p.y)) / 2);
    struct spot last = *a;
    last.height = ground_at(w->s, a->x, a->y);
    for (int k = 1; k <= n; k++) {
        struct spot here = mix(a, b, (double)k / n);
        here.height = ground_at(w->s, here.x, here.y);
        walk_straight(w, &last, &here);
        last = here;
    }
}

static void walk_line(struct walk *w, const struct spot *a, const struct spot *b)
{
    double t0 = 0, t1 = 1;
    if (!isfinite(a->x + a->y) || !isfinite(b->x + b->y) || !clip(a->x, b->x, &t0, &t1) ||
        !clip(a->y, b->y, &t0, &t1))
        return;
    struct spot u = mix(a, b, t0), v = mix(a, b, t1);
    if (a->ground && b->ground)
        walk_ground(w, &u, &v);
    else
        walk_straight(w, &u, &v);
}

void ob_relief_trails(struct ob_relief_stage *s)
{
    for (size_t k = 0; k < s->t->trails; k++) {
        struct walk w = { .s = s, .trail = &s->t->trail[k] };
        for (size_t i = 0; i < w.trail->n; i = ob_trail_next(w.trail, i)) {
            size_t next = ob_trail_next(w.trail, i);
            struct spot here = trail_spot(s, w.trail, i);
            struct spot there = trail_spot(s, w.trail, next < w.trail->n ? next : i);
            w.from = i;
            walk_line(&w, &here, &there);
        }
    }
}

/* A character at a place, dim where the ground hides it, and the cell that it took; false
 * where there is none. */
static bool mark(struct ob_relief_stage *s, const struct spot *at, char glyph,
                 enum ob_ink ink, int *col, int *row)
{
    char text[2] = { glyph, '\0' };
    if (!in_box(at))
        return false;
    struct ob_relief_point p = ob_relief_project(&s->camera, at->x, at->y, at->height);
    if (!inside(s, &p))
        return false;
    bool seen = ob_relief_seen(s, (int)p.x, (int)p.y, p.depth, TRAIL_BIAS);
    *col = (int)p.x / 2;
    *row = (int)p.y / 4;
    ob_picture_text(s->onto, *col, *row, text, seen ? ink : OB_INK_BAND);
    return true;
}

/* Its letter every so many dots, where it is seen: trails cross. */
static void letter_trail(struct ob_relief_stage *s, const struct ob_trail *l)
{
    enum { APART = 48 };
    const char letter[2] = { l->letter, '\0' };
    double walked = 0, last_x = 0, last_y = 0;
    for (size_t i = 0; i < l->n && l->letter; i = ob_trail_next(l, i)) {
        struct spot here = trail_spot(s, l, i);
        if (!in_box(&here))
            continue;
        struct ob_relief_point p =
            ob_relief_project(&s->camera, here.x, here.y, here.height);
        walked += i > 0 ? fmax(fabs(p.x - last_x), fabs(p.y - last_y)) : 0;
        last_x = p.x;
        last_y = p.y;
        if (walked < APART || !inside(s, &p) ||
            !ob_relief_seen(s, (int)p.x, (int)p.y, p.depth, TRAIL_BIAS))
            continue;
        walked = 0;
        ob_picture_text(s->onto, (int)p.x / 2, (int)p.y / 4, letter, l->ink);
    }
}

static void mark_trail(struct ob_relief_stage *s, const struct ob_trail *l)
{
    int col, row;
    size_t now = l->now < l->n ? l->now : l->n - 1;
    struct spot start = trail_spot(s, l, 0), here = trail_spot(s, l, now);
    const char letter[2] = { l->letter, '\0' };
    mark(s, &start, 'S', l->ink, &col, &row);
    if (mark(s, &here, '*', l->ink, &col, &row) && l->letter)
        ob_picture_text(s->onto, col + 1, row, letter, l->ink);
}

void ob_relief_marks(struct ob_relief_stage *s)
{
    int col, row;
    for (size_t k = 0; k < s->t->trails && s->t->trails > 1; k++)
        letter_trail(s, &s->t->trail[k]);
    for (size_t k = 0; k < s->t->trails; k++)
        if (s->t->trail[k].n > 0)
            mark_trail(s, &s->t->trail[k]);
    for (size_t k = 0; k < s->t->flags; k++) {
        const struct ob_flag *f = &s->t->flag[k];
        struct spot at = spot_of(s, f->x, f->y, f->z);
        mark(s, &at, f->glyph, f->ink, &col, &row);
    }
}
