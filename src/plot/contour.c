#include "optbench/plot/contour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contour_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

enum {
    AXES_COLS = 24,
    AXES_ROWS = 8,
    GUTTER = 7, /* text columns of the numbers to the left, the rule included */
    COLS_PER_NUMBER = 10,
    ROWS_PER_NUMBER = 4,
    NEAREST = 32,
};

const struct ob_scale ob_contour_unit = { OB_SCALE_LINEAR, 0, 1, 1 };

static double cut(double v, double lo, double hi)
{
    return v >= lo ? v <= hi ? v : hi : lo;
}

/* The part of an axis that is shown. */
static struct ob_terrain_axis shown(const struct ob_terrain_axis *a, double zoom,
                                    double middle)
{
    double half = 0.5 / cut(zoom, 1, NEAREST);
    middle = cut(middle, half, 1 - half);
    struct ob_terrain_axis s = *a;
    double span = a->to - a->from;
    if (half < 0.5) {
        s.from = a->from + (middle - half) * span;
        s.to = a->from + (middle + half) * span;
    }
    return s;
}

struct ob_contour_place ob_contour_place(const struct ob_terrain *t,
                                         const struct ob_contour_view *v, int cols,
                                         int rows)
{
    bool axes = !v->bare && cols >= AXES_COLS && rows >= AXES_ROWS;
    struct ob_contour_place p = {
        0, 0, cols, rows, shown(&t->x, v->zoom, v->at_x), shown(&t->y, v->zoom, v->at_y)
    };
    if (axes) {
        p.col = GUTTER;
        p.cols = cols - GUTTER;
        p.row = 1;
        p.rows = rows - 3;
    }
    return p;
}

double ob_contour_x(const struct ob_contour_map *m, double x)
{
    const struct ob_terrain_axis *a = &m->place.x;
    double w = 2 * m->place.cols;
    return 2 * m->place.col + (x - a->from) / (a->to - a->from) * (w - 1) + 0.5;
}

double ob_contour_y(const struct ob_contour_map *m, double y)
{
    const struct ob_terrain_axis *a = &m->place.y;
    double h = 4 * m->place.rows;
    return 4 * m->place.row + (a->to - y) / (a->to - a->from) * (h - 1) + 0.5;
}

bool ob_contour_inside(const struct ob_contour_map *m, int col, int row)
{
    return col >= m->place.col && col < m->place.col + m->place.cols &&
           row >= m->place.row && row < m->place.row + m->place.rows;
}

struct ob_contour_cell *ob_contour_cell(const struct ob_contour_map *m, int col, int row)
{
    return ob_contour_inside(m, col, row) ? &m->cell[row * m->onto->cols + col] : NULL;
}

/* The height in the middle of a cell, as part of the scale; NaN for a hole. */
static double part_at(const struct ob_contour_map *m, int col, int row)
{
    const struct ob_terrain_axis *x = &m->place.x, *y = &m->place.y;
    double u = (col - m->place.col + 0.5) / m->place.cols;
    double v = (row - m->place.row + 0.5) / m->place.rows;
    return ob_terrain_at(&m->parts, &ob_contour_unit, x->from + u * (x->to - x->from),
                         y->to - v * (y->to - y->from));
}

static void draw_grounds(struct ob_contour_map *m)
{
    const struct ob_contour_place *p = &m->place;
    for (int row = p->row; row < p->row + p->rows; row++) {
        for (int col = p->col; col < p->col + p->cols; col++) {
            struct ob_tile *t = &m->onto->tile[row * m->onto->cols + col];
            double part = part_at(m, col, row);
            if (isnan(part))
                continue;
            memcpy(t->glyph, " ", 2);
            t->ground = (uint8_t)(1 + ob_picture_heat(part));
        }
    }
}

/* Marks in what is blank because heights are missing: one here and there, but at least
 * one in each hole. */
static void mark_holes(struct ob_contour_map *m)
{
    const struct ob_contour_place *p = &m->place;
    for (int row = p->row; row < p->row + p->rows; row++) {
        for (int col = p->col; col < p->col + p->cols; col++) {
            bool near = false;
            if (!isnan(part_at(m, col, row)))
                continue;
            for (int dy = -1; dy <= 0; dy++)
                for (int dx = -3; dx <= (dy < 0 ? 3 : -1); dx++) {
                    int x = col + dx, y = row + dy;
                    near |= ob_contour_inside(m, x, y) &&
                            m->onto->tile[y * m->onto->cols + x].glyph[0] == 'x';
                }
            if (!near)
                ob_picture_text(m->onto, col, row, "x", OB_INK_MARK);
        }
    }
}

