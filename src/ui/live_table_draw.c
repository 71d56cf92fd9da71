/* The parameter table as it is drawn: which columns have room, and what stands there. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_table.h"
#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

/* The columns from left to right behind the name. */
enum column { SHAPE, VALUE, GRADIENT, CHANGE, RATIO, DEAD, TREND, COLUMNS };

static const struct {
    const char *name, *brief; /* brief: where the name has no room */
    const char *tree;         /* in a tree, where it is another one */
    enum ob_table_order order;
    int width;
} heading[COLUMNS] = {
    [SHAPE] = { "SHAPE", "SHAPE", NULL, OB_TABLE_ORDERS, 11 },
    [VALUE] = { "VALUE", "VALUE", "NORM", OB_TABLE_VALUE, 9 },
    [GRADIENT] = { "GRADIENT", "GRAD", NULL, OB_TABLE_GRADIENT, 9 },
    [CHANGE] = { "CHANGE", "CHANGE", "LARGEST", OB_TABLE_CHANGE, 9 },
    [RATIO] = { "RATIO", "RATIO", "STEP/W", OB_TABLE_RATIO, 9 },
    [DEAD] = { "DEAD", "DEAD", NULL, OB_TABLE_DEAD, 8 },
    [TREND] = { "TREND", "TREND", NULL, OB_TABLE_ORDERS, 13 },
};

static bool is_number(int column)
{
    return column >= VALUE && column <= RATIO;
}

/* Which are left out first where there is little room: the last ones. */
static const enum column flat[] = { VALUE, CHANGE, GRADIENT, RATIO, TREND };
static const enum column tree[] = { VALUE, RATIO, GRADIENT, CHANGE, SHAPE, DEAD, TREND };

struct columns {
    int name;           /* columns of the name, the marks before it included */
    int width[COLUMNS]; /* 0 = left out */
};

/* The mark of the selected line; in a tree what is folded in, and whether it is open. */
static int indent_of(const struct ob_live_table *t, const struct ob_table_line *l)
{
    return t->tree ? 2 + l->depth : 1;
}

/* Columns of the longest name, its marks and a blank included. */
static int names_width(const struct ob_live_table *t)
{
    enum { MOST = 20, LOOK_AT = 512 };
    int widest = 0;
    for (size_t i = 0; i < t->n && i < LOOK_AT; i++) {
        char safe[96];
        const struct ob_table_line *l = &t->line[i];
        int w = indent_of(t, l) +
                ob_text_width(ob_text_safe_z(safe, sizeof safe, l->name + l->label));
        widest = w > widest ? w : widest;
    }
    return widest + 1 < MOST ? widest + 1 : MOST;
}

static bool has_units(const struct ob_live_table *t)
{
    size_t i = 0;
    while (i < t->n && t->line[i].units == 0)
        i++;
    return i < t->n;
}

/* What is left goes to names first, then to the numbers, then to names again. */
static void share_rest(struct columns *c, int left)
{
    enum { WIDE = 13, NAME_W = 20 };
    int numbers = 0, first = left < NAME_W - c->name ? left : NAME_W - c->name;
    for (int i = 0; i < COLUMNS; i++)
        numbers += is_number(i) && c->width[i] > 0;
    int more = numbers > 0 ? (left - first) / numbers : 0;
    more = more < WIDE - heading[VALUE].width ? more : WIDE - heading[VALUE].width;
    for (int i = VALUE; i <= RATIO; i++)
        c->width[i] += c->width[i] > 0 ? more : 0;
    c->name += left - more * numbers;
}

/* The first two are always there, the others as far as they leave room for names. */
static struct columns columns_for(const struct ob_live_table *t, int w)
{
    enum { NAME = 7, CUT = 3 /* characters that a name may lose for another column */ };
    const enum column *rank = t->tree ? tree : flat;
    size_t ranks = t->tree ? OB_COUNT(tree) : OB_COUNT(flat);
    struct columns c = { .name = NAME };
    int names = names_width(t), want = names > NAME + CUT ? names - NAME : 0;
    int left = w - NAME;
    for (size_t i = 0; i < ranks; i++) {
        int need = heading[rank[i]].width - (t->tree && is_number(rank[i]));
        if (rank[i] == DEAD && !has_units(t))
            continue;
        if (left < need + (i > 1 ? want : 0))
            break;
        c.width[rank[i]] = need;
        left -= need;
    }
    share_rest(&c, left);
    return c;
}

static void draw_heading(const struct ob_live_table *t, const struct columns *w,
                         struct ob_canvas *c, struct ob_rect r)
{
    int x = r.x + w->name;
    size_t rows = r.h > 1 ? (size_t)r.h - 1 : 0;
    const char *mark = t->order == OB_TABLE_NAME ? " v" : "";
    struct ob_rect name = { r.x + 1, r.y, w->name - 1, 1 };
    if (t->total > rows && rows > 0)
        ob_canvas_line(c, name, 0, OB_LEFT, OB_STYLE_LABEL, "%zu/%zu%s",
                       ob_live_table_place(t) + 1, t->total, mark);
    else
        ob_canvas_line(c, name, 0, OB_LEFT, OB_STYLE_LABEL, "NAME%s", mark);
    for (int i = 0; i < COLUMNS; x += w->width[i++]) {
        const char *sorted = t->order == heading[i].order ? " v" : "";
        const char *text = t->tree && heading[i].tree ? heading[i].tree : heading[i].name;
        int room = w->width[i] - 1 - (int)strlen(sorted);
        if (w->width[i] == 0)
            continue;
        ob_canvas_line(c, (struct ob_rect){ x, r.y, w->width[i], 1 }, 0, OB_RIGHT,
                       OB_STYLE_LABEL, "%s%s",
                       room < (int)strlen(text) ? heading[i].brief : text, sorted);
    }
}

