#include "optbench/plot/chart.h"

#include <math.h>
#include <string.h>

#include "chart_priv.h"

#define PATIENCE_NS INT64_C(2000000000)

enum {
    GUTTER = 7, /* text columns left of the plot, the rule included: the least */
    GUTTER_MOST = 13,
    LEAST_COLS = 12,
    LEAST_ROWS = 4,
    LEAST_STEPS = 4, /* a chart shows at least this many steps */
};

bool ob_chart_area_of(const struct ob_chart *c, const struct ob_extent *e,
                      struct ob_chart_area *a)
{
    int cols = e->w / e->tw, rows = e->h / e->th;
    if (cols < LEAST_COLS || rows < LEAST_ROWS)
        return false;
    a->col0 = c->gutter < cols - 4 ? c->gutter : cols - 4;
    a->row0 = 1;
    a->row1 = rows - 1;
    a->x0 = a->col0 * e->tw;
    a->y0 = e->th;
    a->w = cols * e->tw - a->x0;
    a->h = (rows - 2) * e->th;
    return true;
}

/* Decades may stand close, for they are all alike; values get more room. */
static unsigned y_ticks(const struct ob_chart_area *a, bool log_y)
{
    int rows = a->row1 - a->row0;
    int n = log_y || rows <= 6 ? (rows + 1) / 2 : 1 + rows / 3;
    return n < 2 ? 2 : (unsigned)n;
}

void ob_chart_reset(struct ob_chart *c)
{
    c->empty = true;
    c->log_used = false;
    c->x0 = 0;
    c->per_dot = 0;
    c->y_lo = c->y_hi = 0;
    c->gutter = GUTTER;
    c->bad = 0;
    c->roomy = false;
}

/* Rows of a trace that lie within the steps from..to. */
void ob_chart_rows(const struct ob_trace *t, double from, double to, size_t *a, size_t *b)
{
    *a = ob_series_lower_bound(t->x, from);
    *b = ob_series_lower_bound(t->x, to);
    if (*a > t->n)
        *a = t->n;
    if (*b > t->n)
        *b = t->n;
}

static double last_step(const struct ob_trace *trace, size_t traces)
{
    double last = 0;
    for (size_t i = 0; i < traces; i++)
        if (trace[i].n > 0)
            last = fmax(last, ob_series_at(trace[i].x, trace[i].n - 1));
    return last;
}

/* The steps that are shown, before the width in dots is known. */
static void fit_steps(struct ob_chart *c, double last, double *from, double *to)
{
    *from = 0;
    *to = last + 1;
    if (c->mode == OB_CHART_FIXED && c->to > c->from) {
        *from = c->from;
        *to = c->to;
    } else if (c->mode == OB_CHART_FOLLOW && c->window > 0 && last >= c->window) {
        double jump = fmax(1, floor(c->window / 4));
        *from = ceil((last + 1 - c->window) / jump) * jump;
        *to = *from + c->window;
    }
}

/* Steps per dot column; in growing mode a power of two that never shrinks. */
static void fit_columns(struct ob_chart *c, double from, double to, int dots)
{
    c->x0 = from;
    if (c->mode != OB_CHART_GROW) {
        c->per_dot = (to - from) / dots;
        return;
    }
    double need = fmax(to, LEAST_STEPS), k = 1;
    while (k * dots < need)
        k *= 2;
    while (k / 2 * dots >= need)
        k /= 2;
    c->per_dot = k;
}

struct extremes {
    double lo, hi, lo_positive;
    size_t bad, good;
};

static void take_series(struct extremes *e, const struct ob_series *s, size_t a, size_t b)
{
    struct ob_series_span span = ob_series_query(s, a, b);
    if (span.n == 0 || span.min > span.max)
        return;
    e->good += span.n - span.bad;
    e->lo = fmin(e->lo, span.min);
    e->hi = fmax(e->hi, span.max);
    e->lo_positive = fmin(e->lo_positive, span.positive);
}