static void number(struct ob_picture *p, int col, int row, const char *text)
{
    int n = ob_text_width(text);
    if (row < 0 || row >= p->rows || col < 0 || col + n > p->cols)
        return;
    for (int i = col > 0 ? col - 1 : col; i <= col + n && i < p->cols; i++)
        if (p->tile[row * p->cols + i].glyph[0])
            return;
    ob_picture_text(p, col, row, text, OB_INK_LABEL);
}

static void draw_upright_axis(struct ob_contour_map *m)
{
    const struct ob_contour_place *p = &m->place;
    struct ob_ticks ticks;
    double lo = p->y.from, hi = p->y.to;
    for (int row = p->row; row < p->row + p->rows; row++)
        ob_picture_text(m->onto, p->col - 1, row, ob_rule_glyph(m->v->tier, OB_RULE_V),
                        OB_INK_LABEL);
    ob_axis_admit(&lo, &hi);
    ob_ticks_linear(&ticks, lo, hi, 2 + (unsigned)(p->rows / ROWS_PER_NUMBER),
                    OB_TICK_VALUE);
    for (size_t i = 0; i < ticks.n; i++) {
        int row = (int)floor(ob_contour_y(m, ticks.item[i].value) / 4);
        int n = (int)strlen(ticks.item[i].label);
        if (!ob_contour_inside(m, p->col, row) || n > p->col - 1)
            continue;
        ob_picture_text(m->onto, p->col - 1 - n, row, ticks.item[i].label, OB_INK_LABEL);
        ob_picture_text(m->onto, p->col - 1, row, ob_rule_glyph(m->v->tier, OB_RULE_TICK),
                        OB_INK_LABEL);
    }
}

static void draw_level_axis(struct ob_contour_map *m)
{
    const struct ob_contour_place *p = &m->place;
    struct ob_ticks ticks;
    double lo = p->x.from, hi = p->x.to;
    ob_axis_admit(&lo, &hi);
    ob_ticks_linear(&ticks, lo, hi, 2 + (unsigned)(p->cols / COLS_PER_NUMBER),
                    OB_TICK_VALUE);
    for (size_t i = 0; i < ticks.n; i++) {
        int n = (int)strlen(ticks.item[i].label);
        int col = (int)floor(ob_contour_x(m, ticks.item[i].value) / 2) - n / 2;
        int last = m->onto->cols - n;
        number(m->onto, col < last ? col : last, p->row + p->rows, ticks.item[i].label);
    }
}

static void draw_names(struct ob_contour_map *m)
{
    const struct ob_contour_place *p = &m->place;
    if (m->t->y.name)
        number(m->onto, p->col - 1, p->row - 1, m->t->y.name);
    if (m->t->x.name)
        number(m->onto, p->col + (p->cols - ob_text_width(m->t->x.name)) / 2,
               p->row + p->rows + 1, m->t->x.name);
}

static void draw(struct ob_contour_map *m)
{
    if (m->v->grounds)
        draw_grounds(m);
    mark_holes(m);
    m->cell = ob_xcalloc((size_t)(m->onto->cols * m->onto->rows), sizeof *m->cell);
    ob_contour_lines(m);
    ob_contour_trails(m);
    ob_contour_compose(m);
    if (m->place.col > 0) {
        ob_contour_numbers(m);
        draw_upright_axis(m);
        draw_level_axis(m);
        draw_names(m);
    }
    ob_contour_marks(m);
    free(m->cell);
}

/* One logarithm for each height instead of one for each of its uses; the caller frees. */
static double *take_parts(struct ob_contour_map *m)
{
    size_t n = (size_t)m->t->nx * (size_t)m->t->ny;
    double *part = ob_xreallocarray(NULL, n, sizeof *part);
    for (size_t i = 0; i < n; i++)
        part[i] = ob_terrain_part(&m->fit.scale, m->t->z[i]);
    m->parts = *m->t;
    m->parts.z = part;
    return part;
}

void ob_contour_draw(const struct ob_terrain *t, const struct ob_contour_view *v,
                     struct ob_picture *onto, struct ob_ticks *levels)
{
    struct ob_contour_map m = { .t = t, .v = v, .onto = onto };
    m.place = ob_contour_place(t, v, onto->cols, onto->rows);
    ob_picture_clear(onto);
    ob_terrain_fit(t, &m.fit);
    double *part = take_parts(&m);
    ob_contour_levels(&m);
    if (levels)
        *levels = m.levels;
    if (onto->cols > 0 && onto->rows > 0)
        draw(&m);
    free(part);
}
