#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/base/text.h"

enum { LETTER_EVERY = 25 }; /* text columns between the letters of a line */

struct pen {
    const struct ob_chart *c;
    struct ob_surface *on;
    struct ob_chart_area a;
    int th, tw;
};

/* Dot row of a value within the plot; the edges for what lies beyond. */
static int dot_y(const struct pen *p, double v)
{
    const struct ob_chart *c = p->c;
    double part;
    if (c->log_used)
        part = v > 0 ? log(c->y_hi / v) / log(c->y_hi / c->y_lo) : 1;
    else
        part = (c->y_hi - v) / (c->y_hi - c->y_lo);
    part = fmin(fmax(part, 0), 1);
    return p->a.y0 + (int)lrint(part * (p->a.h - 1));
}

static int dot_x(const struct pen *p, double step)
{
    return p->a.x0 + (int)floor((step - p->c->x0) / p->c->per_dot);
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
    double edge = p->c->x0 + (double)(s->x - p->a.x0 + 1) * p->c->per_dot;
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
    ob_chart_rows(t, p->c->x0, p->c->x0 + p->c->per_dot * p->a.w, &s.b, &s.end);
    return s;
}

static void draw_band(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = sweep_start(p, t);
    while (next_column(p, t, &s)) {
        double lo = ob_series_query(t->lo, s.a, s.b).min;
        double hi = ob_series_query(t->hi, s.a, s.b).max;
        if (!(lo <= hi) || (p->c->log_used && !(hi > 0)))
            continue;
        p->on->type->line(p->on,
                          &(struct ob_stroke){ s.x, dot_y(p, lo), s.x, dot_y(p, hi),
                                               OB_INK_BAND, OB_DASH_SOLID });
    }
}

static bool has_place(const struct pen *p, double v)
{
    return isfinite(v) && fabs(v) <= OB_CHART_LIMIT && (!p->c->log_used || v > 0);
}

/* Marks for what a column holds that has no place on the axes. */
static void mark_column(const struct pen *p, int x, const struct ob_series_span *q)
{
    if (q->bad > 0)
        mark(p, x, true, "x");
    else if (q->max > OB_CHART_LIMIT)
        mark(p, x, true, "^");
    if (q->min <= q->max &&
        (q->min < -OB_CHART_LIMIT || (p->c->log_used && !(q->min > 0))))
        mark(p, x, false, "v");
}

static void draw_line(const struct pen *p, const struct ob_trace *t)
{
    struct sweep s = sweep_start(p, t);
    bool joined = false;
    int px = 0, py = 0;
    while (next_column(p, t, &s)) {
        struct ob_series_span q = ob_series_query(t->y, s.a, s.b);
        struct ob_stroke l = { .ink = t->ink, .dash = t->dash };
        if (joined && has_place(p, q.first)) {
            l.x0 = px, l.y0 = py, l.x1 = s.x, l.y1 = dot_y(p, q.first);
            p->on->type->line(p->on, &l);
        }
        if (q.min <= q.max && (!p->c->log_used || q.max > 0)) {
            l.x0 = l.x1 = s.x, l.y0 = dot_y(p, q.min), l.y1 = dot_y(p, q.max);
            p->on->type->line(p->on, &l);
        }
        joined = has_place(p, q.last);
        px = s.x;
        py = joined ? dot_y(p, q.last) : 0;
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

static void draw_step_axis(const struct pen *p)
{
    struct ob_ticks ticks;
    double lo = p->c->x0, hi = lo + p->c->per_dot * p->a.w;
    int cols = p->a.w / p->tw, free_from = 0;
    ob_axis_admit(&lo, &hi);
    ob_ticks_linear(&ticks, lo, hi, cols / 9 < 2 ? 2 : (unsigned)(cols / 9),
                    OB_TICK_STEP);
    for (size_t i = 0; i < ticks.n; i++) {
        const struct ob_tick *t = &ticks.item[i];
        int len = (int)strlen(t->label), col = dot_x(p, t->value) / p->tw;
        int at = col - len / 2;
        if (at < p->a.col0)
            at = p->a.col0;
        if (at + len > p->a.col0 + cols)
            at = p->a.col0 + cols - len;
        if (at < free_from || at < p->a.col0)
            continue;
        p->on->type->text(p->on, at, p->a.row1, t->label, OB_INK_LABEL);
        free_from = at + len + 2;
    }
}

/* "loss (log)   a this run   b the one before   nan 3" */
static void draw_title(const struct ob_chart *c, const struct ob_trace *trace,
                       size_t traces, struct ob_surface *on)
{
    char text[192];
    int cols = on->extent.w / on->extent.tw, col = 1;
    snprintf(text, sizeof text, "%s%s", c->title ? c->title : "",
             c->log_y ? " (log)" : "");
    text[ob_text_clip(text, cols - col)] = '\0';
    on->type->text(on, col, 0, text, OB_INK_TEXT);
    col += ob_text_width(text) + 3;
    for (size_t i = 0; i < traces && traces > 1 && col < cols; i++) {
        if (!trace[i].name)
            continue;
        snprintf(text, sizeof text, "%c %.64s", trace[i].letter, trace[i].name);
        text[ob_text_clip(text, cols - col)] = '\0';
        on->type->text(on, col, 0, text, trace[i].ink);
        col += ob_text_width(text) + 3;
    }
    if (c->bad > 0) {
        int n = snprintf(text, sizeof text, "nan %zu", c->bad);
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
    for (size_t i = 0; i < traces; i++)
        if (trace[i].lo && trace[i].hi)
            draw_band(&p, &trace[i]);
    for (size_t i = 0; i < traces; i++)
        draw_line(&p, &trace[i]);
    for (size_t i = 0; i < traces; i++)
        draw_marks(&p, &trace[i]);
    for (size_t i = 0; i < traces && traces > 1; i++)
        if (trace[i].letter)
            draw_letters(&p, &trace[i], LETTER_EVERY / 2 + (int)i * LETTER_EVERY / 4);
}
