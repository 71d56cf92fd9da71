#include <math.h>

#include "contour_priv.h"

/* A line cut to the map, by Liang and Barsky, "A new concept and method for line
 * clipping", 1984. */
struct line {
    double x0, y0, x1, y1;
};

static bool narrow(double from, double to, double lo, double hi, double t[2])
{
    double d = to - from;
    if (d == 0)
        return from >= lo && from <= hi;
    double a = (lo - from) / d, b = (hi - from) / d;
    t[0] = fmax(t[0], fmin(a, b));
    t[1] = fmin(t[1], fmax(a, b));
    return t[0] <= t[1];
}

static bool clip(const struct ob_contour_map *m, struct line *l)
{
    const struct ob_contour_place *p = &m->place;
    double t[2] = { 0, 1 };
    double dx = l->x1 - l->x0, dy = l->y1 - l->y0;
    if (!isfinite(dx) || !isfinite(dy) ||
        !narrow(l->x0, l->x1, 2 * p->col, 2 * (p->col + p->cols), t) ||
        !narrow(l->y0, l->y1, 4 * p->row, 4 * (p->row + p->rows), t))
        return false;
    *l = (struct line){ l->x0 + t[0] * dx, l->y0 + t[0] * dy, l->x0 + t[1] * dx,
                        l->y0 + t[1] * dy };
    return true;
}

static void trail_dot(struct ob_contour_map *m, int x, int y, const struct ob_trail *l,
                      bool later)
{
    struct ob_contour_cell *c =
        x >= 0 && y >= 0 ? ob_contour_cell(m, x / 2, y / 4) : NULL;
    if (!c || (later && (x + y) % 3 != 0))
        return;
    /* The last trail of a cell takes it over. */
    if (c->trail && c->ink != (uint8_t)l->ink)
        c->trail = 0;
    c->trail |= ob_dot_bit(x % 2, y % 4);
    c->ink = (uint8_t)l->ink;
    c->letter = l->letter;
}

static void draw_trail(struct ob_contour_map *m, const struct ob_trail *l)
{
    for (size_t i = 0; i < l->n; i = ob_trail_next(l, i)) {
        size_t after = ob_trail_next(l, i), next = after < l->n ? after : i;
        struct line s = { ob_contour_x(m, l->x[i]), ob_contour_y(m, l->y[i]),
                          ob_contour_x(m, l->x[next]), ob_contour_y(m, l->y[next]) };
        if (!clip(m, &s))
            continue;
        int n = (int)ceil(fmax(fabs(s.x1 - s.x0), fabs(s.y1 - s.y0)));
        for (int k = 0; k <= n; k++) {
            double t = n > 0 ? (double)k / n : 0;
            trail_dot(m, (int)floor(s.x0 + t * (s.x1 - s.x0)),
                      (int)floor(s.y0 + t * (s.y1 - s.y0)), l, i >= l->now);
        }
    }
}

void ob_contour_trails(struct ob_contour_map *m)
{
    for (size_t k = 0; k < m->t->trails; k++)
        draw_trail(m, &m->t->trail[k]);
}

/* A character at a place, and one beside it. */
static void mark(struct ob_contour_map *m, double x, double y, const char *glyph,
                 char beside, enum ob_ink ink)
{
    const char letter[2] = { beside, '\0' };
    double at_x = floor(ob_contour_x(m, x) / 2), at_y = floor(ob_contour_y(m, y) / 4);
    if (!(fabs(at_x) < 1e6 && fabs(at_y) < 1e6) ||
        !ob_contour_inside(m, (int)at_x, (int)at_y))
        return;
    ob_picture_text(m->onto, (int)at_x, (int)at_y, glyph, ink);
    ob_picture_text(m->onto, (int)at_x + 1, (int)at_y, letter, ink);
}

/* Its letter every so many dots: trails cross. */
static void letter_trail(struct ob_contour_map *m, const struct ob_trail *l)
{
    enum { APART = 48 };
    double walked = 0, last_x = NAN, last_y = NAN;
    for (size_t i = 0; i < l->n && l->letter; i = ob_trail_next(l, i)) {
        double x = ob_contour_x(m, l->x[i]), y = ob_contour_y(m, l->y[i]);
        double step = fmax(fabs(x - last_x), fabs(y - last_y));
        walked += isfinite(step) ? step : 0;
        last_x = x;
        last_y = y;
        if (walked < APART)
            continue;
        walked = 0;
        mark(m, l->x[i], l->y[i], (const char[2]){ l->letter, '\0' }, '\0', l->ink);
    }
}

void ob_contour_marks(struct ob_contour_map *m)
{
    for (size_t k = 0; k < m->t->trails && m->t->trails > 1; k++)
        letter_trail(m, &m->t->trail[k]);
    for (size_t k = 0; k < m->t->trails; k++) {
        const struct ob_trail *l = &m->t->trail[k];
        size_t now = l->now < l->n ? l->now : l->n - 1;
        if (l->n == 0)
            continue;
        mark(m, l->x[0], l->y[0], "S", '\0', l->ink);
        mark(m, l->x[now], l->y[now], "*", l->letter, l->ink);
    }
    for (size_t k = 0; k < m->t->flags; k++) {
        const struct ob_flag *f = &m->t->flag[k];
        mark(m, f->x, f->y, (const char[2]){ f->glyph, '\0' }, '\0', f->ink);
    }
}
