#include <config.h>

#include "optbench/sweep/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/intern.h"
#include "optbench/base/mem.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/plan.h"

/* ---- values ---- */

void ob_values_take(struct ob_values *v, const struct ob_cells *c)
{
    size_t n = ob_cells_count(c);
    if (v->n != n || !v->value)
        v->value = ob_xreallocarray(v->value, n + 1, sizeof *v->value);
    v->n = n;
    v->maximize = ob_cells_maximize(c);
    for (size_t i = 0; i < n; i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c, i);
        bool known = cell->state != OB_CELL_DIVERGED && isfinite(cell->metric);
        v->value[i] = known ? cell->metric : (double)NAN;
    }
}

void ob_values_finish(struct ob_values *v)
{
    free(v->value);
    *v = (struct ob_values){ 0 };
}

bool ob_values_better(const struct ob_values *v, double a, double b)
{
    if (isnan(a) || isnan(b))
        return !isnan(a) && isnan(b);
    return v->maximize ? a > b : a < b;
}

/* ---- settings ---- */

/* The row of the plan without its seeds, as one text that no other row has. */
static void put_setting(struct ob_buf *out, const struct ob_plan *plan, size_t cell,
                        const bool seed[])
{
    ob_buf_clear(out);
    for (size_t k = 0; k < plan->keys; k++) {
        const char *value = ob_plan_at(plan, cell, k);
        if (seed[k])
            continue;
        ob_buf_addc(out, value ? '=' : '-'); /* not set is not empty */
        ob_buf_adds(out, value ? value : "");
        ob_buf_addc(out, '\n'); /* which no value has */
    }
}

static void clear(struct ob_setting_row *r)
{
    *r = (struct ob_setting_row){
        .first = r->first,
        .cells = r->cells,
        .mean = NAN,
        .deviation = NAN,
        .lo = NAN,
        .hi = NAN,
        .seconds = NAN,
        .step = NAN,
        .evals = NAN,
        .best = OB_CELLS_NONE,
    };
}

void ob_settings_table_make(struct ob_settings_table *t, const struct ob_plan *plan)
{
    struct ob_intern *texts = ob_intern_create();
    struct ob_buf text = { 0 };
    bool *seed = ob_xcalloc(plan->keys + 1, sizeof *seed);
    for (size_t k = 0; k < plan->keys; k++)
        seed[k] = ob_key_is_seed(plan->key[k]);
    *t = (struct ob_settings_table){ .of = ob_xcalloc(plan->cells + 1, sizeof *t->of) };
    t->row = ob_xcalloc(plan->cells + 1, sizeof *t->row);
    for (size_t i = 0; i < plan->cells; i++) {
        put_setting(&text, plan, i, seed);
        uint32_t row = ob_intern_add(texts, ob_buf_text(&text), text.len);
        if (row == t->n)
            t->row[t->n++].first = i;
        t->of[i] = row;
        t->repeats |= ++t->row[row].cells > 1;
    }
    t->row = ob_xreallocarray(t->row, t->n + 1, sizeof *t->row);
    for (size_t r = 0; r < t->n; r++)
        clear(&t->row[r]);
    ob_intern_destroy(texts);
    ob_buf_finish(&text);
    free(seed);
}

/* A running mean, so that a row needs no list of its cells. */
static double on(double mean, double v, double n)
{
    return isnan(mean) ? v : mean + (v - mean) / n;
}

/* Welford 1962, "Note on a method for calculating corrected sums of squares and
 * products": `deviation` holds the sum of squares until all are in. */
static void take(struct ob_setting_row *r, const struct ob_values *v, size_t cell)
{
    double x = v->value[cell], before = r->mean;
    r->measured++;
    if (r->measured == 1) {
        r->mean = r->lo = r->hi = x;
        r->deviation = 0;
        r->best = cell;
        return;
    }
    r->mean += (x - before) / (double)r->measured;
    r->deviation += (x - before) * (x - r->mean);
    r->lo = fmin(r->lo, x);
    r->hi = fmax(r->hi, x);
    if (ob_values_better(v, x, v->value[r->best]))
        r->best = cell;
}

void ob_settings_table_fill(struct ob_settings_table *t, const struct ob_cells *c,
                            const struct ob_values *v)
{
    for (size_t k = 0; k < t->n; k++)
        clear(&t->row[k]);
    for (size_t i = 0; i < v->n; i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c, i);
        struct ob_setting_row *r = &t->row[t->of[i]];
        r->diverged += cell->state == OB_CELL_DIVERGED;
        r->failed += cell->state == OB_CELL_FAILED;
        if (isnan(v->value[i]))
            continue;
        take(r, v, i);
        r->seconds = on(r->seconds, cell->seconds, (double)r->measured);
        r->step = on(r->step, (double)cell->step, (double)r->measured);
        r->evals = on(r->evals, cell->evals, (double)r->measured);
    }
    for (size_t k = 0; k < t->n; k++) {
        struct ob_setting_row *r = &t->row[k];
        r->deviation = r->measured > 1 ? sqrt(r->deviation / (double)(r->measured - 1))
                                       : (double)NAN;
    }
}

void ob_settings_table_finish(struct ob_settings_table *t)
{
    free(t->row);
    free(t->of);
    *t = (struct ob_settings_table){ 0 };
}

double ob_setting_score(const struct ob_setting_row *r)
{
    return r->diverged ? (double)NAN : r->mean;
}

struct ranking {
    const struct ob_settings_table *table;
    const struct ob_values *values;
};

static int by_score(const void *pa, const void *pb, void *ctx)
{
    const struct ranking *k = ctx;
    size_t a = *(const size_t *)pa, b = *(const size_t *)pb;
    double x = ob_setting_score(&k->table->row[a]);
    double y = ob_setting_score(&k->table->row[b]);
    if (ob_values_better(k->values, x, y))
        return -1;
    if (ob_values_better(k->values, y, x))
        return 1;
    return (a > b) - (a < b);
}

void ob_settings_table_rank(const struct ob_settings_table *t, const struct ob_values *v,
                            size_t order[])
{
    struct ranking k = { .table = t, .values = v };
    for (size_t i = 0; i < t->n; i++)
        order[i] = i;
    if (t->n > 1)
        qsort_r(order, t->n, sizeof *order, by_score, &k);
}
