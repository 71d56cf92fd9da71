#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/base/text.h"

enum {
    LETTER_EVERY = 25, /* text columns between the letters of a line */
    UNIT_FROM = 24,    /* columns from which the axis names its unit */
};

struct pen {
    const struct ob_chart *c;
    struct ob_surface *on;
    struct ob_chart_area a;
    int th, tw;
};

/* Dot row of a value within the plot; the edges for what lies beyond. */
static int dot_y(const struct pen *p, double v)
{
    return p->a.y0 + (int)lrint(ob_scale_below(&p->c->y, v) * (p->a.h - 1));
}

/* Dot column of a step; no further outside than integers go. */
static int dot_x(const struct pen *p, double step)
{
    double x = floor((ob_chart_along(p->c, step) - p->c->x0) / p->c->per_dot);
    return p->a.x0 + (int)fmin(fmax(x, -1e6), 1e6);
}

/* The step at which a dot column of the plot begins. */
static double step_of(const struct pen *p, int column)
{
    return ob_chart_back(p->c, p->c->x0 + (double)column * p->c->per_dot);
}

static void mark(const struct pen *p, int x, bool top, const char *glyph)
{
    int row = top ? p->a.row0 : p->a.row1 - 1;
    p->on->type->text(p->on, x / p->tw, row, glyph, OB_INK_MARK);
}

/* The rows of a trace that fall into one dot column after another. */
struct sweep {
    size_t a, b, end;
    int x;
};

/* Moves on to the next column that holds rows. */
static bool next_column(const struct pen *p, const struct ob_trace *t, struct sweep *s)
{
    s->a = s->b;
    if (s->a >= s->end)
        return false;
    s->x = dot_x(p, ob_series_at(t->x, s->a));
    if (s->x < p->a.x0)
        s->x = p->a.x0;
    double edge = step_of(p, s->x - p->a.x0 + 1);
    size_t lo = s->a, hi = s->end;
    /* Rows lie at most per_dot apart from the first one's place; look near by first. */
    for (size_t reach = 1; lo + reach < hi; reach *= 2) {
        if (ob_series_at(t->x, lo + reach) >= edge) {
            hi = lo + reach;
            break;
        }
    }
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (ob_series_at(t->x, mid) < edge)
            lo = mid + 1;
        else
            hi = mid;
    }
    s->b = lo > s->a ? lo : s->a + 1;
    return s->x < p->a.x0 + p->a.w;
}

static struct sweep sweep_start(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = { .x = 0 };
    double from = step_of(p, 0);
    /* A logarithm there and back may lose the row at the very edge. */
    if (p->c->log_x)
        from *= 1 - 1e-12;
    ob_chart_rows(t, from, step_of(p, p->a.w), &s.b, &s.end);
    return s;
}

static void draw_band(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = sweep_start(p, t);
    while (next_column(p, t, &s)) {
        double lo = ob_series_query(t->lo, s.a, s.b).min;
        double hi = ob_series_query(t->hi, s.a, s.b).max;
        if (!(lo <= hi) || !(ob_scale_takes(p->c->y.kind, hi)))
            continue;
        p->on->type->line(p->on,
                          &(struct ob_stroke){ s.x, dot_y(p, lo), s.x, dot_y(p, hi),
                                               OB_INK_BAND, OB_DASH_SOLID });
    }
}

static bool has_place(const struct pen *p, double v)
{
    return ob_scale_takes(p->c->y.kind, v) && fabs(v) <= OB_CHART_LIMIT;
}

/* Marks for what a column holds that has no place on the axes. */
static void mark_column(const struct pen *p, int x, const struct ob_series_span *q)
{
    if (q->bad > 0)
        mark(p, x, true, "x");
    else if (q->max > OB_CHART_LIMIT)
        mark(p, x, true, "^");
    if (q->min <= q->max &&
        (q->min < -OB_CHART_LIMIT || !ob_scale_takes(p->c->y.kind, q->min)))
        mark(p, x, false, "v");
}

/* The part of a joining line that lies within the plot. */
static void join(const struct pen *p, struct ob_stroke l)
{
    int left = p->a.x0, right = p->a.x0 + p->a.w - 1;
    double slope = l.x1 > l.x0 ? (double)(l.y1 - l.y0) / (double)(l.x1 - l.x0) : 0;
    if (l.x1 < left || l.x0 > right)
        return;
    if (l.x0 < left) {
        l.y0 += (int)lrint(slope * (left - l.x0));
        l.x0 = left;
    }
    if (l.x1 > right) {
        l.y1 -= (int)lrint(slope * (l.x1 - right));
        l.x1 = right;
    }
    p->on->type->line(p->on, &l);
}

