/*
 * How long a stop rule may still take: an estimate from the last rows of a run, or the
 * honest answer that there is none. Pure functions, any thread.
 *
 * What has to become small is fitted by a straight line in its logarithm over the later
 * part of the log, by the median of pairwise slopes (Theil 1950, Sen 1968), which a
 * quarter of wild values does not move. A line is believed only where its fall exceeds
 * the scatter about it and its last part still falls, too.
 */
#ifndef OB_UI_ETA_H
#define OB_UI_ETA_H

#include <stddef.h>

#include "optbench/plot/series.h"

/* The last n of the series' rows are shown; `floor` is what the values fall to (0, or
 * the closed form's loss), `target` where they shall arrive. */
struct ob_eta_rows {
    const struct ob_series *step, *value;
    size_t n; /* rows from the first on; those behind are not shown */
    double floor, target;
};

/* Steps from the last row on until the values are at the target: 0 where they are, NAN
 * where nothing says that they will be. */
double ob_eta_steps(const struct ob_eta_rows *r);

/* The same for the change from row to row, per step. */
double ob_eta_steps_of_change(const struct ob_eta_rows *r);

/*
 * What is shown of estimates that come a few times a second: it counts down by itself,
 * follows a new estimate by degrees, all at once where that says something else
 * altogether, and neither comes nor goes with a single one. Zeroed = nothing shown.
 */
struct ob_eta {
    double end;       /* when it is due, seconds on the caller's clock */
    unsigned known;   /* estimates in a row that there were, while nothing is shown */
    unsigned unknown; /* ... that there were none of, while something is */
    unsigned far;     /* ... that were far off what is shown */
    unsigned char shown;
};

/* Takes the estimate of now (seconds left, or NAN); returns the seconds to show, >= 0,
 * or NAN. */
double ob_eta_follow(struct ob_eta *e, double left, double now);

#endif
