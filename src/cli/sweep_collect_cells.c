/* Cells, and settings over their seeds, as rows. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_collect.h"

#include "optbench/base/mem.h"
#include "optbench/sweep/levels.h"

static void keys(struct collect *c, bool seeds)
{
    for (size_t k = 0; k < c->plan->keys; k++)
        if (seeds || !ob_key_is_seed(c->plan->key[k]))
            ob_sheet_column(&c->sheet, c->plan->key[k], OB_TABULAR_RIGHT);
}

static void values(struct collect *c, size_t cell, bool seeds)
{
    for (size_t k = 0; k < c->plan->keys; k++)
        if (seeds || !ob_key_is_seed(c->plan->key[k]))
            ob_sheet_word(&c->sheet, ob_plan_at(c->plan, cell, k));
}

static void column(struct collect *c, const char *name)
{
    ob_sheet_column(&c->sheet, name, OB_TABULAR_RIGHT);
}

/* ---- cells ---- */

struct ranking {
    const struct ob_values *values;
};

static int by_value(const void *pa, const void *pb, void *ctx)
{
    const struct ranking *r = ctx;
    size_t a = *(const size_t *)pa, b = *(const size_t *)pb;
    double x = r->values->value[a], y = r->values->value[b];
    if (ob_values_better(r->values, x, y))
        return -1;
    if (ob_values_better(r->values, y, x))
        return 1;
    return (a > b) - (a < b);
}

/* All cells in the order of the plan, or the best; free() it. */
static size_t *order(const struct collect *c, size_t *n)
{
    struct ranking r = { &c->values };
    size_t *cell = ob_xcalloc(c->plan->cells + 1, sizeof *cell);
    *n = c->plan->cells;
    for (size_t i = 0; i < *n; i++)
        cell[i] = i;
    if (c->best == 0)
        return cell;
    if (*n > 1)
        qsort_r(cell, *n, sizeof *cell, by_value, &r);
    if (c->best < *n)
        *n = c->best;
    while (*n > 0 && isnan(c->values.value[cell[*n - 1]]))
        --*n;
    return cell;
}

/* The members that stand in columns of their own. */
static const char *const member[] = { "loss", "best_loss", "steps", "evals", "seconds" };

/* The metric has a column of its own where it is none of the figures as they are. */
static bool is_extra(const struct collect *c)
{
    const char *name;
    for (size_t k = 0; k < OB_COUNT(member); k++)
        if (strcmp(member[k], c->title) == 0)
            return false;
    for (size_t k = 0; (name = ob_cells_figure_name(c->cells, k)); k++)
        if (strcmp(name, c->title) == 0)
            return false;
    return true;
}

static void begin_cells(struct collect *c)
{
    const char *name;
    ob_sheet_column(&c->sheet, "cell", OB_TABULAR_LEFT);
    keys(c, true);
    ob_sheet_column(&c->sheet, "state", OB_TABULAR_LEFT);
    ob_sheet_column(&c->sheet, "stop", OB_TABULAR_LEFT);
    if (is_extra(c))
        column(c, c->title);
    for (size_t k = 0; k < OB_COUNT(member); k++)
        column(c, member[k]);
    for (size_t k = 0; (name = ob_cells_figure_name(c->cells, k)); k++)
        column(c, name);
}

/* A figure, marked where it is the metric of the best cell. */
static void figure(struct collect *c, size_t i, const char *name, bool best)
{
    ob_sheet_number(&c->sheet, ob_cells_figure(c->cells, i, name));
    if (best && strcmp(name, c->title) == 0)
        ob_sheet_best(&c->sheet);
}

static size_t best_of(const struct collect *c)
{
    size_t best = OB_CELLS_NONE;
    for (size_t i = 0; i < c->values.n; i++)
        if (best == OB_CELLS_NONE ||
            ob_values_better(&c->values, c->values.value[i], c->values.value[best]))
            best = isnan(c->values.value[i]) ? best : i;
    return best;
}

