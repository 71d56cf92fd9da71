#include "live_charts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"

enum { TRACES = 9, FAST = 10 };

/* The key goes round; logarithmic first, for losses and steps fall by decades. */
static const enum ob_scale_kind scales[] = { OB_SCALE_LOG, OB_SCALE_LINEAR,
                                             OB_SCALE_SYMLOG };

static const double weights[] = { 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999 };

/* Which series a chart shows. */
static const struct {
    const char *title;
    enum ob_quantity step, value, lo, hi;
} plan[OB_LIVE_CHARTS] = {
    [OB_LIVE_LOSS] = { "loss", OB_Q_LOSS_STEP, OB_Q_LOSS, OB_Q_LOSS_MIN, OB_Q_LOSS_MAX },
    [OB_LIVE_DELTA] = { "|dtheta| per step", OB_Q_DELTA_STEP, OB_Q_DELTA, OB_Q_DELTA,
                        OB_Q_DELTA_MAX },
};

/* The second chart shows a column that was chosen. */
static bool chosen(const struct ob_run_model *m, int chart)
{
    return chart == OB_LIVE_DELTA && m->asked.metric[0][0];
}

static struct ob_trace trace_of(const struct ob_run_model *m, int chart)
{
    const struct ob_series *s = m->series;
    if (chosen(m, chart))
        return (struct ob_trace){ .x = &m->metric[0].step,
                                  .y = &m->metric[0].value,
                                  .n = ob_run_model_played(m, &m->metric[0].step) };
    struct ob_trace t = {
        .x = &s[plan[chart].step],
        .y = &s[plan[chart].value],
        .n = ob_run_model_rows(m, plan[chart].step),
    };
    return t;
}

/* A line, or with smoothing the line as it was recorded, dim, and the smooth one on top.
 */
static size_t add_line(const struct ob_live_charts *l, int chart, int run,
                       struct ob_trace t, struct ob_trace *out)
{
    size_t n = 0;
    if (l->smoothing > 0) {
        out[n] = t;
        out[n].ink = OB_INK_BAND;
        out[n].name = NULL;
        out[n++].letter = 0;
        t.y = &l->smooth[chart][run].y;
        t.lo = t.hi = NULL;
        t.derived = true;
    }
    out[n++] = t;
    return n;
}

/* The traces of a chart: the batch losses behind, the run before, this run on top. */
static size_t traces_of(const struct ob_live_charts *l, const struct ob_view *v,
                        int chart, struct ob_trace out[static TRACES])
{
    const struct ob_series *series = v->run.series;
    size_t n = 0;
    if (chart == OB_LIVE_LOSS && series[OB_Q_BATCH].n == series[OB_Q_STEP].n &&
        series[OB_Q_BATCH].n > 0) {
        out[n++] = (struct ob_trace){ .x = &series[OB_Q_STEP],
                                      .y = &series[OB_Q_BATCH],
                                      .n = ob_run_model_rows(&v->run, OB_Q_STEP),
                                      .ink = OB_INK_BAND };
    }
    bool before = false;
    for (int i = OB_OTHERS - 1; i >= 0; i--) {
        static const enum ob_dash dash[] = { OB_DASH_LONG, OB_DASH_DOTS, OB_DASH_LONG };
        if (!v->other[i].path)
            continue;
        struct ob_trace t = trace_of(&v->other[i], chart);
        before = true;
        t.name = "before";
        t.letter = (char)('b' + i);
        t.ink = (enum ob_ink)(OB_INK_B + i);
        t.dash = dash[i];
        n += add_line(l, chart, 1 + i, t, out + n);
    }
    struct ob_trace t = trace_of(&v->run, chart);
    t.ink = OB_INK_A;
    const struct ob_series *lo = &series[plan[chart].lo], *hi = &series[plan[chart].hi];
    if (!l->no_band && !chosen(&v->run, chart) && lo->n == t.y->n && hi->n == t.y->n) {
        t.lo = lo;
        t.hi = hi;
    }
    if (before) {
        t.name = "this run";
        t.letter = 'a';
    }
    return n + add_line(l, chart, 0, t, out + n);
}