static struct extremes look(const struct ob_trace *trace, size_t traces, double from,
                            double to)
{
    struct extremes e = { .lo = INFINITY, .hi = -INFINITY, .lo_positive = INFINITY };
    for (size_t i = 0; i < traces; i++) {
        const struct ob_trace *t = &trace[i];
        size_t a, b;
        ob_chart_rows(t, from, to, &a, &b);
        e.bad += ob_series_query(t->y, a, b).bad;
        take_series(&e, t->y, a, b);
        if (t->lo && t->hi) {
            take_series(&e, t->lo, a, b);
            take_series(&e, t->hi, a, b);
        }
    }
    return e;
}

/* Part of the present range that lo..hi takes. */
static double used(const struct ob_chart *c, double lo, double hi)
{
    if (c->log_used)
        return log(hi / lo) / log(c->y_hi / c->y_lo);
    return (hi - lo) / (c->y_hi - c->y_lo);
}

/* Widens at once, narrows after a while of little use. */
static void fit_values(struct ob_chart *c, double lo, double hi, unsigned ticks,
                       int64_t now)
{
    double low = lo, high = hi;
    if (c->log_y)
        ob_axis_round_log(&low, &high, ticks);
    else
        ob_axis_round_linear(&low, &high, ticks);

    bool fresh = c->empty || c->log_used != c->log_y;
    if (!fresh && lo >= c->y_lo && hi <= c->y_hi) {
        bool roomy = used(c, low, high) < 0.5;
        if (roomy && !c->roomy)
            c->roomy_since = now;
        c->roomy = roomy;
        if (!roomy || now - c->roomy_since < PATIENCE_NS)
            return;
    } else if (!fresh) {
        /* Keep the side that still fits, so that only what must move does. */
        low = fmin(low, c->y_lo);
        high = fmax(high, c->y_hi);
    }
    c->y_lo = low;
    c->y_hi = high;
    c->log_used = c->log_y;
    c->empty = false;
    c->roomy = false;
}

void ob_chart_value_ticks(const struct ob_chart *c, const struct ob_chart_area *a,
                          struct ob_ticks *out)
{
    if (c->log_used)
        ob_ticks_log(out, c->y_lo, c->y_hi, y_ticks(a, true));
    else
        ob_ticks_linear(out, c->y_lo, c->y_hi, y_ticks(a, false), OB_TICK_VALUE);
}

static int gutter_for(const struct ob_ticks *ticks)
{
    int widest = GUTTER;
    for (size_t i = 0; i < ticks->n; i++) {
        int need = (int)strlen(ticks->item[i].label) + 1;
        if (need > widest && need <= GUTTER_MOST)
            widest = need;
    }
    return widest;
}

void ob_chart_fit(struct ob_chart *c, const struct ob_trace *trace, size_t traces,
                  const struct ob_extent *room, int64_t now_ns)
{
    struct ob_chart_area a;
    if (c->gutter == 0)
        ob_chart_reset(c);
    if (!ob_chart_area_of(c, room, &a))
        return;

    double from, to;
    fit_steps(c, last_step(trace, traces), &from, &to);
    struct extremes e = look(trace, traces, from, to);
    c->bad = e.bad;
    double lo = c->log_y ? e.lo_positive : e.lo;
    if (lo <= e.hi && e.good > 0) {
        fit_values(c, fmax(lo, c->log_y ? 1 / OB_CHART_LIMIT : -OB_CHART_LIMIT),
                   fmin(e.hi, OB_CHART_LIMIT), y_ticks(&a, c->log_y), now_ns);
    } else {
        c->empty = true;
        c->log_used = c->log_y;
        c->y_lo = c->log_y ? 0.1 : 0;
        c->y_hi = 1;
    }
    struct ob_ticks ticks;
    ob_chart_value_ticks(c, &a, &ticks);
    c->gutter = gutter_for(&ticks);
    ob_chart_area_of(c, room, &a);
    fit_columns(c, from, to, a.w);
}
