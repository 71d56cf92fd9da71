/* What a cell's directory says of its rungs. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/run/rows.h"
#include "optbench/run/summary.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/rungs.h"

/* A walk along the log of one cell. */
struct walk {
    const struct ob_rungs *rungs;
    size_t cell;
    const char *column; /* name of the metric's column */
    bool best;          /* the best of it so far counts */
    bool maximize;
    struct ob_rows rows;
    size_t step, metric; /* places of the columns; OB_ROWS_NONE */
    double last;         /* step of the last row; -1 = none */
    unsigned rung;       /* the next one that is not passed */
    bool measured;       /* `value` is */
    double value;
    double at[OB_RUNGS_MAX]; /* value when the rung was passed, and whether it was */
    bool had[OB_RUNGS_MAX];  /*     measured by then */
};

static void restart(void *ctx)
{
    struct walk *w = ctx;
    w->last = -1;
    w->rung = ob_rungs_first(w->rungs, w->cell);
    w->measured = false;
    w->value = NAN;
}

static void header(void *ctx)
{
    struct walk *w = ctx;
    w->step = ob_rows_column(&w->rows, "step");
    w->metric = ob_rows_column(&w->rows, w->column);
}

/* The step of a rung that halts; infinity for the last one. */
static double rung_step(const struct walk *w, unsigned rung)
{
    uint64_t until = ob_rungs_until(w->rungs, w->cell, rung);
    return until > 0 ? (double)until : INFINITY;
}

/* Rungs that lie before a step have what was measured until now. */
static void pass(struct walk *w, double step)
{
    for (; w->rung < ob_rungs_count(w->rungs) && rung_step(w, w->rung) < step;
         w->rung++) {
        w->at[w->rung] = w->value;
        w->had[w->rung] = w->measured;
    }
}

static bool better(const struct walk *w, double x)
{
    return !isfinite(w->value) || (w->maximize ? x > w->value : x < w->value);
}

static void row(void *ctx, const double *value)
{
    struct walk *w = ctx;
    pass(w, value[w->step]);
    w->last = value[w->step];
    if (w->metric == OB_ROWS_NONE || w->last < 1 || ob_rows_empty(value[w->metric]))
        return;
    w->measured = true;
    if (!w->best || (isfinite(value[w->metric]) && better(w, value[w->metric])))
        w->value = value[w->metric];
}

static bool read_log(struct walk *w, const struct ob_rundir *d, struct ob_err *err)
{
    const struct ob_rows_sink sink = { w, restart, header, row };
    restart(w);
    w->step = w->metric = OB_ROWS_NONE;
    ob_rows_init(&w->rows, d);
    bool ok;
    do
        ok = ob_rows_poll(&w->rows, (size_t)8 << 20, &sink, err);
    while (ok && ob_rows_behind(&w->rows));
    return ok;
}

/* Where a cell has got to. */
struct reach {
    bool ended;
    uint64_t steps;
};

static void read_reach(const struct ob_rundir *d, struct reach *out)
{
    struct ob_summary sum = { 0 };
    *out = (struct reach){ 0 };
    if (ob_summary_read(&sum, d, NULL)) {
        out->ended = sum.state == OB_RUN_FINISHED;
        out->steps = sum.steps;
    }
    ob_summary_finish(&sum);
}

/* Tells the rungs that the cell has come to. One that ends at the very step of a rung has
 * not ended there: a halt and an end at the same step are to say the same. */
static bool tell(struct ob_rungs *r, struct walk *w, const struct reach *reach,
                 const char *name, struct ob_err *err)
{
    unsigned rungs = ob_rungs_count(r);
    double steps = fmax(w->last, (double)reach->steps);
    pass(w, reach->ended ? INFINITY : steps + 1);
    for (unsigned k = ob_rungs_first(r, w->cell); k < w->rung && k + 1 < rungs; k++) {
        bool ended = reach->ended && rung_step(w, k) > steps;
        if (!w->had[k] && !ended)
            return ob_fail(err, OB_ECONFIG,
                           "%s: %s was not measured from step 1 to %.0f, where a rung "
                           "is: fewer rungs, or a smaller log.evaluate",
                           name, w->column, rung_step(w, k));
        ob_rungs_told(r, w->cell, k, w->at[k], ended);
        if (ended)
            return true;
    }
    if (reach->ended)
        ob_rungs_told(r, w->cell, rungs - 1, w->value, true);
    return true;
}

static bool look_log(struct ob_rungs *r, const struct ob_sweep *s, size_t cell,
                     const struct ob_rundir *d, const struct reach *reach,
                     struct ob_err *err)
{
    struct walk w = { .rungs = r, .cell = cell, .maximize = s->facts.rules.maximize };
    w.best = strncmp(s->facts.metric, "best_", 5) == 0;
    w.column = s->facts.metric + (w.best ? 5 : 0);
    bool ok = read_log(&w, d, err);
    if (ok && w.last >= 1 && w.metric == OB_ROWS_NONE)
        ok = ob_fail(err, OB_ECONFIG,
                     "%s: its log has no column %s, by which rungs could be decided",
                     d->name, w.column);
    ok = ok && tell(r, &w, reach, d->name, err);
    ob_rows_finish(&w.rows);
    return ok;
}

/* Opens the directory of a cell below the handle of the sweep; no link is followed. *d
 * stays closed where there is none. */
static bool open_cell(const struct ob_sweep *s, const char *name, struct ob_rundir *d,
                      struct ob_err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    *d = (struct ob_rundir){ 0 };
    int cells = openat(s->dir.fd, "cells", flags);
    int fd = cells >= 0 ? openat(cells, name, flags) : -1;
    int why = errno;
    if (cells >= 0)
        close(cells);
    if (fd < 0 && why == ENOENT)
        return true;
    if (fd < 0)
        return ob_fail(err, OB_EIO, "%s/cells/%s: %s", s->path, name, ob_errno_text(why));
    *d = (struct ob_rundir){ .open = true, .fd = fd };
    d->path = ob_xasprintf("%s/cells/%s", s->path, name);
    snprintf(d->name, sizeof d->name, "%s", name);
    return true;
}

bool ob_rungs_look(struct ob_rungs *r, const struct ob_sweep *s, size_t cell,
                   struct ob_err *err)
{
    struct ob_rundir d;
    char name[OB_PLAN_NAME_MAX];
    ob_plan_name(&s->plan, cell, name);
    if (!open_cell(s, name, &d, err))
        return false;
    struct reach reach = { 0 };
    if (d.open)
        read_reach(&d, &reach);
    bool ok = true;
    if (d.open && ob_rungs_count(r) > 1)
        ok = look_log(r, s, cell, &d, &reach, err);
    else if (reach.ended)
        ob_rungs_told(r, cell, 0, NAN, true);
    ob_rundir_finish(&d);
    return ok;
}