static void draw_line(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = sweep_start(p, t);
    struct ob_stroke l = { .ink = t->ink, .dash = t->dash };
    /* The rows beside the window show where the line comes from and goes to. */
    double before = s.b > 0 ? ob_series_at(t->y, s.b - 1) : NAN;
    bool joined = has_place(p, before);
    if (joined) {
        l.x0 = dot_x(p, ob_series_at(t->x, s.b - 1));
        l.y0 = dot_y(p, before);
    }
    while (next_column(p, t, &s)) {
        struct ob_series_span q = ob_series_query(t->y, s.a, s.b);
        l.x1 = s.x;
        if (joined && has_place(p, q.first)) {
            l.y1 = dot_y(p, q.first);
            join(p, l);
        }
        if (q.min <= q.max && ob_scale_takes(p->c->y.kind, q.max)) {
            struct ob_stroke bar = l;
            bar.x0 = s.x, bar.y0 = dot_y(p, q.min), bar.y1 = dot_y(p, q.max);
            p->on->type->line(p->on, &bar);
        }
        joined = has_place(p, q.last);
        l.x0 = s.x;
        l.y0 = joined ? dot_y(p, q.last) : 0;
    }
    double after = s.end < t->n ? ob_series_at(t->y, s.end) : NAN;
    if (joined && has_place(p, after)) {
        l.x1 = dot_x(p, ob_series_at(t->x, s.end));
        l.y1 = dot_y(p, after);
        join(p, l);
    }
}

static void draw_marks(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = sweep_start(p, t);
    while (next_column(p, t, &s)) {
        struct ob_series_span q = ob_series_query(t->y, s.a, s.b);
        mark_column(p, s.x, &q);
    }
}

/* The trace's letter on its line, every so often and at the end. */
static void draw_letters(const struct pen *p, const struct ob_trace *t, int offset)
{
    char letter[2] = { t->letter, '\0' };
    struct sweep s = sweep_start(p, t);
    int next = p->a.col0 + offset, col = -1, row = 0;
    while (next_column(p, t, &s)) {
        double v = ob_series_at(t->y, s.b - 1);
        if (!has_place(p, v))
            continue;
        col = s.x / p->tw;
        row = dot_y(p, v) / p->th;
        if (col < next)
            continue;
        p->on->type->text(p->on, col, row, letter, t->ink);
        next = col + LETTER_EVERY;
    }
    if (col >= 0)
        p->on->type->text(p->on, col, row, letter, t->ink);
}

static void draw_value_axis(const struct pen *p)
{
    struct ob_ticks ticks;
    bool taken[512] = { false };
    ob_chart_value_ticks(p->c, &p->a, &ticks);
    p->on->type->rule(p->on, p->a.col0 - 1, p->a.row0, p->a.row1);
    /* Main ticks first, then the minor ones where a row is left between. */
    for (int minor = 0; minor < 2; minor++) {
        for (size_t i = 0; i < ticks.n; i++) {
            const struct ob_tick *t = &ticks.item[i];
            int row = dot_y(p, t->value) / p->th, len = (int)strlen(t->label);
            if ((int)t->minor != minor || row < 1 || row + 1 >= (int)OB_COUNT(taken) ||
                taken[row] || len > p->a.col0 - 1 ||
                (minor && (taken[row - 1] || taken[row + 1])))
                continue;
            taken[row] = true;
            p->on->type->text(p->on, p->a.col0 - 1 - len, row, t->label, OB_INK_LABEL);
            p->on->type->tick(p->on, p->a.col0 - 1, row);
        }
    }
}

static void step_ticks(const struct pen *p, struct ob_ticks *out)
{
    double even = ob_chart_log_from(p->c);
    struct ob_scale x = { OB_SCALE_SYMLOG, step_of(p, 0), step_of(p, p->a.w), even };
    int cols = p->a.w / p->tw;
    unsigned most = cols / 9 < 2 ? 2 : (unsigned)(cols / 9);
    enum ob_tick_form form =
        p->c->unit == OB_CHART_SECONDS ? OB_TICK_VALUE : OB_TICK_STEP;
    ob_axis_admit(&x.lo, &x.hi);
    /* Less than a decade holds too few powers of ten. */
    if (p->c->log_x && x.hi > 10 * fmax(x.lo, even))
        ob_ticks_symmetric(out, &x, most + most / 2, form);
    else
        ob_ticks_linear(out, x.lo, x.hi, most, form);
}