void ob_collect_cells(struct collect *c)
{
    size_t n, *cell = order(c, &n), best = best_of(c);
    bool extra = is_extra(c);
    begin_cells(c);
    ob_sheet_rows(&c->sheet, "cells");
    for (size_t at = 0; at < n; at++) {
        const struct ob_sweep_cell *of = ob_cells_at(c->cells, cell[at]);
        const char *figure_name;
        char name[OB_PLAN_NAME_MAX];
        ob_plan_name(c->plan, cell[at], name);
        ob_sheet_row(&c->sheet);
        ob_sheet_text(&c->sheet, name);
        values(c, cell[at], true);
        ob_sheet_text(&c->sheet, ob_cell_state_name(of->state));
        ob_sheet_text(&c->sheet, *of->stop ? of->stop : NULL);
        if (extra) {
            ob_sheet_number(&c->sheet, c->values.value[cell[at]]);
            if (cell[at] == best)
                ob_sheet_best(&c->sheet);
        }
        for (size_t k = 0; k < OB_COUNT(member); k++)
            figure(c, cell[at], member[k], cell[at] == best);
        for (size_t k = 0; (figure_name = ob_cells_figure_name(c->cells, k)); k++)
            figure(c, cell[at], figure_name, cell[at] == best);
    }
    ob_sheet_end(&c->sheet);
    free(cell);
}

/* ---- settings ---- */

static void begin_settings(struct collect *c)
{
    static const char *const rest[] = { "lowest", "highest", "of",    "diverged",
                                        "failed", "steps",   "evals", "seconds" };
    keys(c, false);
    column(c, c->title);
    column(c, "deviation");
    column(c, "seeds");
    for (size_t k = 0; k < OB_COUNT(rest); k++)
        column(c, rest[k]);
    ob_sheet_column(&c->sheet, "best cell", OB_TABULAR_LEFT);
}

static void setting(struct collect *c, const struct ob_setting_row *r, bool best)
{
    struct ob_sheet *s = &c->sheet;
    char name[OB_PLAN_NAME_MAX];
    ob_sheet_row(s);
    values(c, r->first, false);
    ob_sheet_number(s, r->mean);
    if (best)
        ob_sheet_best(s);
    ob_sheet_number(s, r->deviation);
    ob_sheet_number(s, (double)r->measured);
    ob_sheet_number(s, r->lo);
    ob_sheet_number(s, r->hi);
    ob_sheet_number(s, (double)r->cells);
    ob_sheet_number(s, (double)r->diverged);
    ob_sheet_number(s, (double)r->failed);
    ob_sheet_number(s, r->step);
    ob_sheet_number(s, r->evals);
    ob_sheet_number(s, r->seconds);
    if (r->best != OB_CELLS_NONE)
        ob_plan_name(c->plan, r->best, name);
    ob_sheet_text(s, r->best == OB_CELLS_NONE ? NULL : name);
}

void ob_collect_settings(struct collect *c)
{
    struct ob_settings_table t;
    ob_settings_table_make(&t, c->plan);
    ob_settings_table_fill(&t, c->cells, &c->values);
    size_t *rank = ob_xcalloc(t.n + 1, sizeof *rank), n = t.n;
    ob_settings_table_rank(&t, &c->values, rank);
    size_t best = n > 0 && !isnan(ob_setting_score(&t.row[rank[0]])) ? rank[0] : n;
    if (c->best > 0 && c->best < n)
        n = c->best;
    begin_settings(c);
    ob_sheet_rows(&c->sheet, "settings");
    for (size_t k = 0; k < n; k++) {
        size_t row = c->best ? rank[k] : k;
        if (c->best && isnan(ob_setting_score(&t.row[row])))
            break;
        setting(c, &t.row[row], row == best);
    }
    ob_sheet_end(&c->sheet);
    free(rank);
    ob_settings_table_finish(&t);
}
