#include <config.h>

#include "optbench/sweep/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells_priv.h"
#include "optbench/base/mem.h"
#include "optbench/run/cell.h"

static const char *const state_names[OB_CELL_STATES] = {
    [OB_CELL_WAITING] = "waiting", [OB_CELL_RUNNING] = "running",
    [OB_CELL_HALTED] = "halted",   [OB_CELL_INTERRUPTED] = "interrupted",
    [OB_CELL_FAILED] = "failed",   [OB_CELL_DIVERGED] = "diverged",
    [OB_CELL_DONE] = "done",
};

const char *ob_cell_state_name(enum ob_cell_state state)
{
    return state_names[state];
}

bool ob_cell_ended(enum ob_cell_state state)
{
    return state == OB_CELL_DONE || state == OB_CELL_DIVERGED;
}

void ob_cells_nothing(struct found *f)
{
    f->figures = 0;
    f->still = false;
    f->cell = (struct ob_sweep_cell){ .metric = NAN,
                                      .loss = NAN,
                                      .best_loss = NAN,
                                      .evals = NAN,
                                      .seconds = NAN,
                                      .stop = "" };
}

struct ob_cells *ob_cells_create(const struct ob_sweep *s)
{
    struct ob_cells *c = ob_xcalloc(1, sizeof *c);
    struct found nothing;
    ob_cells_nothing(&nothing);
    c->sweep = s;
    c->n = s->plan.cells;
    c->cell = ob_xcalloc(c->n + 1, sizeof *c->cell);
    c->slot = ob_xcalloc(c->n + 1, sizeof *c->slot);
    for (size_t i = 0; i < c->n; i++)
        c->cell[i] = nothing.cell;
    c->counts.of[OB_CELL_WAITING] = c->n;
    c->texts = ob_intern_create();
    c->names = ob_intern_create();
    c->generation = 1;
    c->round = 1;
    ob_cells_judge(c, NULL, false);
    return c;
}

void ob_cells_destroy(struct ob_cells *c)
{
    if (!c)
        return;
    ob_intern_destroy(c->texts);
    ob_intern_destroy(c->names);
    free(c->figure);
    free(c->cell);
    free(c->slot);
    free(c);
}

const char *ob_cells_keep(struct ob_cells *c, const char *text)
{
    return ob_intern_at(c->texts, ob_intern_add(c->texts, text, strlen(text)));
}

/* ---- what is asked ---- */

uint64_t ob_cells_generation(const struct ob_cells *c)
{
    return c->generation;
}

size_t ob_cells_count(const struct ob_cells *c)
{
    return c->n;
}

const struct ob_sweep_cell *ob_cells_at(const struct ob_cells *c, size_t i)
{
    OB_REQUIRE(i < c->n);
    return &c->cell[i];
}

const struct ob_cells_counts *ob_cells_counts(const struct ob_cells *c)
{
    return &c->counts;
}

size_t ob_cells_over(const struct ob_cells *c)
{
    bool halving = c->sweep->facts.rules.halving != OB_HALVING_NO;
    return c->counts.of[OB_CELL_DONE] + c->counts.of[OB_CELL_DIVERGED] +
           (halving ? c->counts.of[OB_CELL_HALTED] : 0);
}

const struct ob_sweep *ob_cells_sweep(const struct ob_cells *c)
{
    return c->sweep;
}

const char *ob_cells_metric(const struct ob_cells *c)
{
    return c->metric;
}

bool ob_cells_maximize(const struct ob_cells *c)
{
    return c->maximize;
}

bool ob_cells_better(const struct ob_cells *c, double a, double b)
{
    if (isnan(a) || isnan(b))
        return !isnan(a) && isnan(b);
    return c->maximize ? a > b : a < b;
}

static size_t best_of(const struct ob_cells *c, bool halted)
{
    size_t best = OB_CELLS_NONE;
    for (size_t i = 0; i < c->n; i++) {
        const struct ob_sweep_cell *cell = &c->cell[i];
        if ((cell->state != OB_CELL_DONE && !(halted && cell->state == OB_CELL_HALTED)) ||
            !isfinite(cell->metric))
            continue;
        if (best == OB_CELLS_NONE ||
            ob_cells_better(c, cell->metric, c->cell[best].metric))
            best = i;
    }
    return best;
}

size_t ob_cells_best(const struct ob_cells *c)
{
    size_t best = best_of(c, false);
    return best == OB_CELLS_NONE ? best_of(c, true) : best;
}

/* ---- what is said ---- */

