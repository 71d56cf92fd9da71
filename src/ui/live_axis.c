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
    return a->unit == OB_CHART_SECONDS ? &m->seconds : &m->place;
}

const char *ob_live_axis_column(enum ob_chart_unit unit)
{
    static const char *const column[OB_CHART_UNITS] = {
        [OB_CHART_STEPS] = "",
        [OB_CHART_EPOCHS] = "epoch",
        [OB_CHART_SECONDS] = "",
        [OB_CHART_EVALS] = "evals",
        [OB_CHART_GRADIENTS] = "grad_evals",
        [OB_CHART_PRODUCTS] = "hvp_evals",
    };
    return column[unit];
}

bool ob_live_axis_can(const struct ob_view *v, enum ob_chart_unit unit)
{
    const char *column = ob_live_axis_column(unit);
    bool any = false;
    if (!column[0])
        return true;
    if (unit == OB_CHART_EPOCHS)
        return ob_run_model_has_column(&v->run, column);
    if (unit == OB_CHART_PRODUCTS)
        return ob_run_model_has_column(&v->run, column) && v->run.live.hvp_evals > 0;
    for (int run = 0; run < OB_LIVE_RUNS; run++)
        any |= ob_run_model_has_column(ob_live_run(v, run), column);
    return any;
}

/* One evaluation a step, and one at the start. */
static bool counts_steps(const struct ob_live_axis *a, const struct ob_run_model *m)
{
    bool counts = a->unit == OB_CHART_EVALS || a->unit == OB_CHART_GRADIENTS;
    return counts && m->columns > 0 &&
           !ob_run_model_has_column(m, ob_live_axis_column(a->unit));
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

static void ruler_count(struct ob_live_ruler *r, const struct ob_series *step,
                        size_t *rows)
{
    if (!goes_on(r, step))
        ruler_finish(r);
    for (size_t i = r->x.n; i<step->n && * rows> 0; i++, --*rows) {
        r->last = ob_series_at(step, i);
        ob_series_append(&r->x, r->last + 1);
    }
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
            struct ob_live_ruler *r = &a->ruler[run][k];
            if (!used)
                ruler_finish(r);
            else if (counts_steps(a, m))
                ruler_count(r, ob_live_steps(m, kind), rows);
            else
                ruler_follow(r, ob_live_steps(m, kind), moments(a, m), rows);
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
    if (counts_steps(a, m))
        return step + 1;
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