/* What lies inside a chart's box, or its rectangle where there are no boxes. */
static struct ob_rect inside(const struct ob_live_places *p, struct ob_rect r)
{
    if (p->kind != OB_ARRANGE_WIDE || r.w < 2 || r.h < 2)
        return r;
    return (struct ob_rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
}

void ob_live_charts_place(const struct ob_live_charts *l, struct ob_live_places *p)
{
    struct ob_rect all = p->loss, none = { p->loss.x, p->loss.y, 0, 0 };
    if (l->single == 0)
        return;
    if (p->delta.w > 0 && p->delta.h > 0) {
        all.w = p->delta.x + p->delta.w - all.x;
        all.h = p->delta.y + p->delta.h - all.y;
    }
    p->loss = l->single == 1 + OB_LIVE_LOSS ? all : none;
    p->delta = l->single == 1 + OB_LIVE_DELTA ? all : none;
}

static void smooth(struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    const struct ob_run_model *run[] = { &v->run, &v->other[0], &v->other[1],
                                         &v->other[2] };
    for (int i = 0; i < 1 + OB_OTHERS; i++) {
        if (l->smoothing > 0 && run[i]->path)
            ob_smooth_follow(&l->smooth[chart][i], trace_of(run[i], chart).y,
                             weights[l->smoothing]);
        else
            ob_smooth_finish(&l->smooth[chart][i]);
    }
}

static void weight_text(const struct ob_live_charts *l, char *out, size_t cap)
{
    char number[32];
    ob_show_number(number, weights[l->smoothing], 8);
    snprintf(out, cap, "smooth %s", number);
}

/* What the chart's title says: the row at the cursor, or that a line is smoothed. */
static void annotate(struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    struct ob_trace t = trace_of(&v->run, chart);
    struct ob_chart *c = &l->chart[chart];
    c->cursor_on = l->cursor.on;
    c->cursor = l->cursor.step;
    c->note = NULL;
    c->level = chart == OB_LIVE_LOSS && v->run.has_reference ? "closed form" : NULL;
    c->level_at = v->run.reference_loss;
    if (l->cursor.on)
        ob_cursor_note(&l->cursor, &t, l->smoothing > 0 ? &l->smooth[chart][0].y : NULL,
                       l->note[chart], sizeof l->note[chart]);
    else if (l->smoothing > 0 && !v->other[0].path)
        weight_text(l, l->note[chart], sizeof l->note[chart]);
    else
        return;
    c->note = l->note[chart];
}

/* A column with zeros or values below gets an axis that has a place for them. */
static enum ob_scale_kind scale_for(const struct ob_live_charts *l,
                                    const struct ob_view *v, int chart)
{
    enum ob_scale_kind kind = scales[l->scale[chart]];
    const struct ob_series *y = &v->run.metric[0].value;
    struct ob_series_span all = ob_series_query(y, 0, y->n);
    if (chosen(&v->run, chart) && kind == OB_SCALE_LOG && all.min <= 0)
        return OB_SCALE_SYMLOG;
    return kind;
}

static void begin_as_asked(struct ob_live_charts *l, const struct ob_run_model *m)
{
    if (!m->chart_shown[0] && !m->chart_shown[1] && !m->asked.metric[0][0])
        return;
    l->single = 0;
    for (unsigned i = 0; i < OB_LIVE_CHARTS; i++) {
        l->scale[i] = m->chart_linear[i] ? 1 : 0;
        if (!m->chart_shown[i] && !(i == OB_LIVE_DELTA && m->asked.metric[0][0]))
            l->single = 1 + (1 - i);
    }
}

bool ob_live_charts_open(struct ob_live_charts *l, const struct ob_view *v)
{
    if (l->opened == v->opened)
        return false;
    l->opened = v->opened;
    l->zoom = (struct ob_zoom){ .mode = OB_CHART_GROW };
    l->cursor.on = false;
    l->picker.filter.open = false;
    for (int i = 0; i < OB_LIVE_CHARTS; i++)
        ob_chart_reset(&l->chart[i]);
    begin_as_asked(l, &v->run);
    return true;
}

void ob_live_charts_update(struct ob_live_charts *l, const struct ob_view *v,
                           const struct ob_live_places *p)
{
    const struct ob_rect place[] = { inside(p, p->loss), inside(p, p->delta) };
    l->hidden = p->delta.w <= 0 || p->delta.h <= 0;
    for (int i = 0; i < OB_LIVE_CHARTS; i++) {
        struct ob_chart *chart = &l->chart[i];
        struct ob_trace trace[TRACES];
        smooth(l, v, i);
        size_t n = traces_of(l, v, i, trace);
        chart->title = chosen(&v->run, i) ? v->run.asked.metric[0] : plan[i].title;
        chart->scale = scale_for(l, v, i);
        chart->log_x = l->log_x;
        ob_zoom_apply(&l->zoom, chart);
        annotate(l, v, i);
        ob_dots_size(&l->dots[i], place[i].w, place[i].h);
        if (place[i].w > 0 && place[i].h > 0) {
            ob_chart_fit(chart, trace, n, &l->dots[i].surface.extent, v->now_ns);
            ob_chart_draw(chart, trace, n, &l->dots[i].surface);
        }
    }
}

void ob_live_charts_draw(const struct ob_live_charts *l, const struct ob_view *v,
                         const struct ob_live_places *p, struct ob_canvas *c)
{
    const struct ob_rect place[] = { p->loss, p->delta };
    for (int i = 0; i < OB_LIVE_CHARTS; i++) {
        struct ob_rect r = place[i];
        if (r.w <= 0 || r.h <= 0)
            continue;
        if (p->kind == OB_ARRANGE_WIDE)
            r = ob_canvas_box(c, r, v->glyphs, NULL);
        ob_canvas_dots(c, r, &l->dots[i], v->glyphs);
    }
}

static struct ob_picker_list columns_of(const struct ob_run_model *m)
{
    return (struct ob_picker_list){ .title = "the second chart shows",
                                    .name = (const char(*)[64])m->column,
                                    .n = m->columns };
}

void ob_live_charts_draw_picker(const struct ob_live_charts *l, const struct ob_view *v,
                                struct ob_canvas *c)
{
    struct ob_picker_list list = columns_of(&v->run);
    ob_picker_draw(&l->picker, &list, v->glyphs, c);
}

bool ob_live_charts_key(struct ob_live_charts *l, struct ob_view *v, uint32_t key,
                        struct ob_wishes *wish)
{
    struct ob_run_model *m = &v->run;
    struct ob_picker_list list = columns_of(m);
    size_t at = 0;
    enum ob_picked picked = ob_picker_key(&l->picker, &list, key, &at);
    if (picked != OB_PICKED_TAKEN)
        return picked != OB_PICKED_NOT;
    memcpy(m->asked.metric[0], m->column[at], sizeof m->asked.metric[0]);
    /* The steps' own chart has a band and the run before. */
    if (strcmp(m->asked.metric[0], "theta_delta") == 0)
        m->asked.metric[0][0] = '\0';
    ob_chart_reset(&l->chart[OB_LIVE_DELTA]);
    if (l->hidden)
        l->single = 1 + OB_LIVE_DELTA;
    wish->wish = OB_WISH_NEWS;
    return true;
}

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%s", text);
}

