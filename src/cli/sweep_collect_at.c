/* The metric of cells at a step, from their logs. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_collect.h"

#include "optbench/base/text.h"
#include "optbench/run/rows.h"

/* A walk along the log of one cell, up to a place. */
struct walk {
    struct ob_rows rows;
    const char *column;
    double at;
    const char *along;
    size_t place, metric; /* of the columns */
    bool passed;          /* a row lies behind */
    double value;         /* the last measured one; NAN = none */
};

static void header(void *ctx)
{
    struct walk *w = ctx;
    w->place = ob_rows_column(&w->rows, w->along);
    if (w->place == OB_ROWS_NONE && strcmp(w->along, "evals") == 0)
        w->place = ob_rows_column(&w->rows, "step"); /* one a step is not recorded */
    w->metric = ob_rows_column(&w->rows, w->column);
}

static void row(void *ctx, const double *value)
{
    struct walk *w = ctx;
    if (w->passed || w->place == OB_ROWS_NONE || w->metric == OB_ROWS_NONE)
        return;
    w->passed = value[w->place] > w->at;
    if (!w->passed && !ob_rows_empty(value[w->metric]))
        w->value = value[w->metric];
}

static void restart(void *ctx)
{
    struct walk *w = ctx;
    w->passed = false;
    w->value = NAN;
}

/* Whether the log has the columns. */
static bool walk(struct walk *w, const struct ob_rundir *dir)
{
    const struct ob_rows_sink sink = { w, restart, header, row };
    struct ob_err err;
    ob_rows_init(&w->rows, dir);
    w->place = w->metric = OB_ROWS_NONE;
    while (ob_rows_poll(&w->rows, (size_t)1 << 20, &sink, &err) && !w->passed &&
           ob_rows_behind(&w->rows))
        continue;
    ob_rows_finish(&w->rows);
    return w->place != OB_ROWS_NONE && w->metric != OB_ROWS_NONE;
}

static double value_of(const struct collect *c, size_t i, struct walk *w, bool *known)
{
    const struct ob_sweep *s = ob_cells_sweep(c->cells);
    struct ob_rundir dir;
    char *path = ob_sweep_cell_path(s, i);
    w->value = NAN;
    w->passed = false;
    *known = false;
    if (ob_rundir_open(&dir, path, NULL)) {
        *known = walk(w, &dir);
        ob_rundir_finish(&dir);
    }
    free(path);
    return isfinite(w->value) ? w->value : (double)NAN;
}

bool ob_collect_at(struct collect *c, double at, bool evals, struct ob_err *err)
{
    struct walk w = { .column = ob_cells_metric(c->cells),
                      .at = at,
                      .along = evals ? "evals" : "step" };
    bool any = false, begun = false;
    for (size_t i = 0; i < c->values.n; i++) {
        bool known = false, waits = ob_cells_at(c->cells, i)->state == OB_CELL_WAITING;
        c->values.value[i] = waits ? (double)NAN : value_of(c, i, &w, &known);
        any |= known;
        begun |= !waits;
    }
    snprintf(c->title, sizeof c->title, "%s at %s %.0f", w.column, w.along, at);
    if (any || !begun)
        return true;
    char safe[128];
    return ob_fail(err, OB_EUSAGE, "--at%s: no log has a column '%s'",
                   evals ? "-evals" : "", ob_text_safe_z(safe, sizeof safe, w.column));
}
