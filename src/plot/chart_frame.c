/* What stands around the lines of a chart: axes, levels, cursor, title. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { UNIT_FROM = 24 }; /* columns from which the axis names its unit */

void ob_chart_draw_value_axis(const struct ob_pen *p)
{
    struct ob_ticks ticks;
    bool taken[512] = { false };
    ob_chart_value_ticks(p->c, &p->a, &ticks);
    p->on->type->rule(p->on, p->a.x0 - 1, p->a.row0, p->a.row1, false);
    /* Main ticks first, then the minor ones where a row is left between. */
    for (int minor = 0; minor < 2; minor++) {
        for (size_t i = 0; i < ticks.n; i++) {
            const struct ob_tick *t = &ticks.item[i];
            int y = ob_pen_y(p, t->value), row = y / p->th, len = (int)strlen(t->label);
            if ((int)t->minor != minor || row < 1 || row + 1 >= (int)OB_COUNT(taken) ||
                taken[row] || len > p->a.col0 - 1 ||
                (minor && (taken[row - 1] || taken[row + 1])))
                continue;
            taken[row] = true;
            p->on->type->tick(p->on, &(struct ob_axis_mark){
                                         false, y, p->a.col0 - 1 - len, row, t->label });
        }
    }
}

static void step_ticks(const struct ob_pen *p, struct ob_ticks *out)
{
    double even = ob_chart_log_from(p->c);
    struct ob_scale x = { OB_SCALE_SYMLOG, ob_pen_step(p, 0), ob_pen_step(p, p->a.w),
                          even };
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
void ob_chart_draw_step_axis(const struct ob_pen *p)
{
    struct ob_ticks ticks;
    const char *unit = p->c->along ? p->c->along : ob_chart_unit_name(p->c->unit);
    int cols = p->a.w / p->tw, free_from = 0, end = p->a.col0 + cols;
    if (cols >= UNIT_FROM) {
        end -= (int)strlen(unit);
        p->on->type->text(p->on, end, p->a.row1, unit, OB_INK_LABEL);
        end -= 1;
    }
    step_ticks(p, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        const struct ob_tick *t = &ticks.item[i];
        int x = ob_pen_x(p, t->value), len = (int)strlen(t->label), col = x / p->tw;
        int at = col - len / 2;
        if (at < p->a.col0)
            at = p->a.col0;
        if (at + len > end && cols < UNIT_FROM)
            at = end - len;
        if (at < free_from || at < p->a.col0 || at + len > end)
            continue;
        p->on->type->tick(p->on,
                          &(struct ob_axis_mark){ true, x, at, p->a.row1, t->label });
        free_from = at + len + 2;
    }
}

static bool shows(const struct ob_pen *p, double v)
{
    return ob_pen_takes(p, v) && v >= p->c->y.lo && v <= p->c->y.hi;
}

void ob_chart_draw_levels(const struct ob_pen *p)
{
    int right = p->a.x0 + p->a.w - 1;
    for (size_t i = 0; i < p->c->levels; i++) {
        int y = ob_pen_y(p, p->c->level[i].at);
        if (shows(p, p->c->level[i].at))
            p->on->type->line(p->on, &(struct ob_stroke){ p->a.x0, y, right, y,
                                                          OB_INK_LABEL, OB_DASH_DOTS });
    }
}

/* Whether a line passes through a text cell, as far as its rows there and the ones beside
 * them tell. */
static bool crossed(const struct ob_pen *p, const struct ob_trace *t, int col, int row)
{
    int x = col * p->tw - p->a.x0;
    size_t a, b;
    ob_chart_rows(t, ob_pen_step(p, x), ob_pen_step(p, x + p->tw), &a, &b);
    a -= a > 0;
    b += b < t->n;
    struct ob_series_span q = ob_trace_span(t, a, b);
    if (q.n == 0 || q.min > q.max || !ob_scale_takes(p->c->y.kind, q.max) ||
        !ob_pen_meets(p, t, q.min, q.max))
        return false;
    return ob_pen_y(p, q.max) / p->th <= row && row <= ob_pen_y(p, q.min) / p->th;
}

struct place {
    int col, row;
};

struct lines {
    const struct ob_trace *trace;
    size_t n;
};

/* How many cells of a text would lie on lines. */
static int hidden_by(const struct ob_pen *p, const struct lines *l, struct place at,
                     int len)
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

/* A name to be written above or below a row, from one of two columns on. */
struct tag {
    const char *name;
    int row, col[2];
};

/* Where the fewest lines pass; never in a row of marks, nor in one that has a name
 * already. */
static void place_tag(const struct ob_pen *p, const struct tag *tag,
                      const struct lines *lines, uint64_t *taken)
{
    int cols = p->a.w / p->tw, len = ob_text_width(tag->name), best = len + 1;
    struct place to = { 0, 0 };
    for (int i = 0; i < 4; i++) {
        struct place at = { tag->col[i & 1], i & 2 ? tag->row + 1 : tag->row - 1 };
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
    p->on->type->text(p->on, to.col, to.row, tag->name, OB_INK_LABEL);
}

/* The row of a guide that its name stands at: at the cursor, or the last one in sight;
 * t->n where there is none. */
static size_t named_row(const struct ob_pen *p, const struct ob_trace *t)
{
    int right = p->a.x0 + p->a.w, x = ob_pen_x(p, p->c->cursor);
    bool at_cursor = p->c->cursor_on && x >= p->a.x0 && x < right;
    double end = at_cursor ? nextafter(p->c->cursor, INFINITY) : ob_pen_step(p, p->a.w);
    for (x = right; x > p->a.x0; x -= p->tw, end = ob_pen_step(p, x - p->a.x0)) {
        size_t a, b;
        ob_chart_rows(t, end, end, &a, &b);
        if (b == 0)
            return t->n;
        if (shows(p, ob_trace_at(t, b - 1)))
            return b - 1;
        if (at_cursor)
            return t->n;
    }
    return t->n;
}

static void name_guide(const struct ob_pen *p, const struct ob_trace *t,
                       const struct lines *lines, uint64_t *taken)
{
    char name[96], value[OB_NUMBER_MAX];
    size_t row = named_row(p, t);
    if (row >= t->n)
        return;
    double v = ob_trace_at(t, row);
    ob_number_show(value, sizeof value, v, 4);
    snprintf(name, sizeof name, "%.40s %s", t->guide->name, value);
    int left = p->a.col0 + 1, right = p->a.col0 + p->a.w / p->tw - ob_text_width(name);
    int at =
        ob_pen_x(p, p->c->cursor_on ? p->c->cursor : ob_series_at(t->x, row)) / p->tw;
    int before = at - ob_text_width(name), behind = at + 1;
    before = before < left ? left : before > right ? right : before;
    behind = behind < left ? left : behind > right ? right : behind;
    place_tag(p, &(struct tag){ name, ob_pen_y(p, v) / p->th, { behind, before } }, lines,
              taken);
}

void ob_chart_name_lines(const struct ob_pen *p, const struct ob_trace *trace,
                         size_t traces)
{
    const struct lines lines = { trace, traces };
    uint64_t taken = 0;
    for (size_t i = 0; i < p->c->levels; i++) {
        const struct ob_chart_level *l = &p->c->level[i];
        struct tag tag = { l->name, ob_pen_y(p, l->at) / p->th, { 0, p->a.col0 + 1 } };
        tag.col[0] = p->a.col0 + p->a.w / p->tw - ob_text_width(l->name);
        if (shows(p, l->at))
            place_tag(p, &tag, &lines, &taken);
    }
    for (size_t i = 0; i < traces; i++)
        if (trace[i].guide)
            name_guide(p, &trace[i], &lines, &taken);
}

void ob_chart_draw_cursor(const struct ob_pen *p)
{
    int x = ob_pen_x(p, p->c->cursor);
    if (p->c->cursor_on && x >= p->a.x0 && x < p->a.x0 + p->a.w)
        p->on->type->rule(p->on, x, p->a.row0, p->a.row1, true);
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
void ob_chart_draw_title(const struct ob_chart *c, const struct ob_trace *trace,
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
    char bad[32] = "";
    if (c->bad > 0)
        snprintf(bad, sizeof bad, "nan/inf %zu", c->bad);
    /* The last trace lies on top: it is what the others are compared with. A name that
     * the count would cover is left out, and those behind it. */
    for (size_t i = traces; i-- > 0 && traces > 1 && !c->note && !c->no_legend;) {
        if (!trace[i].name)
            continue;
        snprintf(text, sizeof text, "%c %.64s", trace[i].letter, trace[i].name);
        if (bad[0] && col + ob_text_width(text) + 1 + (int)strlen(bad) > cols)
            break;
        col = title_part(on, col, text, trace[i].ink);
    }
    if (c->note)
        title_part(on, text[0] ? col - 1 : 1, c->note, OB_INK_TEXT);
    int n = (int)strlen(bad);
    if (n > 0)
        on->type->text(on, cols - n > 0 ? cols - n : 0, 0, bad, OB_INK_MARK);
}