/* The height of a value within the trend, 0 (lowest) to 3; -1 where it is not finite. */
static int level_of(double value, double lo, double hi)
{
    if (!isfinite(value))
        return -1;
    return hi > lo ? (int)fmin(3, floor(4 * ((value - lo) / (hi - lo)))) : 1;
}

/* Two values a cell, four heights; neighbours are joined so that it reads as a line. */
static void draw_trend(const struct ob_table_trend *t, enum ob_glyphs tier,
                       struct ob_canvas *c, struct ob_rect r)
{
    unsigned most = r.w > 0 ? 2 * (unsigned)r.w : 0;
    unsigned n = t->n < most ? t->n : most, from = t->n - n;
    int left = r.x + r.w - ((int)n + 1) / 2; /* the newest at the right edge */
    double lo = INFINITY, hi = -INFINITY;
    int last = -1;
    uint8_t mask = 0;
    for (unsigned i = from; i < t->n; i++) {
        if (isfinite(t->value[i])) {
            lo = fmin(lo, t->value[i]);
            hi = fmax(hi, t->value[i]);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        int at = level_of(t->value[from + i], lo, hi), to = last < 0 ? at : last;
        for (int y = at < to ? at : to; at >= 0 && y <= (at < to ? to : at); y++)
            mask |= y == to && at != to ? 0 : ob_dot_bit((int)(i % 2), 3 - y);
        last = at;
        if (i % 2 == 0 && i + 1 < n)
            continue;
        char glyph[5];
        ob_glyph(tier, mask, glyph);
        ob_canvas_text(c, left + (int)(i / 2), r.y, 1, glyph, OB_STYLE_A);
        mask = 0;
    }
}

/* ">-linear1.weight": whether it is selected, and open. */
static void draw_name(const struct ob_live_table *t, const struct ob_table_line *l,
                      int width, struct ob_canvas *c, struct ob_rect r)
{
    char safe[96];
    int indent = indent_of(t, l);
    if (l->opens)
        ob_canvas_text(c, r.x + indent - 1, r.y, 1, l->open ? "-" : "+", OB_STYLE_LABEL);
    ob_canvas_text(c, r.x + indent, r.y, width - indent - 1,
                   ob_text_safe_z(safe, sizeof safe, l->name + l->label), OB_STYLE_TEXT);
}

static void cell_text(const struct ob_table_line *l, int column, int width,
                      char out[static 40])
{
    const double number[COLUMNS] = {
        [VALUE] = l->value,
        [GRADIENT] = l->grad,
        [CHANGE] = l->change,
        [RATIO] = ob_table_line_ratio(l),
    };
    if (column == SHAPE)
        snprintf(out, 40, "%s", l->shape);
    else if (column == DEAD)
        snprintf(out, 40, l->units > 0 ? "%zu/%zu" : "", l->dead, l->units);
    else
        ob_show_number(out, number[column], width - 1);
}

static void draw_line(const struct ob_live_table *t, const struct ob_table_line *l,
                      const struct columns *w, struct ob_canvas *c, struct ob_rect r)
{
    char text[40];
    int x = r.x + w->name;
    draw_name(t, l, w->name, c, r);
    for (int i = 0; i < TREND; x += w->width[i++]) {
        if (w->width[i] == 0)
            continue;
        cell_text(l, i, w->width[i], text);
        ob_canvas_line(c, (struct ob_rect){ x + 1, r.y, w->width[i] - 1, 1 }, 0, OB_RIGHT,
                       i == DEAD && l->dead > 0 ? OB_STYLE_WARN : OB_STYLE_VALUE, "%s",
                       text);
    }
}

void ob_live_table_title(const struct ob_live_table *t, char *out, size_t cap)
{
    char params[32];
    ob_count_show(params, sizeof params, (double)t->params);
    int n = snprintf(out, cap, "parameters");
    if (t->tree && n > 0 && (size_t)n < cap)
        n += snprintf(out + n, cap - (size_t)n, "  %s in %zu tensor%s", params,
                      t->tensors, t->tensors == 1 ? "" : "s");
    if (t->tree && t->dead > 0 && n > 0 && (size_t)n < cap)
        snprintf(out + n, cap - (size_t)n, "  %zu dead unit%s", t->dead,
                 t->dead == 1 ? "" : "s");
}

void ob_live_table_draw(const struct ob_live_table *t, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r)
{
    struct columns w = columns_for(t, r.w);
    if (r.h <= 0 || w.width[VALUE] == 0)
        return;
    draw_heading(t, &w, c, r);
    for (int row = 1; row < r.h && t->first + (size_t)row <= t->n; row++) {
        size_t i = t->sorted[t->first + (size_t)row - 1];
        struct ob_rect line = { r.x, r.y + row, r.w, 1 };
        draw_line(t, &t->line[i], &w, c, line);
        if (w.width[TREND] > 0)
            draw_trend(&t->trend[i], tier, c,
                       (struct ob_rect){ r.x + r.w - w.width[TREND] + 1, r.y + row,
                                         w.width[TREND] - 1, 1 });
        if (i == t->selected) {
            ob_canvas_text(c, r.x, r.y + row, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + row, w.name - 1, 1 },
                              OB_STYLE_CURSOR);
        }
    }
}
