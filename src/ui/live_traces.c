/* What each chart of the live screen shows: lines, levels, title. */
#include "live_traces.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

/* The key goes round; logarithmic first, for losses and steps fall by decades. */
static const enum ob_scale_kind scales[OB_LIVE_SCALES] = { OB_SCALE_LOG, OB_SCALE_LINEAR,
                                                           OB_SCALE_SYMLOG };

static const double weights[] = { 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999 };

/* The series that a chart shows of every run. */
static const struct {
    const char *title;
    enum ob_live_rows rows;
    enum ob_quantity value, lo, hi;
    enum ob_live_rows val_rows; /* OB_LIVE_ROWS_ALL = nothing of the validation part */
    enum ob_quantity val;
} plan[] = {
    [OB_LIVE_LOSS] = { "loss", OB_LIVE_ROWS_LOSS, OB_Q_LOSS, OB_Q_LOSS_MIN, OB_Q_LOSS_MAX,
                       OB_LIVE_ROWS_VAL, OB_Q_VAL },
    [OB_LIVE_ACCURACY] = { "accuracy", OB_LIVE_ROWS_ACC, OB_Q_ACC, OB_Q_ACC, OB_Q_ACC,
                           OB_LIVE_ROWS_VAL_ACC, OB_Q_VAL_ACC },
    [OB_LIVE_DELTA] = { "|dtheta| per step", OB_LIVE_ROWS_DELTA, OB_Q_DELTA, OB_Q_DELTA,
                        OB_Q_DELTA_MAX, OB_LIVE_ROWS_ALL, OB_Q_DELTA },
};

static bool chosen(int chart)
{
    return chart >= OB_LIVE_METRIC;
}

static enum ob_live_rows rows_of(int chart)
{
    if (chosen(chart))
        return (enum ob_live_rows)(OB_LIVE_ROWS_METRIC + chart - OB_LIVE_METRIC);
    return plan[chart].rows;
}

static const struct ob_series *values_of(const struct ob_run_model *m, int chart)
{
    if (chosen(chart))
        return &m->metric[chart - OB_LIVE_METRIC].value;
    return &m->series[plan[chart].value];
}

/* Rows that are shown: played so far, and known where they lie. */
static size_t shown_rows(const struct ob_live_charts *l, const struct ob_view *v, int run,
                         enum ob_live_rows rows)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    size_t n = ob_run_model_played(m, ob_live_steps(m, rows));
    size_t known = ob_live_axis_of(&l->axis, v, run, rows)->n;
    return n < known ? n : known;
}

static struct ob_trace trace_of(const struct ob_live_charts *l, const struct ob_view *v,
                                int run, int chart)
{
    static const enum ob_dash dash[OB_LIVE_RUNS] = { OB_DASH_SOLID, OB_DASH_LONG,
                                                     OB_DASH_DOTS, OB_DASH_SPARSE };
    struct ob_trace t = {
        .x = ob_live_axis_of(&l->axis, v, run, rows_of(chart)),
        .y = values_of(ob_live_run(v, run), chart),
        .n = shown_rows(l, v, run, rows_of(chart)),
        .ink = (enum ob_ink)(OB_INK_A + run),
        .dash = dash[run],
    };
    if (l->legend.on) {
        t.name = l->legend.label[run];
        t.letter = (char)('a' + run);
    }
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
        t.y = &l->item[chart].smooth[run].y;
        t.lo = t.hi = NULL;
        t.n = t.n < t.y->n ? t.n : t.y->n;
        t.derived = true;
    }
    out[n++] = t;
    return n;
}

/* What this run has of the validation part, NULL = nothing. */
static const struct ob_series *val_of(const struct ob_view *v, int chart)
{
    if (chosen(chart) || plan[chart].val_rows == OB_LIVE_ROWS_ALL)
        return NULL;
    const struct ob_series *val = &v->run.series[plan[chart].val];
    return val->n > 0 ? val : NULL;
}

