/* The parameter table as it is drawn: which columns have room, and what stands there. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_table.h"
#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum {
    NUMBER_W = 9,
    MOST = 7 + OB_LIVE_SLOTS + OB_LIVE_GAUGES, /* columns behind the name */
};

/* A column behind the name. */
struct column {
    const char *name, *brief; /* brief: where the name has no room; raw */
    enum ob_table_order order;
    enum { NUMBER, SHAPE, DEAD, TREND } what;
    int need, rank; /* columns of text; where there is little room high ranks are left
                       out */
    int width;      /* 0 = left out */
};

struct columns {
    int name; /* columns of the name, the marks before it included */
    int n;
    struct column column[MOST];
};

static void add(struct columns *c, const struct column *column)
{
    c->column[c->n++] = *column;
}

/* The parameters and what the last step did to them. */
static void list_values(struct columns *c, bool tree)
{
    const int w = NUMBER_W - tree;
    const enum ob_table_order none = OB_TABLE_ORDERS;
    const struct column all[] = {
        { "SHAPE", "SHAPE", none, SHAPE, 11, tree ? 4 : -1, 0 },
        { tree ? "NORM" : "VALUE", "VALUE", OB_TABLE_VALUE, NUMBER, w, 0, 0 },
        { "GRADIENT", "GRAD", OB_TABLE_GRADIENT, NUMBER, w, 2, 0 },
        { tree ? "LARGEST" : "CHANGE", "CHANGE", OB_TABLE_CHANGE, NUMBER, w, tree ? 3 : 1,
          0 },
        { tree ? "STEP/W" : "RATIO", "RATIO", OB_TABLE_RATIO, NUMBER, w, tree ? 1 : 3,
          0 },
        { "DEAD", "DEAD", OB_TABLE_DEAD, DEAD, 8, tree ? 5 : -1, 0 },
        { "TREND", "TREND", none, TREND, 13, 6, 0 },
    };
    for (size_t i = 0; i < OB_COUNT(all); i++)
        if (all[i].rank >= 0)
            add(c, &all[i]);
}

/* What the optimizer keeps: its buffers, its effective step, its figures of tensors.
 * Where there is little room a figure says more than a buffer. */
static void list_inside(struct columns *c, const struct ob_live_table *t)
{
    int w = NUMBER_W - t->tree, rank = 1;
    for (int s = 0; s < OB_LIVE_SLOTS; s++)
        if (t->has.slot[s][0])
            add(c, &(struct column){ t->has.slot[s], t->has.slot[s],
                                     (enum ob_table_order)(OB_TABLE_SLOT + s), NUMBER, w,
                                     0, 0 });
    add(c, &(struct column){ "STEP/G", "STEP/G", OB_TABLE_EFFECTIVE, NUMBER, w, 0, 0 });
    for (int g = 0; g < OB_LIVE_GAUGES; g++)
        if (t->has.gauge[g][0])
            add(c, &(struct column){ t->has.gauge[g], t->has.gauge[g],
                                     (enum ob_table_order)(OB_TABLE_GAUGE + g), NUMBER, w,
                                     rank++, 0 });
    for (int i = 0; i < c->n; i++)
        if (c->column[i].order >= OB_TABLE_SLOT && c->column[i].order < OB_TABLE_GAUGE)
            c->column[i].rank = rank++;
}

/* The mark of the selected line; in a tree what is folded in, and whether it is open. */
static int indent_of(const struct ob_live_table *t, const struct ob_table_line *l)
{
    return t->tree ? 2 + l->depth : 1;
}

/* Columns of the longest name, its marks and a blank included. */
static int names_width(const struct ob_live_table *t)
{
    enum { LONGEST = 20, LOOK_AT = 512 };
    int widest = 0;
    for (size_t i = 0; i < t->n && i < LOOK_AT; i++) {
        char safe[96];
        const struct ob_table_line *l = &t->line[i];
        int w = indent_of(t, l) +
                ob_text_width(ob_text_safe_z(safe, sizeof safe, l->name + l->label));
        widest = w > widest ? w : widest;
    }
    return widest + 1 < LONGEST ? widest + 1 : LONGEST;
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
    int numbers = 0;
    int first = left < NAME_W - c->name ? left : NAME_W - c->name;
    for (int i = 0; i < c->n; i++)
        numbers += c->column[i].what == NUMBER && c->column[i].width > 0;
    int more = numbers > 0 ? (left - first) / numbers : 0;
    more = more < WIDE - NUMBER_W ? more : WIDE - NUMBER_W;
    for (int i = 0; i < c->n; i++)
        if (c->column[i].what == NUMBER && c->column[i].width > 0)
            c->column[i].width += more;
    c->name += left - more * numbers;
}

