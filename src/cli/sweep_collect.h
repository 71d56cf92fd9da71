/* What the cells of a sweep came to, in its tables; for sweep_collect*.c alone. */
#ifndef OB_CLI_SWEEP_COLLECT_H
#define OB_CLI_SWEEP_COLLECT_H

#include "open_sweep.h"
#include "optbench/report/figure.h"
#include "optbench/sweep/sensitivity.h"
#include "sheet.h"

/* What was asked for. */
struct collect {
    const struct ob_plan *plan;
    const struct ob_cells *cells;
    struct ob_values values; /* of the metric, at the step where there is one */
    char title[96];          /* what it is called: "loss", "loss at 100" */
    size_t best;             /* rows at most, the best first; 0 = all, in order */
    size_t along, by;        /* keys of curves */
    struct ob_sheet sheet;
};

/* A row a cell; a row a setting, over its seeds. */
void ob_collect_cells(struct collect *c);
void ob_collect_settings(struct collect *c);

/* A row for each curve, or with `points` for each point of each; the expected best after
 * trials. *s is filled. */
void ob_collect_curves(struct collect *c, const struct ob_sensitivity *s, bool points);
void ob_collect_trials(struct collect *c);

/* The figure of the curves, written in that form. */
bool ob_collect_chart(const struct collect *c, const struct ob_sensitivity *s,
                      enum ob_figure_form form, struct ob_buf *out, struct ob_err *err);

/* The metric of all cells at a step, or after so many evaluations: the last value in the
 * rows that are not behind it. False where no log has such a column. */
bool ob_collect_at(struct collect *c, double at, bool evals, struct ob_err *err);

#endif
