/*
 * What a setting does to the outcome: the metric by two keys as a map, and along one key
 * (the learning rate) with a curve for each value of another one (the optimizer), so that
 * one sees how much a method depends on being tuned. Pure functions of plan, cells and
 * values. Any thread that the cells belong to.
 *
 * The curve is that of learning-rate sensitivity as the literature draws it (Sutskever et
 * al. 2013; Wilson et al. 2017; Schmidt, Schneider, Hennig 2021): at each rate the best
 * setting of all other keys, judged by the mean over its seeds, with the spread over
 * these. Budgets are equal where the values were taken at equal steps or evaluations,
 * which is the caller's choice (ob_values).
 *
 * What is to be expected of tuning with k trials is the expected best of k settings drawn
 * without putting them back (Dodge, Gururangan, Card, Schwartz, Smith 2019, "Show Your
 * Work", section 3, where they are put back).
 */
#ifndef OB_SWEEP_SENSITIVITY_H
#define OB_SWEEP_SENSITIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/sweep/cells.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/table.h"

/* Cells that have both levels in common. */
struct ob_heat_tile {
    size_t cells;
    size_t of[OB_CELL_STATES];
    size_t measured; /* with a value */
    double mean;     /* of the values; NAN = none */
    double best;
    size_t best_cell; /* OB_CELLS_NONE */
    size_t first;     /* its first cell; OB_CELLS_NONE = no cell is there */
};

/* A zeroed struct is empty. */
struct ob_heat {
    struct ob_levels rows, cols;
    struct ob_heat_tile *tile; /* [rows.n * cols.n], row by row */
    double lo, hi;             /* of the best values of all tiles; NAN = none */
};

/* The tiles of two keys of the plan (OB_LEVELS_NO_KEY: one level), no value yet. */
void ob_heat_make(struct ob_heat *h, const struct ob_plan *plan, const size_t key[2],
                  const size_t most[2]);

/* Counts and values anew; may be called again and again. */
void ob_heat_fill(struct ob_heat *h, const struct ob_cells *c, const struct ob_values *v);
void ob_heat_finish(struct ob_heat *h);

/* A rate and what the best of all else makes of it. */
struct ob_sensitivity_point {
    double x;          /* the number; of a stretch that of its best setting */
    const char *label; /* of the level; lent from `along` */
    size_t settings;   /* that were tried at it */
    size_t row;        /* the best of them in `table`; OB_CELLS_NONE = none has a score */
    double value;      /* its mean over seeds; NAN = none, because all diverged or nothing
                          was measured yet */
    double lo, hi;     /* over its seeds */
    size_t seeds;      /* that it has a value of */
    size_t diverged;   /* cells at it that did */
    size_t waiting;    /* cells at it that have not come to their end */
};

struct ob_sensitivity_curve {
    const char *name;                   /* "adam"; lent from `by`; "" = not set */
    struct ob_sensitivity_point *point; /* [points], rising; owned */
    size_t points;
    size_t best;             /* point with the best value; OB_CELLS_NONE */
    double good_lo, good_hi; /* x of the points around it, without a gap, whose value is
                                worse by at most a tenth of the best; NAN = no best */
};

struct ob_sensitivity {
    struct ob_levels along, by;
    struct ob_settings_table table;
    struct ob_sensitivity_curve *curve; /* [curves] */
    size_t curves;
    double *place; /* [cells]: the number that each has along the axis; NAN = not set */
};

/*
 * Curves along a key of numbers for each level of another one (OB_LEVELS_NO_KEY: one
 * curve of everything). False where `along` is not in the plan or has no numbers.
 */
bool ob_sensitivity_make(struct ob_sensitivity *s, const struct ob_plan *plan,
                         size_t along, size_t by);
void ob_sensitivity_fill(struct ob_sensitivity *s, const struct ob_cells *c,
                         const struct ob_values *v);
void ob_sensitivity_finish(struct ob_sensitivity *s);

/*
 * The expected best of k of these n scores, drawn without putting them back, in closed
 * form; NAN scores are those that diverged and worse than all others. NAN where k draws
 * could all be such, or k is 0 or more than n.
 */
double ob_expected_best(const double score[], size_t n, size_t k, bool maximize);

#endif