static struct column *of_rank(struct columns *c, int rank)
{
    for (int i = 0; i < c->n; i++)
        if (c->column[i].rank == rank)
            return &c->column[i];
    return NULL;
}

/* The first two are always there, the others as far as they leave room for names. */
static struct columns columns_for(const struct ob_live_table *t, int w)
{
    enum { NAME = 7, CUT = 3 /* characters that a name may lose for another column */ };
    struct columns c = { .name = NAME };
    int names = names_width(t), want = names > NAME + CUT ? names - NAME : 0;
    int left = w - NAME;
    if (t->inside)
        list_inside(&c, t);
    else
        list_values(&c, t->tree);
    for (int rank = 0; rank < MOST; rank++) {
        struct column *of = of_rank(&c, rank);
        if (!of || (of->what == DEAD && !has_units(t)))
            continue;
        if (left < of->need + (rank > 1 ? want : 0))
            break;
        of->width = of->need;
        left -= of->need;
    }
    share_rest(&c, left);
    return c;
}

/* The title of a column, in capitals unless it is a name of the optimizer's. */
static void draw_title(const struct ob_live_table *t, const struct column *of,
                       struct ob_canvas *c, struct ob_rect r)
{
    char safe[64];
    const char *sorted = t->order == of->order ? " v" : "";
    int room = r.w - 1 - (int)strlen(sorted);
    const char *text = room < (int)strlen(of->name) ? of->brief : of->name;
    ob_text_safe_z(safe, sizeof safe, text);
    if (of->order >= OB_TABLE_SLOT && room < ob_text_width(safe) && room >= 0)
        safe[room] = '\0';
    ob_canvas_line(c, r, 0, OB_RIGHT, OB_STYLE_LABEL, "%s%s", safe, sorted);
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
    for (int i = 0; i < w->n; x += w->column[i++].width)
        if (w->column[i].width > 0)
            draw_title(t, &w->column[i], c,
                       (struct ob_rect){ x, r.y, w->column[i].width, 1 });
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

static void cell_text(const struct ob_table_line *l, const struct column *of,
                      char out[static 40])
{
    if (of->what == SHAPE)
        snprintf(out, 40, "%s", l->shape);
    else if (of->what == DEAD)
        snprintf(out, 40, l->units > 0 ? "%zu/%zu" : "", l->dead, l->units);
    else
        ob_show_number(out, ob_table_line_number(l, of->order), of->width - 1);
}

static void draw_line(const struct ob_live_table *t, size_t i, const struct columns *w,
                      enum ob_glyphs tier, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_table_line *l = &t->line[i];
    char text[40];
    int x = r.x + w->name;
    draw_name(t, l, w->name, c, r);
    for (int k = 0; k < w->n; x += w->column[k++].width) {
        const struct column *of = &w->column[k];
        struct ob_rect cell = { x + 1, r.y, of->width - 1, 1 };
        if (of->width == 0)
            continue;
        if (of->what == TREND) {
            draw_trend(&t->trend[i], tier, c, cell);
            continue;
        }
        cell_text(l, of, text);
        ob_canvas_line(c, cell, 0, OB_RIGHT,
                       of->what == DEAD && l->dead > 0 ? OB_STYLE_WARN : OB_STYLE_VALUE,
                       "%s", text);
    }
}

void ob_live_table_title(const struct ob_live_table *t, char *out, size_t cap)
{
    char params[32];
    ob_count_show(params, sizeof params, (double)t->params);
    int n = snprintf(out, cap, "%s", t->inside ? "inside the optimizer" : "parameters");
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
    if (r.h <= 0 || of_rank(&w, 0)->width == 0)
        return;
    draw_heading(t, &w, c, r);
    for (int row = 1; row < r.h && t->first + (size_t)row <= t->n; row++) {
        size_t i = t->sorted[t->first + (size_t)row - 1];
        draw_line(t, i, &w, tier, c, (struct ob_rect){ r.x, r.y + row, r.w, 1 });
        if (i == t->selected) {
            ob_canvas_text(c, r.x, r.y + row, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + row, w.name - 1, 1 },
                              OB_STYLE_CURSOR);
        }
    }
}
