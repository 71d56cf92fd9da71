/*
 * What the rows of the charts lie along: steps, epochs, seconds, or evaluations. Epochs
 * and counts of evaluations are recorded with the rows; of the time only now and then a
 * moment is (a line per flush), and the rows between two of them are spread evenly. A run
 * whose log counts no evaluations makes one a step, and one at the start. For the charts
 * of the live screen alone.
 */
#ifndef OB_UI_LIVE_AXIS_H
#define OB_UI_LIVE_AXIS_H

#include "optbench/plot/chart.h"
#include "optbench/ui/screen.h"

enum { OB_LIVE_RUNS = 1 + OB_OTHERS }; /* this run is number 0 */

/* Rows by whose step numbers they are: all, those with a loss, ... */
enum ob_live_rows {
    OB_LIVE_ROWS_ALL,
    OB_LIVE_ROWS_LOSS,
    OB_LIVE_ROWS_DELTA,
    OB_LIVE_ROWS_VAL,
    OB_LIVE_ROWS_ACC,
    OB_LIVE_ROWS_VAL_ACC,
    OB_LIVE_ROWS_METRIC,
    OB_LIVE_ROWS = OB_LIVE_ROWS_METRIC + OB_MODEL_METRICS,
};

/* Places of one run's rows along the axis, made as the run grows. */
struct ob_live_ruler {
    struct ob_series x; /* of the first rows: as many as are known */
    double last;        /* step of the last one, to notice a restart */
    size_t at;          /* the moment at or before it */
};

/* A zeroed struct goes by steps and holds nothing. */
struct ob_live_axis {
    enum ob_chart_unit unit; /* set at any time ... */
    enum ob_chart_unit made; /* ... and what the rulers are made for */
    struct ob_live_ruler ruler[OB_LIVE_RUNS][OB_LIVE_ROWS];
};

const struct ob_run_model *ob_live_run(const struct ob_view *v, int run);
const struct ob_series *ob_live_steps(const struct ob_run_model *m,
                                      enum ob_live_rows rows);

/* The column of the log that says where rows lie, "" = none does; whether the run that is
 * watched, or one beside it, has what the unit needs. */
const char *ob_live_axis_column(enum ob_chart_unit unit);
bool ob_live_axis_can(const struct ob_view *v, enum ob_chart_unit unit);

/* Takes what has come since the last call, at most *rows, and counts *rows down; nothing
 * is kept while it goes by steps. */
void ob_live_axis_follow(struct ob_live_axis *a, const struct ob_view *v, size_t *rows);

/* The places of a run's rows, rising; shorter than the rows where the last are not known
 * yet. Lent until the next follow(). */
const struct ob_series *ob_live_axis_of(const struct ob_live_axis *a,
                                        const struct ob_view *v, int run,
                                        enum ob_live_rows rows);

/* The place of a step of a run between its rows; NAN where it is not known. */
double ob_live_axis_at(const struct ob_live_axis *a, const struct ob_run_model *m,
                       double step);

/* Where a logarithmic axis begins: the power of ten at or below the first place behind
 * zero of this run. */
double ob_live_axis_log_from(const struct ob_live_axis *a, const struct ob_view *v);

void ob_live_axis_finish(struct ob_live_axis *a);

#endif