void ob_cells_judge(struct ob_cells *c, const char *metric, bool maximize)
{
    const struct ob_sweep_facts *facts = &c->sweep->facts;
    snprintf(c->metric, sizeof c->metric, "%s", metric ? metric : facts->metric);
    c->maximize = metric ? maximize : facts->rules.maximize;
    for (size_t i = 0; i < c->n; i++)
        c->cell[i].metric = ob_cells_figure(c, i, c->metric);
    c->generation++;
}

static void put_figures(struct ob_cells *c, size_t i, const struct found *f)
{
    for (size_t k = 0; k < c->stride; k++)
        c->figure[i * c->stride + k] = NAN;
    for (size_t k = 0; k < f->figures; k++)
        c->figure[i * c->stride + f->figure[k].name] = f->figure[k].value;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same(const struct ob_sweep_cell *a, const struct ob_sweep_cell *b)
{
    return a->state == b->state && a->attempts == b->attempts && a->step == b->step &&
           a->max_steps == b->max_steps && same_number(a->metric, b->metric) &&
           same_number(a->loss, b->loss) && same_number(a->best_loss, b->best_loss) &&
           same_number(a->evals, b->evals) && same_number(a->seconds, b->seconds) &&
           a->heard == b->heard && same_text(a->stop, b->stop) &&
           same_text(a->reason, b->reason) && same_text(a->host, b->host);
}

void ob_cells_set(struct ob_cells *c, size_t i, const struct found *f)
{
    struct ob_sweep_cell before = c->cell[i];
    put_figures(c, i, f);
    c->cell[i] = f->cell;
    c->cell[i].metric = ob_cells_figure(c, i, c->metric);
    c->counts.of[before.state]--;
    c->counts.of[f->cell.state]++;
    if (!c->slot[i].known)
        c->counts.known++;
    if (!c->slot[i].known || !same(&before, &c->cell[i]))
        c->generation++;
    c->slot[i].known = true;
}

void ob_cells_told_begin(struct ob_cells *c, size_t i, int64_t now)
{
    struct found f;
    ob_cells_nothing(&f);
    f.cell = c->cell[i];
    f.cell.state = OB_CELL_RUNNING;
    f.cell.heard = now;
    f.cell.stop = "";
    ob_cells_set(c, i, &f);
    c->slot[i].stamp = 0;
}

/* Members that the message of a worker has; others are in its summary. */
static bool is_told(const char *metric)
{
    return strcmp(metric, "loss") == 0 || strcmp(metric, "best_loss") == 0 ||
           strcmp(metric, "steps") == 0 || strcmp(metric, "seconds") == 0;
}

static enum ob_cell_state state_of(const struct ob_cell_end *end)
{
    if (end->halted)
        return OB_CELL_HALTED;
    switch (end->state) {
    case OB_RUN_FINISHED:
        return strcmp(end->stop, "diverged") == 0 ? OB_CELL_DIVERGED : OB_CELL_DONE;
    case OB_RUN_INTERRUPTED:
        return OB_CELL_INTERRUPTED;
    default:
        return OB_CELL_FAILED;
    }
}

void ob_cells_told(struct ob_cells *c, size_t i, const struct ob_cell_end *end,
                   int64_t now)
{
    struct found f;
    double before = c->cell[i].seconds;
    if (is_told(c->metric))
        ob_cells_nothing(&f);
    else
        ob_cells_read(c, i, &f);
    f.cell.state = state_of(end);
    f.cell.step = end->steps;
    f.cell.loss = end->loss;
    f.cell.best_loss = end->best_loss;
    f.cell.seconds = end->from > 0 && before > 0 ? before + end->seconds : end->seconds;
    f.cell.heard = now;
    f.cell.stop = ob_cells_keep(c, end->stop);
    f.cell.attempts = ob_cell_ended(f.cell.state) ? 0 : c->cell[i].attempts;
    f.cell.reason =
        f.cell.state == OB_CELL_FAILED ? ob_cells_keep(c, end->message) : NULL;
    ob_cells_set(c, i, &f);
    c->slot[i].stamp = 0;
}

void ob_cells_told_failure(struct ob_cells *c, size_t i, unsigned attempts,
                           const char *reason, int64_t now)
{
    struct found f;
    ob_cells_nothing(&f);
    f.cell = c->cell[i];
    f.cell.state = OB_CELL_FAILED;
    f.cell.attempts = attempts;
    f.cell.reason = ob_cells_keep(c, reason);
    f.cell.heard = now;
    ob_cells_set(c, i, &f);
    c->slot[i].stamp = 0;
}
