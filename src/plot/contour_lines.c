#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "contour_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

enum {
    LEVELS_LEAST = 6,
    LEVELS_MOST = 14,
    ROWS_PER_LEVEL = 2,
    SAMPLES = 33, /* along each side of what is shown */
};

/* Between decades the third of the upper one, where there is room for as many: nearly
 * even on a logarithmic scale. */
static void add_thirds(struct ob_contour_map *m, const struct ob_scale *s, unsigned most)
{
    struct ob_ticks decades = m->levels;
    if (decades.n < 2 || 2 * decades.n + 1 > most || s->hi < s->lo * 1000 ||
        decades.item[1].value > 50 * decades.item[0].value)
        return;
    m->levels.n = 0;
    for (size_t i = 0; i <= decades.n; i++) {
        struct ob_tick t = { .minor = true };
        int e = (int)lrint(log10(decades.item[i < decades.n ? i : i - 1].value));
        snprintf(t.label, sizeof t.label, "3e%d", i < decades.n ? e - 1 : e);
        if (ob_tick_parse(t.label, &t.value) && t.value > s->lo && t.value < s->hi)
            m->levels.item[m->levels.n++] = t;
        if (i < decades.n)
            m->levels.item[m->levels.n++] = decades.item[i];
    }
}

/* The scale from the lowest to the highest height that is shown: seen from near, there
 * are lines nearer to one another. */
static struct ob_scale shown_scale(const struct ob_contour_map *m)
{
    const struct ob_terrain_axis *x = &m->place.x, *y = &m->place.y;
    struct ob_scale s = m->fit.scale;
    double lo = INFINITY, hi = -INFINITY;
    for (int k = 0; k < SAMPLES * SAMPLES; k++) {
        int row = k / SAMPLES;
        double u = (double)(k % SAMPLES) / (SAMPLES - 1), v = (double)row / (SAMPLES - 1);
        double part =
            ob_terrain_at(&m->parts, &ob_contour_unit, x->from + u * (x->to - x->from),
                          y->from + v * (y->to - y->from));
        lo = part < lo ? part : lo;
        hi = part > hi ? part : hi;
    }
    if (lo < hi) {
        double from = ob_terrain_height(&s, lo), to = ob_terrain_height(&s, hi);
        s.lo = from;
        s.hi = to;
        ob_axis_admit(&s.lo, &s.hi);
    }
    return s;
}

void ob_contour_levels(struct ob_contour_map *m)
{
    int most = m->place.rows / ROWS_PER_LEVEL;
    most = most < LEVELS_LEAST ? LEVELS_LEAST : most > LEVELS_MOST ? LEVELS_MOST : most;
    if (m->fit.empty || m->fit.flat)
        return;
    const struct ob_scale scale = m->v->zoom > 1 ? shown_scale(m) : m->fit.scale;
    ob_scale_ticks(&scale, (unsigned)most, &m->levels);
    if (scale.kind == OB_SCALE_LOG)
        add_thirds(m, &scale, (unsigned)most);
}

struct corner {
    double x, y, part; /* dots, and the height as part of the scale */
};

/* A square of four neighbouring heights, corners in a circle. */
struct square {
    struct corner at[4];
    double lo, hi;
};

static struct corner corner_of(const struct ob_contour_map *m, int i, int j)
{
    const struct ob_terrain *t = m->t;
    double u = t->nx > 1 ? (double)i / (t->nx - 1) : 0.5;
    double v = t->ny > 1 ? (double)j / (t->ny - 1) : 0.5;
    return (struct corner){
        ob_contour_x(m, t->x.from + u * (t->x.to - t->x.from)),
        ob_contour_y(m, t->y.from + v * (t->y.to - t->y.from)),
        m->parts.z[(size_t)j * (size_t)t->nx + (size_t)i],
    };
}

static void put_dot(struct ob_contour_map *m, int x, int y, size_t level)
{
    struct ob_contour_cell *c =
        x >= 0 && y >= 0 ? ob_contour_cell(m, x / 2, y / 4) : NULL;
    if (!c)
        return;
    c->line |= ob_dot_bit(x % 2, y % 4);
    c->level = (uint8_t)level;
}

/* Where a level crosses the side from a to b. */
static struct corner crossing(const struct corner *a, const struct corner *b,
                              double level)
{
    double t = (level - a->part) / (b->part - a->part);
    return (struct corner){ a->x + t * (b->x - a->x), a->y + t * (b->y - a->y), level };
}

static void segment(struct ob_contour_map *m, const struct corner *a,
                    const struct corner *b, size_t level)
{
    int n = (int)fmin(ceil(fmax(fabs(b->x - a->x), fabs(b->y - a->y))), 1e5);
    for (int k = 0; k <= n; k++) {
        double t = n > 0 ? (double)k / n : 0;
        put_dot(m, (int)floor(a->x + t * (b->x - a->x)),
                (int)floor(a->y + t * (b->y - a->y)), level);
    }
}

/* Sides of the square, side k from corner k to the next, in the order in which one level
 * crosses them: pairs are joined. */
