/* What keys and the mouse change about the charts of the live screen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/compiler.h"

enum { FAST = 10 };

struct ob_cursor_rows ob_live_cursor_rows(const struct ob_live_charts *l,
                                          const struct ob_view *v)
{
    const struct ob_series *step = &v->run.series[OB_Q_STEP];
    const struct ob_series *x = ob_live_axis_of(&l->axis, v, 0, OB_LIVE_ROWS_ALL);
    size_t n = ob_run_model_rows(&v->run, OB_Q_STEP);
    return (struct ob_cursor_rows){ step, x, n < x->n ? n : x->n };
}

/* The place of the last row of any run that is shown: how far a window can go. */
double ob_live_last(const struct ob_live_charts *l, const struct ob_view *v)
{
    struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
    double last = rows.n > 0 ? ob_series_at(rows.x, rows.n - 1) : 0;
    for (int run = 1; run < OB_LIVE_RUNS; run++) {
        const struct ob_series *x = ob_live_axis_of(&l->axis, v, run, OB_LIVE_ROWS_LOSS);
        if (x->n > 0)
            last = fmax(last, ob_series_at(x, x->n - 1));
    }
    return last;
}

/* The chart whose columns keys count in. */
static const struct ob_chart *leading(const struct ob_live_charts *l)
{
    return &l->item[ob_live_leading(l)].chart;
}

static void toggle_cursor(struct ob_live_charts *l, const struct ob_view *v,
                          struct ob_wishes *wish)
{
    struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
    double right = ob_chart_step_at(leading(l), 1);
    l->cursor.on = !l->cursor.on && ob_cursor_put(&l->cursor, &rows, right);
    if (l->cursor.on)
        ob_live_say(
            wish,
            "Left and Right move the cursor, PgUp and PgDn faster; c takes it away");
}

static void sideways(struct ob_live_charts *l, const struct ob_view *v, int columns,
                     struct ob_wishes *wish)
{
    const struct ob_chart *c = leading(l);
    struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
    double part = abs(columns) > 1 ? 0.5 : 0.25;
    if (l->cursor.on) {
        ob_cursor_move(&l->cursor, &rows, c, columns);
        if (l->zoom.mode != OB_CHART_GROW)
            ob_zoom_reach(&l->zoom, c, l->cursor.x, ob_live_last(l, v));
    } else if (!ob_zoom_pan(&l->zoom, c, columns < 0 ? -part : part,
                            ob_live_last(l, v))) {
        ob_live_say(wish, "all steps are shown: z zooms in, c sets a cursor");
    }
}

/* Around the cursor, or the middle of what is shown. */
static void zoom(struct ob_live_charts *l, const struct ob_view *v, double factor)
{
    const struct ob_chart *c = leading(l);
    double last = ob_live_last(l, v), at = 0.5;
    if (l->cursor.on)
        at = ob_chart_part_of(c, l->cursor.x);
    else if (l->zoom.mode == OB_CHART_GROW)
        at = fmin(1, ob_chart_part_of(c, last)) / 2;
    ob_zoom_scale(&l->zoom, c, factor, at, last);
}

static void change_smoothing(struct ob_live_charts *l, bool more, struct ob_wishes *wish)
{
    char weight[64] = "not smoothed";
    if (ob_live_smoother(l, more))
        ob_live_weight_text(l, weight, sizeof weight);
    ob_live_say(wish, weight);
}

/* The next chart that is on behind number `at` (0 = before the first), 0 = none. */
static unsigned next_chart(const struct ob_live_charts *l, unsigned at)
{
    while (at < OB_LIVE_CHARTS && !l->item[at].on)
        at++;
    return at < OB_LIVE_CHARTS ? at + 1 : 0;
}

/* All charts, then one after the other. */
static void move_focus(struct ob_live_charts *l, struct ob_wishes *wish)
{
    if (l->single > 0) {
        l->single = next_chart(l, l->single);
        if (l->single == 0)
            l->single = next_chart(l, 0);
        return;
    }
    l->focus = next_chart(l, l->focus);
    if (l->focus > 0)
        l->reveal = (int)l->focus - 1;
    else
        ob_live_say(wish, "keys act on all charts");
}

static void next_single(struct ob_live_charts *l)
{
    l->single = next_chart(l, l->single);
    l->focus = 0;
}

/* Linear, logarithmic, symmetric: of the chart that is focused or alone, else of all but
 * the accuracy, which has no decades. */
static void next_scale(struct ob_live_charts *l)
{
    unsigned only = l->single > 0 ? l->single : l->focus;
    for (unsigned i = 0; i < OB_LIVE_CHARTS; i++)
        if (only == 1 + i || (only == 0 && i != OB_LIVE_ACCURACY))
            l->item[i].scale = (l->item[i].scale + 1) % OB_LIVE_SCALES;
}

/* The step at a place of the axis: that of the row at or before it. */
static double step_at(const struct ob_live_charts *l, const struct ob_view *v, double x)
{
    struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
    struct ob_cursor c = { .step = 0 };
    return ob_cursor_put(&c, &rows, x) ? c.step : 0;
}

void ob_live_carry_window(struct ob_live_charts *l, const struct ob_run_model *m)
{
    double a = ob_live_axis_at(&l->axis, m, l->carry_from);
    double b = ob_live_axis_at(&l->axis, m, l->carry_to);
    if (!l->carry)
        return;
    l->carry = false;
    if (l->zoom.mode == OB_CHART_FIXED && b > a) {
        l->zoom.from = a;
        l->zoom.to = b;
    } else {
        l->zoom = (struct ob_zoom){ .mode = OB_CHART_GROW };
    }
}

