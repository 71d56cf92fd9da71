#include "live_axis.h"

#include <math.h>
#include <string.h>

const struct ob_run_model *ob_live_run(const struct ob_view *v, int run)
{
    return run == 0 ? &v->run : &v->other[run - 1];
}

const struct ob_series *ob_live_steps(const struct ob_run_model *m,
                                      enum ob_live_rows rows)
{
    static const enum ob_quantity own[] = { OB_Q_STEP,       OB_Q_LOSS_STEP,
                                            OB_Q_DELTA_STEP, OB_Q_VAL_STEP,
                                            OB_Q_ACC_STEP,   OB_Q_VAL_ACC_STEP };
    if (rows < OB_LIVE_ROWS_METRIC)
        return &m->series[own[rows]];
    return &m->metric[rows - OB_LIVE_ROWS_METRIC].step;
}

/* Steps and the places where they lie, as they were recorded. */
static const struct ob_run_column *moments(const struct ob_live_axis *a,
                                           const struct ob_run_model *m)
{
    return a->unit == OB_CHART_EPOCHS ? &m->epoch : &m->seconds;
}

/* The place of a step between moment i and the next; NAN behind the last one. */
static double between(const struct ob_run_column *c, size_t i, double step)
{
    double s0 = ob_series_at(&c->step, i), x0 = ob_series_at(&c->value, i);
    if (step <= s0)
        return x0;
    if (i + 1 >= c->step.n)
        return NAN;
    double s1 = ob_series_at(&c->step, i + 1), x1 = ob_series_at(&c->value, i + 1);
    return step >= s1 ? x1 : x0 + (x1 - x0) * ((step - s0) / (s1 - s0));
}

static void ruler_finish(struct ob_live_ruler *r)
{
    ob_series_finish(&r->x);
    memset(r, 0, sizeof *r);
}

static bool goes_on(const struct ob_live_ruler *r, const struct ob_series *step)
{
    return r->x.n == 0 ||
           (r->x.n <= step->n && ob_series_at(step, r->x.n - 1) == r->last);
}

static void ruler_follow(struct ob_live_ruler *r, const struct ob_series *step,
                         const struct ob_run_column *c, size_t *rows)
{
    if (!goes_on(r, step) || r->at >= c->step.n)
        ruler_finish(r);
    if (c->step.n == 0)
        return;
    for (size_t i = r->x.n; i<step->n && * rows> 0; i++, --*rows) {
        double s = ob_series_at(step, i);
        while (r->at + 1 < c->step.n && ob_series_at(&c->step, r->at + 1) <= s)
            r->at++;
        double x = between(c, r->at, s);
        if (!(x >= 0 && isfinite(x)))
            return;
        /* What is recorded is not trusted to rise. */
        if (i > 0)
            x = fmax(x, ob_series_at(&r->x, i - 1));
        ob_series_append(&r->x, x);
        r->last = s;
    }
}

/* The rows of the loss are all rows of most runs: one ruler does for both. */
static enum ob_live_rows shared(const struct ob_run_model *m, int run,
                                enum ob_live_rows rows)
{
    bool all = rows == OB_LIVE_ROWS_LOSS && run == 0 &&
               m->series[OB_Q_LOSS_STEP].n == m->series[OB_Q_STEP].n;
    return all ? OB_LIVE_ROWS_ALL : rows;
}

void ob_live_axis_follow(struct ob_live_axis *a, const struct ob_view *v, size_t *rows)
{
    if (a->made != a->unit)
        ob_live_axis_finish(a);
    a->made = a->unit;
    for (int run = 0; run < OB_LIVE_RUNS; run++) {
        const struct ob_run_model *m = ob_live_run(v, run);
        for (int k = 0; k < OB_LIVE_ROWS; k++) {
            enum ob_live_rows kind = (enum ob_live_rows)k;
            bool used = m->path && a->unit != OB_CHART_STEPS &&
                        (run == 0 || kind != OB_LIVE_ROWS_ALL) &&
                        shared(m, run, kind) == kind;
            if (used)
                ruler_follow(&a->ruler[run][k], ob_live_steps(m, kind), moments(a, m),
                             rows);
            else
                ruler_finish(&a->ruler[run][k]);
        }
    }
}

const struct ob_series *ob_live_axis_of(const struct ob_live_axis *a,
                                        const struct ob_view *v, int run,
                                        enum ob_live_rows rows)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    if (a->unit == OB_CHART_STEPS)
        return ob_live_steps(m, rows);
    return &a->ruler[run][shared(m, run, rows)].x;
}

double ob_live_axis_at(const struct ob_live_axis *a, const struct ob_run_model *m,
                       double step)
{
    const struct ob_run_column *c = moments(a, m);
    if (a->unit == OB_CHART_STEPS)
        return step;
    if (c->step.n == 0)
        return NAN;
    size_t behind = ob_series_lower_bound(&c->step, nextafter(step, INFINITY));
    return between(c, behind > 0 ? behind - 1 : 0, step);
}

double ob_live_axis_log_from(const struct ob_live_axis *a, const struct ob_view *v)
{
    const struct ob_series *x = ob_live_axis_of(a, v, 0, OB_LIVE_ROWS_ALL);
    if (a->unit == OB_CHART_STEPS || x->n == 0)
        return 1;
    size_t i = ob_series_lower_bound(x, 1e-12);
    double first = i < x->n ? ob_series_at(x, i) : 1;
    return pow(10, floor(log10(first) + 1e-9));
}

void ob_live_axis_finish(struct ob_live_axis *a)
{
    for (int run = 0; run < OB_LIVE_RUNS; run++)
        for (int k = 0; k < OB_LIVE_ROWS; k++)
            ruler_finish(&a->ruler[run][k]);
}