/* Labels as far as they have room, and what they count at the right end. */
static void draw_step_axis(const struct pen *p)
{
    struct ob_ticks ticks;
    const char *unit = ob_chart_unit_name(p->c->unit);
    int cols = p->a.w / p->tw, free_from = 0, end = p->a.col0 + cols;
    if (cols >= UNIT_FROM) {
        end -= (int)strlen(unit);
        p->on->type->text(p->on, end, p->a.row1, unit, OB_INK_LABEL);
        end -= 1;
    }
    step_ticks(p, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        const struct ob_tick *t = &ticks.item[i];
        int len = (int)strlen(t->label), col = dot_x(p, t->value) / p->tw;
        int at = col - len / 2;
        if (at < p->a.col0)
            at = p->a.col0;
        if (at + len > end && cols < UNIT_FROM)
            at = end - len;
        if (at < free_from || at < p->a.col0 || at + len > end)
            continue;
        p->on->type->text(p->on, at, p->a.row1, t->label, OB_INK_LABEL);
        free_from = at + len + 2;
    }
}

static bool level_shows(const struct pen *p, const struct ob_chart_level *l)
{
    return has_place(p, l->at) && l->at >= p->c->y.lo && l->at <= p->c->y.hi;
}

static void draw_levels(const struct pen *p)
{
    int right = p->a.x0 + p->a.w - 1;
    for (size_t i = 0; i < p->c->levels; i++) {
        int y = dot_y(p, p->c->level[i].at);
        if (level_shows(p, &p->c->level[i]))
            p->on->type->line(p->on, &(struct ob_stroke){ p->a.x0, y, right, y,
                                                          OB_INK_LABEL, OB_DASH_DOTS });
    }
}

/* Whether a line passes through a text cell, as far as its rows there and the ones beside
 * them tell. */
static bool crossed(const struct pen *p, const struct ob_trace *t, int col, int row)
{
    int x = col * p->tw - p->a.x0;
    size_t a, b;
    ob_chart_rows(t, step_of(p, x), step_of(p, x + p->tw), &a, &b);
    a -= a > 0;
    b += b < t->n;
    struct ob_series_span q = ob_series_query(t->y, a, b);
    if (q.n == 0 || q.min > q.max || !ob_scale_takes(p->c->y.kind, q.max))
        return false;
    return dot_y(p, q.max) / p->th <= row && row <= dot_y(p, q.min) / p->th;
}

struct place {
    int col, row;
};

struct lines {
    const struct ob_trace *trace;
    size_t n;
};

/* How many cells of a text would lie on lines. */
static int hidden_by(const struct pen *p, const struct lines *l, struct place at, int len)
{
    int n = 0;
    for (int i = 0; i < len; i++) {
        bool hit = false;
        for (size_t k = 0; k < l->n && !hit; k++)
            hit = crossed(p, &l->trace[k], at.col + i, at.row);
        n += hit;
    }
    return n;
}

/* Above or below the level, at its right or left end, where the fewest lines pass; never
 * in a row of marks, nor in one that has a name already. */
static void name_level(const struct pen *p, const struct ob_chart_level *level,
                       const struct lines *lines, uint64_t *taken)
{
    int cols = p->a.w / p->tw, len = ob_text_width(level->name), best = len + 1;
    int line = dot_y(p, level->at) / p->th;
    struct place to = { 0, 0 };
    for (int i = 0; i < 4; i++) {
        struct place at = { i & 1 ? p->a.col0 + 1 : p->a.col0 + cols - len,
                            i & 2 ? line + 1 : line - 1 };
        if (at.row <= p->a.row0 || at.row >= p->a.row1 - 1 ||
            (*taken & UINT64_C(1) << (at.row & 63)))
            continue;
        int hidden = hidden_by(p, lines, at, len);
        if (hidden < best) {
            best = hidden;
            to = at;
        }
    }
    if (best > len || len + 2 >= cols)
        return;
    *taken |= UINT64_C(1) << (to.row & 63);
    p->on->type->text(p->on, to.col, to.row, level->name, OB_INK_LABEL);
}