/* The line of the validation part, which that of this run lies on; the two are told apart
 * by name where there is no other run. */
static size_t add_val(const struct ob_live_charts *l, const struct ob_view *v, int chart,
                      struct ob_trace *out)
{
    const struct ob_series *val = val_of(v, chart);
    if (!val)
        return 0;
    *out = (struct ob_trace){ .x = ob_live_axis_of(&l->axis, v, 0, plan[chart].val_rows),
                              .y = val,
                              .n = shown_rows(l, v, 0, plan[chart].val_rows),
                              .name = "val",
                              .letter = 'v',
                              .ink = OB_INK_F,
                              .dash = OB_DASH_LONG };
    return 1;
}

/* The loss of each mini-batch, behind the others. */
static size_t add_batches(const struct ob_live_charts *l, const struct ob_view *v,
                          struct ob_trace *out)
{
    const struct ob_series *series = v->run.series;
    if (series[OB_Q_BATCH].n != series[OB_Q_STEP].n || series[OB_Q_BATCH].n == 0)
        return 0;
    *out = (struct ob_trace){ .x = ob_live_axis_of(&l->axis, v, 0, OB_LIVE_ROWS_ALL),
                              .y = &series[OB_Q_BATCH],
                              .n = shown_rows(l, v, 0, OB_LIVE_ROWS_ALL),
                              .ink = OB_INK_BAND };
    return 1;
}

/* The edge of stability, bent as the rate is. */
static size_t add_edge(const struct ob_live_charts *l, const struct ob_view *v, int chart,
                       struct ob_trace *out)
{
    const struct ob_live_edge *edge = &l->item[chart].edge;
    const struct ob_series *lr = &v->run.series[OB_Q_LR];
    if (!edge->on || lr->n != v->run.series[OB_Q_STEP].n)
        return 0;
    *out = (struct ob_trace){ .x = ob_live_axis_of(&l->axis, v, 0, OB_LIVE_ROWS_ALL),
                              .y = lr,
                              .n = shown_rows(l, v, 0, OB_LIVE_ROWS_ALL),
                              .guide = &edge->guide,
                              .ink = OB_INK_LABEL,
                              .dash = OB_DASH_DOTS };
    return 1;
}

/* An extreme that never differed from the quantity is not kept; both that did not make no
 * band. */
static void add_band(struct ob_trace *t, const struct ob_series *lo,
                     const struct ob_series *hi)
{
    if (hi->n != t->y->n)
        hi = t->y;
    if (lo->n != t->y->n)
        lo = t->y;
    if (lo == hi)
        return;
    t->lo = lo;
    t->hi = hi;
}

size_t ob_live_traces(const struct ob_live_charts *l, const struct ob_view *v, int chart,
                      struct ob_trace out[static OB_LIVE_TRACES])
{
    size_t n =
        chart == OB_LIVE_LOSS ? add_batches(l, v, out) : add_edge(l, v, chart, out);
    for (int run = OB_LIVE_RUNS - 1; run >= 0; run--) {
        if (!ob_live_run(v, run)->path)
            continue;
        struct ob_trace t = trace_of(l, v, run, chart);
        if (run == 0 && add_val(l, v, chart, out + n)) {
            n++;
            if (!l->legend.on) {
                t.name = "train";
                t.letter = 't';
            }
        }
        if (run == 0 && !chosen(chart) && !l->no_band) {
            add_band(&t, &v->run.series[plan[chart].lo], &v->run.series[plan[chart].hi]);
        }
        n += add_line(l, chart, run, t, out + n);
    }
    return n;
}

void ob_live_smooth(struct ob_live_charts *l, const struct ob_view *v, int chart,
                    size_t *rows)
{
    for (int run = 0; run < OB_LIVE_RUNS; run++) {
        struct ob_smooth *s = &l->item[chart].smooth[run];
        const struct ob_run_model *m = ob_live_run(v, run);
        if (l->smoothing > 0 && m->path && l->item[chart].on)
            ob_smooth_follow(s, values_of(m, chart), weights[l->smoothing], rows);
        else
            ob_smooth_finish(s);
    }
}