/* The chart whose columns keys count in. */
static const struct ob_chart *leading(const struct ob_live_charts *l)
{
    return &l->chart[l->single == 1 + OB_LIVE_DELTA ? OB_LIVE_DELTA : OB_LIVE_LOSS];
}

static double last_step(const struct ob_view *v)
{
    size_t n = ob_run_model_rows(&v->run, OB_Q_STEP);
    return n > 0 ? ob_series_at(&v->run.series[OB_Q_STEP], n - 1) : 0;
}

static void toggle_cursor(struct ob_live_charts *l, const struct ob_view *v,
                          struct ob_wishes *wish)
{
    double right = ob_chart_step_at(leading(l), 1);
    l->cursor.on =
        !l->cursor.on && ob_cursor_put(&l->cursor, &v->run.series[OB_Q_STEP],
                                       ob_run_model_rows(&v->run, OB_Q_STEP), right);
    if (l->cursor.on)
        say(wish,
            "Left and Right move the cursor, PgUp and PgDn faster; c takes it away");
}

static void sideways(struct ob_live_charts *l, const struct ob_view *v, int columns,
                     struct ob_wishes *wish)
{
    const struct ob_chart *c = leading(l);
    if (l->cursor.on) {
        ob_cursor_move(&l->cursor, &v->run.series[OB_Q_STEP],
                       ob_run_model_rows(&v->run, OB_Q_STEP), c, columns);
        if (l->zoom.mode != OB_CHART_GROW)
            ob_zoom_reach(&l->zoom, c, l->cursor.step, last_step(v));
    } else if (!ob_zoom_pan(&l->zoom, c, columns < 0 ? -0.25 : 0.25, last_step(v))) {
        say(wish, "all steps are shown: z zooms in, c sets a cursor");
    }
}