static void name_levels(const struct pen *p, const struct ob_trace *trace, size_t traces)
{
    const struct lines lines = { trace, traces };
    uint64_t taken = 0;
    for (size_t i = 0; i < p->c->levels; i++)
        if (level_shows(p, &p->c->level[i]))
            name_level(p, &p->c->level[i], &lines, &taken);
}

static void draw_cursor(const struct pen *p)
{
    int x = dot_x(p, p->c->cursor);
    if (p->c->cursor_on && x >= p->a.x0 && x < p->a.x0 + p->a.w)
        p->on->type->rule(p->on, x / p->tw, p->a.row0, p->a.row1);
}

/* Writes a text of the title from column `col` on; returns the column behind it. */
static int title_part(struct ob_surface *on, int col, const char *text, enum ob_ink ink)
{
    char fits[192];
    int room = on->extent.w / on->extent.tw - col;
    if (room <= 0)
        return col;
    snprintf(fits, sizeof fits, "%s", text);
    fits[ob_text_clip(fits, room)] = '\0';
    on->type->text(on, col, 0, fits, ink);
    return col + ob_text_width(fits) + 3;
}

/* "loss (log)   a this run   b the one before   nan 3" */
static void draw_title(const struct ob_chart *c, const struct ob_trace *trace,
                       size_t traces, struct ob_surface *on)
{
    char text[192];
    const char *y = ob_scale_name(c->scale);
    int cols = on->extent.w / on->extent.tw, col = 1;
    snprintf(text, sizeof text, "%.150s%s%s%s%s%s", c->title ? c->title : "",
             *y || c->log_x ? " (" : "", y, *y && c->log_x ? ", " : "",
             c->log_x ? "log x" : "", *y || c->log_x ? ")" : "");
    /* Where both have no room, the title gives way to what is asked for, its scale
     * first. */
    if (c->note) {
        int room = cols - 2 - (c->bad > 0 ? 8 : 0) - ob_text_width(c->note) - 2;
        if (ob_text_width(text) > room)
            snprintf(text, sizeof text, "%.150s", c->title ? c->title : "");
        text[ob_text_clip(text, room > 0 ? room : 0)] = '\0';
    }
    if (c->focused)
        on->type->text(on, 0, 0, ">", OB_INK_TEXT);
    col = title_part(on, col, text, OB_INK_TEXT);
    /* The last trace lies on top: it is what the others are compared with. */
    for (size_t i = traces; i-- > 0 && traces > 1 && !c->note;) {
        if (!trace[i].name)
            continue;
        snprintf(text, sizeof text, "%c %.64s", trace[i].letter, trace[i].name);
        col = title_part(on, col, text, trace[i].ink);
    }
    if (c->note)
        title_part(on, text[0] ? col - 1 : 1, c->note, OB_INK_TEXT);
    if (c->bad > 0) {
        int n = snprintf(text, sizeof text, "nan/inf %zu", c->bad);
        on->type->text(on, cols - n > 0 ? cols - n : 0, 0, text, OB_INK_MARK);
    }
}

void ob_chart_draw(const struct ob_chart *c, const struct ob_trace *trace, size_t traces,
                   struct ob_surface *on)
{
    struct pen p = { .c = c, .on = on, .tw = on->extent.tw, .th = on->extent.th };
    draw_title(c, trace, traces, on);
    if (!ob_chart_area_of(c, &on->extent, &p.a) || !(c->per_dot > 0))
        return;
    draw_value_axis(&p);
    draw_step_axis(&p);
    draw_levels(&p);
    draw_cursor(&p);
    for (size_t i = 0; i < traces; i++)
        if (trace[i].lo && trace[i].hi)
            draw_band(&p, &trace[i]);
    for (size_t i = 0; i < traces; i++)
        draw_line(&p, &trace[i]);
    for (size_t i = 0; i < traces; i++)
        if (!trace[i].derived)
            draw_marks(&p, &trace[i]);
    for (size_t i = 0; i < traces && traces > 1; i++)
        if (trace[i].letter)
            draw_letters(&p, &trace[i], LETTER_EVERY / 2 + (int)i * LETTER_EVERY / 4);
    name_levels(&p, trace, traces);
}