void ob_live_weight_text(const struct ob_live_charts *l, char *out, size_t cap)
{
    char number[32];
    ob_show_number(number, weights[l->smoothing], 8);
    snprintf(out, cap, "smooth %s", number);
}

bool ob_live_smoother(struct ob_live_charts *l, bool more)
{
    if (more && l->smoothing + 1 < OB_COUNT(weights))
        l->smoothing++;
    else if (!more && l->smoothing > 0)
        l->smoothing--;
    return l->smoothing > 0;
}

/* The number at which a stop rule of the run ends it; NAN where it has no such rule. */
static double stops_at(const struct ob_run_model *m, const char *rule)
{
    for (size_t i = 0; i < m->live.rules; i++)
        if (strcmp(m->live.rule[i].name, rule) == 0)
            return m->live.rule[i].target;
    return NAN;
}

static void add_level(struct ob_live_chart *item, const char *words, double at,
                      bool number)
{
    struct ob_chart *c = &item->chart;
    char *name = item->level[c->levels], value[32];
    if (isnan(at))
        return;
    ob_show_number(value, at, 10);
    snprintf(name, sizeof item->level[0], number ? "%s %s" : "%s", words, value);
    c->level[c->levels++] = (struct ob_chart_level){ name, at };
}

static bool shows_column(const struct ob_run_model *m, int chart, const char *name)
{
    return chosen(chart) && strcmp(m->asked.metric[chart - OB_LIVE_METRIC], name) == 0;
}

/* The newest value that is shown and could be measured; NAN = none. */
static double newest(const struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    const struct ob_series *y = values_of(&v->run, chart);
    double now = NAN;
    for (size_t i = shown_rows(l, v, 0, rows_of(chart)); i > 0 && isnan(now); i--)
        now = ob_series_at(y, i - 1);
    return now;
}

/* Says in the title of lambda_max on which side of the edge it is now. */
static void tell_edge(struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    struct ob_live_chart *item = &l->item[chart];
    size_t rows = shown_rows(l, v, 0, OB_LIVE_ROWS_ALL), n = strlen(item->title);
    double edge = rows > 0 ? ob_live_edge_at(&item->edge, &v->run, rows - 1) : NAN;
    double now = newest(l, v, chart);
    char side[48];
    if (isnan(edge) || isnan(now))
        return;
    snprintf(side, sizeof side, "  %s %s", now < edge ? "below" : "ABOVE",
             item->edge.name);
    snprintf(item->title + n, sizeof item->title - n, "%s", side);
}

/* Behind the row at the cursor: the edge there, where there is room for all of it. */
static void note_edge(const struct ob_live_charts *l, const struct ob_view *v,
                      struct ob_live_chart *item)
{
    char value[OB_NUMBER_MAX], text[80];
    const struct ob_series *step = &v->run.series[OB_Q_STEP];
    size_t n = strlen(item->note);
    size_t row = ob_series_lower_bound(step, nextafter(l->cursor.step, INFINITY));
    double edge = row > 0 ? ob_live_edge_at(&item->edge, &v->run, row - 1) : NAN;
    if (isnan(edge) || n == 0)
        return;
    ob_number_show(value, sizeof value, edge, 6);
    snprintf(text, sizeof text, "  %s %s", item->edge.name, value);
    if ((int)(n + strlen(text)) < item->rect.w - 1)
        snprintf(item->note + n, sizeof item->note - n, "%s", text);
}