/* Around the cursor, or the middle of what is shown. */
static void zoom(struct ob_live_charts *l, const struct ob_view *v, double factor)
{
    const struct ob_chart *c = leading(l);
    double last = last_step(v), at = 0.5;
    if (l->cursor.on)
        at = ob_chart_part_of(c, l->cursor.step);
    else if (l->zoom.mode == OB_CHART_GROW)
        at = fmin(1, ob_chart_part_of(c, last)) / 2;
    ob_zoom_scale(&l->zoom, c, factor, at, last);
}

static void change_smoothing(struct ob_live_charts *l, bool more, struct ob_wishes *wish)
{
    if (more && l->smoothing + 1 < OB_COUNT(weights))
        l->smoothing++;
    else if (!more && l->smoothing > 0)
        l->smoothing--;
    if (l->smoothing > 0) {
        char weight[64];
        weight_text(l, weight, sizeof weight);
        say(wish, weight);
    } else {
        say(wish, "not smoothed");
    }
}

bool ob_live_charts_request(struct ob_live_charts *l, const struct ob_view *v,
                            enum ob_request r, struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_LOG_Y:
        for (int i = 0; i < OB_LIVE_CHARTS; i++)
            l->scale[i] = (l->scale[i] + 1) % OB_COUNT(scales);
        return true;
    case OB_REQUEST_LOG_X:
        l->log_x = !l->log_x;
        return true;
    case OB_REQUEST_BAND:
        l->no_band = !l->no_band;
        return true;
    case OB_REQUEST_SINGLE:
        l->single = (l->single + 1) % (1 + OB_LIVE_CHARTS);
        return true;
    case OB_REQUEST_METRIC:
        if (v->run.columns > 0)
            ob_picker_open(&l->picker);
        else
            say(wish, "nothing is recorded yet");
        return true;
    case OB_REQUEST_FOLLOW:
        ob_zoom_follow(&l->zoom, last_step(v));
        return true;
    case OB_REQUEST_RESET:
        l->zoom = (struct ob_zoom){ .mode = OB_CHART_GROW };
        return true;
    case OB_REQUEST_ZOOM_IN:
    case OB_REQUEST_ZOOM_OUT:
        zoom(l, v, r == OB_REQUEST_ZOOM_IN ? 0.5 : 2);
        return true;
    case OB_REQUEST_SMOOTHER:
    case OB_REQUEST_ROUGHER:
        change_smoothing(l, r == OB_REQUEST_SMOOTHER, wish);
        return true;
    case OB_REQUEST_CURSOR:
        toggle_cursor(l, v, wish);
        return true;
    case OB_REQUEST_LEFT:
    case OB_REQUEST_RIGHT:
        sideways(l, v, r == OB_REQUEST_LEFT ? -1 : 1, wish);
        return true;
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        if (l->cursor.on)
            sideways(l, v, r == OB_REQUEST_PAGE_UP ? -FAST : FAST, wish);
        return l->cursor.on;
    default:
        return false;
    }
}

void ob_live_charts_finish(struct ob_live_charts *l)
{
    for (int i = 0; i < OB_LIVE_CHARTS; i++) {
        ob_dots_finish(&l->dots[i]);
        for (int k = 0; k < 1 + OB_OTHERS; k++)
            ob_smooth_finish(&l->smooth[i][k]);
    }
}
