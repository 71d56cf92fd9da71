/*
 * Cells as settings: those that differ in seeds alone are repeats of one setting, and
 * have mean, deviation and count. Pure functions of plan, cells and one value a cell. Any
 * thread that the cells belong to.
 */
#ifndef OB_SWEEP_TABLE_H
#define OB_SWEEP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/sweep/cells.h"

struct ob_plan;

/* The values by which cells are judged: the metric of each, or what the caller makes of
 * them (the same at a step). */
struct ob_values {
    double *value; /* [cells]; NAN = not known, and always so of what diverged; owned */
    size_t n;
    bool maximize;
};

/* The metric of all cells that have one. */
void ob_values_take(struct ob_values *v, const struct ob_cells *c);
void ob_values_finish(struct ob_values *v);

/* Whether a is better; NAN is worse than everything. */
bool ob_values_better(const struct ob_values *v, double a, double b);

/* A setting: cells whose rows of the plan are equal but for seeds. */
struct ob_setting_row {
    size_t first;    /* its first cell */
    size_t cells;    /* of it in the plan */
    size_t measured; /* of them with a finite value */
    size_t diverged;
    size_t failed;
    double mean, deviation; /* of the values; the deviation of a sample (n - 1), NAN for
                               less than two */
    double lo, hi;          /* lowest and highest value */
    double seconds;         /* of training, mean of those measured; NAN = unknown */
    double step, evals;     /* likewise */
    size_t best;            /* the cell with the best value; OB_CELLS_NONE */
};

struct ob_settings_table {
    struct ob_setting_row *row; /* [n], in the order of the plan */
    size_t n;
    uint32_t *of; /* [cells]: the row of each */
    bool repeats; /* some row has more than one cell */
};

/* Which cells are one setting: filled in from the plan alone, values are NAN. */
void ob_settings_table_make(struct ob_settings_table *t, const struct ob_plan *plan);

/* The values, and what else is known, into the rows; may be called again and again. */
void ob_settings_table_fill(struct ob_settings_table *t, const struct ob_cells *c,
                            const struct ob_values *v);
void ob_settings_table_finish(struct ob_settings_table *t);

/*
 * The mean by which settings are compared: NAN, which is worse than everything, where
 * nothing was measured, and where a repeat diverged, for a mean over those that did not
 * would flatter it.
 */
double ob_setting_score(const struct ob_setting_row *r);

/* The rows from the best to the worst, into order[n]; equal ones in the order of the
 * plan. */
void ob_settings_table_rank(const struct ob_settings_table *t, const struct ob_values *v,
                            size_t order[]);

#endif