/* What the lines are on their way to. */
static void set_levels(struct ob_live_chart *item, const struct ob_view *v, int chart)
{
    const struct ob_run_model *m = &v->run;
    item->chart.levels = 0;
    if (chart == OB_LIVE_LOSS) {
        bool live = m->has_live && m->live.has_reference;
        double best = m->has_reference ? m->reference_loss
                      : live           ? m->live.reference_loss
                                       : NAN;
        add_level(item, m->info.data_hash[0] ? "closed form" : "minimum", best, false);
        if (ob_run_model_target_is_loss(m))
            add_level(item, "stops at", stops_at(m, "target"), true);
    } else if (chart == OB_LIVE_DELTA) {
        add_level(item, "stops at", stops_at(m, "theta_delta"), true);
    } else if (shows_column(m, chart, "grad_norm")) {
        add_level(item, "stops at", stops_at(m, "grad_norm"), true);
    }
}

/* A column with zeros or values below gets an axis that has a place for them. */
static enum ob_scale_kind scale_for(const struct ob_live_charts *l,
                                    const struct ob_view *v, int chart)
{
    enum ob_scale_kind kind = scales[l->item[chart].scale];
    if (!chosen(chart) || kind != OB_SCALE_LOG)
        return kind;
    const struct ob_series *y = values_of(&v->run, chart);
    return ob_series_query(y, 0, y->n).min <= 0 ? OB_SCALE_SYMLOG : kind;
}

/* Behind the title: the row at the cursor, or that a line is smoothed. */
static void annotate(struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    struct ob_live_chart *item = &l->item[chart];
    const struct ob_series *val = val_of(v, chart);
    item->chart.note = NULL;
    item->note[0] = '\0';
    if (l->cursor.on) {
        const struct ob_cursor_facts facts = {
            .step = ob_live_steps(&v->run, rows_of(chart)),
            .value = values_of(&v->run, chart),
            .smooth = l->smoothing > 0 ? &item->smooth[0].y : NULL,
            .n = shown_rows(l, v, 0, rows_of(chart)),
            .unit = l->axis.unit,
            .val_step = val ? ob_live_steps(&v->run, plan[chart].val_rows) : NULL,
            .val = val,
        };
        ob_cursor_note(&l->cursor, &facts, item->note, sizeof item->note);
        note_edge(l, v, item);
    } else if (l->axis.unit != OB_CHART_STEPS && v->run.series[OB_Q_STEP].n > 0 &&
               shown_rows(l, v, 0, rows_of(chart)) == 0) {
        snprintf(item->note, sizeof item->note, "when is not recorded yet");
    } else if (l->smoothing > 0 && !l->legend.on) {
        ob_live_weight_text(l, item->note, sizeof item->note);
    } else {
        return;
    }
    item->chart.note = item->note;
}

/* Nothing that is shown goes on, so nothing would move the axis any more. */
static bool all_ended(const struct ob_view *v)
{
    bool ended = !v->run.playing;
    for (int run = 0; run < OB_LIVE_RUNS; run++) {
        const struct ob_run_model *m = ob_live_run(v, run);
        ended &= !ob_run_model_active(m) && !m->loading.behind;
    }
    return ended;
}

void ob_live_chart_set(struct ob_live_charts *l, const struct ob_view *v, int chart)
{
    struct ob_live_chart *item = &l->item[chart];
    struct ob_chart *c = &item->chart;
    if (chosen(chart))
        ob_text_safe_z(item->title, sizeof item->title,
                       v->run.asked.metric[chart - OB_LIVE_METRIC]);
    item->edge.on = false;
    if (shows_column(&v->run, chart, "lambda_max")) {
        ob_live_edge_set(&item->edge, &v->run);
        tell_edge(l, v, chart);
    }
    c->title = chosen(chart) ? item->title : plan[chart].title;
    c->scale = scale_for(l, v, chart);
    c->unit = l->axis.unit;
    c->log_x = l->log_x;
    c->tight = all_ended(v);
    c->log_from = l->log_x ? ob_live_axis_log_from(&l->axis, v) : 1;
    c->focused = l->focus == 1 + (unsigned)chart;
    c->cursor_on = l->cursor.on;
    c->cursor = l->cursor.x;
    ob_zoom_apply(&l->zoom, c);
    set_levels(item, v, chart);
    annotate(l, v, chart);
}