/* Asks for what the next unit needs of all runs that are shown; the window follows when
 * that is there. */
static void next_unit(struct ob_live_charts *l, struct ob_view *v, struct ob_wishes *wish)
{
    struct ob_run_model *run[] = { &v->run, &v->other[0], &v->other[1], &v->other[2] };
    l->carry = true;
    l->carry_from = step_at(l, v, l->zoom.from);
    l->carry_to = step_at(l, v, l->zoom.to);
    do
        l->axis.unit = (enum ob_chart_unit)((l->axis.unit + 1) % OB_CHART_UNITS);
    while (!ob_live_axis_can(v, l->axis.unit));
    for (size_t i = 0; i < OB_COUNT(run); i++) {
        snprintf(run[i]->asked.place, sizeof run[i]->asked.place, "%s",
                 ob_live_axis_column(l->axis.unit));
        run[i]->asked.seconds = l->axis.unit == OB_CHART_SECONDS;
    }
    wish->wish = OB_WISH_NEWS;
}

static bool view_request(struct ob_live_charts *l, struct ob_view *v, enum ob_request r,
                         struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_LOG_Y:
        next_scale(l);
        return true;
    case OB_REQUEST_LOG_X:
        l->log_x = !l->log_x;
        return true;
    case OB_REQUEST_X_UNIT:
        next_unit(l, v, wish);
        return true;
    case OB_REQUEST_BAND:
        l->no_band = !l->no_band;
        return true;
    case OB_REQUEST_SINGLE:
        next_single(l);
        return true;
    case OB_REQUEST_NEXT_CHART:
        move_focus(l, wish);
        return true;
    case OB_REQUEST_SMOOTHER:
    case OB_REQUEST_ROUGHER:
        change_smoothing(l, r == OB_REQUEST_SMOOTHER, wish);
        return true;
    default:
        return false;
    }
}

static bool window_request(struct ob_live_charts *l, const struct ob_view *v,
                           enum ob_request r, struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_FOLLOW:
        ob_zoom_follow(&l->zoom, leading(l), ob_live_last(l, v));
        return true;
    case OB_REQUEST_RESET:
        l->zoom = (struct ob_zoom){ .mode = OB_CHART_GROW };
        return true;
    case OB_REQUEST_ZOOM_IN:
    case OB_REQUEST_ZOOM_OUT:
        zoom(l, v, r == OB_REQUEST_ZOOM_IN ? 0.5 : 2);
        return true;
    case OB_REQUEST_CURSOR:
        toggle_cursor(l, v, wish);
        return true;
    case OB_REQUEST_LEFT:
    case OB_REQUEST_RIGHT:
        sideways(l, v, r == OB_REQUEST_LEFT ? -1 : 1, wish);
        return true;
    case OB_REQUEST_LEFT_FAST:
    case OB_REQUEST_RIGHT_FAST:
        sideways(l, v, r == OB_REQUEST_LEFT_FAST ? -FAST : FAST, wish);
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

bool ob_live_charts_request(struct ob_live_charts *l, struct ob_view *v,
                            enum ob_request r, struct ob_wishes *wish)
{
    if (view_request(l, v, r, wish) || window_request(l, v, r, wish))
        return true;
    switch (r) {
    case OB_REQUEST_METRIC:
    case OB_REQUEST_BESIDE:
        ob_live_charts_list_open(l, v, r == OB_REQUEST_BESIDE, wish);
        return true;
    case OB_REQUEST_ALONE:
        wish->wish = OB_WISH_BESIDE;
        wish->path[0] = '\0';
        return true;
    default:
        return false;
    }
}

bool ob_live_charts_mouse(struct ob_live_charts *l, struct ob_view *v,
                          const struct ob_mouse *m, struct ob_wishes *wish)
{
    (void)wish;
    for (int i = 0; i < OB_LIVE_CHARTS; i++) {
        const struct ob_live_chart *item = &l->item[i];
        const struct ob_chart *c = &item->chart;
        struct ob_rect r = item->rect;
        int left = r.x + c->gutter, width = r.w - c->gutter;
        if (m->x < r.x || m->x >= r.x + r.w || m->y < r.y || m->y >= r.y + r.h)
            continue;
        double part = width > 0 ? fmax(0, (m->x - left + 0.5) / width) : 0.5;
        if (m->kind == OB_MOUSE_PRESS) {
            struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
            l->cursor.on = ob_cursor_put(&l->cursor, &rows, ob_chart_step_at(c, part));
        } else {
            ob_zoom_around(&l->zoom, c, m->kind == OB_MOUSE_WHEEL_UP ? 0.5 : 2, part,
                           ob_live_last(l, v));
        }
        return true;
    }
    return false;
}

bool ob_live_charts_go_to(struct ob_live_charts *l, const struct ob_view *v, double step)
{
    struct ob_cursor_rows rows = ob_live_cursor_rows(l, v);
    l->cursor.step = step;
    l->cursor.on = ob_cursor_settle(&l->cursor, &rows);
    if (l->cursor.on && l->zoom.mode != OB_CHART_GROW)
        ob_zoom_reach(&l->zoom, leading(l), l->cursor.x, ob_live_last(l, v));
    return l->cursor.on;
}