static void cross(struct ob_contour_map *m, const struct square *q, double part,
                  size_t level)
{
    struct corner at[4];
    double sum = 0;
    int n = 0;
    for (int k = 0; k < 4; k++) {
        const struct corner *a = &q->at[k], *b = &q->at[(k + 1) % 4];
        sum += a->part;
        if ((a->part >= part) != (b->part >= part))
            at[n++] = crossing(a, b, part);
    }
    if (n == 2)
        segment(m, &at[0], &at[1], level);
    if (n != 4)
        return;
    /* Corner 0 is cut off by sides 3 and 0, corner 1 by 0 and 1: which of the two pairs
     * of corners stays together is decided by the middle. */
    bool together = (q->at[0].part >= part) == (sum / 4 >= part);
    segment(m, &at[0], &at[together ? 1 : 3], level);
    segment(m, &at[2], &at[together ? 3 : 1], level);
}

/* From the rows of corners below and above; false where nothing of it can be shown. */
static bool fill_square(const struct ob_contour_map *m, const struct corner *below,
                        const struct corner *above, struct square *q)
{
    const struct ob_contour_place *p = &m->place;
    const struct corner *round[4] = { &below[0], &below[1], &above[1], &above[0] };
    q->lo = INFINITY;
    q->hi = -INFINITY;
    for (int k = 0; k < 4; k++) {
        q->at[k] = *round[k];
        if (isnan(q->at[k].part))
            return false;
        q->lo = q->at[k].part < q->lo ? q->at[k].part : q->lo;
        q->hi = q->at[k].part > q->hi ? q->at[k].part : q->hi;
    }
    return q->at[1].x >= 2 * p->col && q->at[0].x <= 2 * (p->col + p->cols) &&
           q->at[0].y >= 4 * p->row && q->at[2].y <= 4 * (p->row + p->rows);
}

static void fill_row(const struct ob_contour_map *m, int j, struct corner *row)
{
    for (int i = 0; i < m->t->nx; i++)
        row[i] = corner_of(m, i, j);
}

void ob_contour_lines(struct ob_contour_map *m)
{
    double part[OB_TICKS_MAX];
    size_t nx = (size_t)m->t->nx;
    struct corner *row = ob_xreallocarray(NULL, 2 * nx, sizeof *row);
    for (size_t k = 0; k < m->levels.n; k++)
        part[k] = ob_terrain_part(&m->fit.scale, m->levels.item[k].value);
    fill_row(m, 0, row);
    for (int j = 0; j + 1 < m->t->ny; j++) {
        struct corner *below = row + (j % 2 ? nx : 0), *above = row + (j % 2 ? 0 : nx);
        fill_row(m, j + 1, above);
        for (size_t i = 0; i + 1 < nx; i++) {
            struct square q;
            if (!fill_square(m, below + i, above + i, &q))
                continue;
            for (size_t k = 0; k < m->levels.n; k++)
                if (part[k] > q.lo && part[k] <= q.hi)
                    cross(m, &q, part[k], k);
        }
    }
    free(row);
}

/* What a number would hide of other lines, less what it hides of its own: it reads best
 * where its line runs level. Too much where it may not stand. */
static int hides(const struct ob_contour_map *m, int col, int row, int n, size_t level)
{
    enum { TOO_MUCH = 1000 };
    int cost = 0;
    for (int y = row - 1; y <= row + 1; y++) {
        for (int x = col - 1; x <= col + n; x++) {
            const struct ob_contour_cell *c = ob_contour_cell(m, x, y);
            if ((!c && y == row) || (c && (c->number || (c->trail && y == row))))
                return TOO_MUCH;
            if (c && y == row && c->line)
                cost += c->level == level ? -1 : 3;
        }
    }
    return cost;
}

static void number_level(struct ob_contour_map *m, size_t level)
{
    const struct ob_contour_place *p = &m->place;
    const char *text = m->levels.item[level].label;
    int n = ob_text_width(text), best = 1, to_col = 0, to_row = 0;
    for (int row = p->row; row < p->row + p->rows; row++) {
        for (int col = p->col + 1; col + n < p->col + p->cols; col++) {
            const struct ob_contour_cell *middle = ob_contour_cell(m, col + n / 2, row);
            if (!middle->line || middle->level != level)
                continue;
            int cost = hides(m, col, row, n, level);
            if (cost < best) {
                best = cost;
                to_col = col;
                to_row = row;
            }
        }
    }
    if (best >= 1)
        return;
    for (int i = 0; i < n; i++)
        ob_contour_cell(m, to_col + i, to_row)->number = true;
    ob_picture_text(m->onto, to_col, to_row, text, OB_INK_LABEL);
}

void ob_contour_numbers(struct ob_contour_map *m)
{
    for (size_t k = 0; k < m->levels.n; k++)
        number_level(m, k);
}

void ob_contour_compose(struct ob_contour_map *m)
{
    for (int i = 0; i < m->onto->rows * m->onto->cols; i++) {
        const struct ob_contour_cell *c = &m->cell[i];
        struct ob_tile *t = &m->onto->tile[i];
        if (c->trail) {
            ob_picture_trail(t, m->v->tier, c->trail, c->letter);
            t->ink = c->ink;
        } else if (c->line) {
            double part = ob_terrain_part(&m->fit.scale, m->levels.item[c->level].value);
            ob_glyph(m->v->tier, c->line, t->glyph);
            t->ink = OB_INK_LABEL;
            t->heat = t->ground ? 0 : (uint8_t)(1 + ob_picture_heat(part));
        }
    }
}
