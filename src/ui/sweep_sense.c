/* The metric along the numbers across, a line for each level down: how much a method
 * depends on its learning rate. */
#include "sweep_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"

static void clear(struct sweep_line *l)
{
    ob_series_finish(&l->x);
    ob_series_finish(&l->y);
    ob_series_finish(&l->lo);
    ob_series_finish(&l->hi);
    l->name[0] = '\0';
}

/* A rate that has diverged is marked as such, one that is still to come is not there. */
static void take(struct sweep_line *l, const struct ob_sensitivity_curve *curve)
{
    ob_text_safe_z(l->name, sizeof l->name, curve->name);
    for (size_t i = 0; i < curve->points; i++) {
        const struct ob_sensitivity_point *p = &curve->point[i];
        if (isnan(p->value) && (p->diverged == 0 || p->waiting > 0))
            continue;
        bool spread = p->seeds > 1 && !isnan(p->value);
        ob_series_append(&l->x, p->x);
        ob_series_append(&l->y, p->value);
        ob_series_append(&l->lo, spread ? p->lo : p->value);
        ob_series_append(&l->hi, spread ? p->hi : p->value);
    }
}

void sweep_sense_make(struct sweep_state *s, const struct ob_view *v)
{
    (void)v;
    for (size_t i = 0; i < SWEEP_TRACES; i++)
        clear(&s->line_of[i]);
    s->lines = s->sense.curves < SWEEP_TRACES ? s->sense.curves : SWEEP_TRACES;
    for (size_t i = 0; i < s->lines; i++)
        take(&s->line_of[i], &s->sense.curve[i]);
}

size_t sweep_sense_traces(const struct sweep_state *s,
                          struct ob_trace out[static SWEEP_TRACES])
{
    size_t n = 0;
    for (size_t i = s->lines; i-- > 0;) {
        const struct sweep_line *l = &s->line_of[i];
        if (l->x.n == 0)
            continue;
        out[n] = (struct ob_trace){ .x = &l->x,
                                    .y = &l->y,
                                    .lo = &l->lo,
                                    .hi = &l->hi,
                                    .n = l->x.n,
                                    .name = l->name };
        ob_trace_dress(&out[n++], (unsigned)i);
    }
    return n;
}

/* From the least to the greatest number, with a little room beside them: by factors, or
 * evenly. */
static void set_axis(struct sweep_state *s)
{
    struct ob_chart *c = &s->chart;
    const struct ob_levels *l = &s->sense.along;
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < l->n; i++) {
        lo = fmin(lo, l->level[i].lo); /* NAN is left aside */
        hi = fmax(hi, l->level[i].hi);
    }
    c->mode = OB_CHART_FIXED;
    c->log_x = l->ratios && lo > 0;
    c->log_from = 1;
    if (!(hi > lo)) {
        c->from = lo - 1;
        c->to = lo + 1;
    } else if (c->log_x) {
        enum { BELOW = 3 }; /* decades, so that what is even there is out of sight */
        double room = pow(hi / lo, 0.04);
        c->log_from = pow(10, floor(log10(lo)) - BELOW);
        c->from = lo / room;
        c->to = hi * room;
    } else {
        c->from = lo - 0.04 * (hi - lo);
        c->to = hi + 0.04 * (hi - lo);
    }
    c->begin = c->from;
}

/* The cursor of the map stands in the chart, too. */
static void set_cursor(struct sweep_state *s)
{
    const struct ob_level *l = &s->heat.cols.level[s->x];
    s->chart.cursor_on = s->x < s->heat.cols.n && !isnan(l->lo);
    if (s->chart.cursor_on)
        s->chart.cursor = s->heat.cols.ratios && l->lo > 0 ? sqrt(l->lo) * sqrt(l->hi)
                                                           : (l->lo + l->hi) / 2;
}

static enum ob_scale_kind scale_for(const struct sweep_state *s,
                                    const struct ob_trace *trace, size_t n)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        struct ob_series_span span = ob_series_query(trace[i].y, 0, trace[i].n);
        lo = fmin(lo, span.min);
        hi = fmax(hi, span.max);
    }
    return !s->linear && lo > 0 && hi > 3 * lo ? OB_SCALE_LOG : OB_SCALE_LINEAR;
}

static void set_title(struct sweep_state *s, const struct ob_view *v)
{
    char metric[64], name[64];
    ob_text_safe_z(metric, sizeof metric, ob_cells_metric(v->sweep->cells));
    ob_text_safe_z(name, sizeof name, sweep_key_name(v->sweep->plan, s->across));
    if (s->lines == 0)
        snprintf(s->title, sizeof s->title, "no curves: %s is not a number: x", name);
    else
        snprintf(s->title, sizeof s->title, "%s by %s", metric, name);
    snprintf(s->along, sizeof s->along, "%s", name);
    s->chart.along = s->along[0] ? s->along : NULL;
}

void sweep_sense_update(struct sweep_state *s, const struct ob_view *v, struct ob_rect r)
{
    struct ob_trace trace[SWEEP_TRACES];
    ob_dots_size(&s->dots, r.w, r.h);
    s->chart_at = r;
    if (r.w <= 0 || r.h <= 0)
        return;
    size_t n = sweep_sense_traces(s, trace);
    s->chart.title = s->title;
    s->chart.unit = OB_CHART_SECONDS;
    s->chart.scale = scale_for(s, trace, n);
    set_title(s, v);
    if (s->lines > 0) {
        set_axis(s);
        set_cursor(s);
    }
    ob_chart_fit(&s->chart, trace, n, &s->dots.surface.extent, v->now_ns);
    ob_chart_draw(&s->chart, trace, n, &s->dots.surface);
}
