/*
 * How fast a sweep goes and how long it will take: from what its cells took, and when
 * they ended. Pure functions of the cells and of a wall clock that is given. Any thread
 * that the cells belong to.
 */
#ifndef OB_SWEEP_PACE_H
#define OB_SWEEP_PACE_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/sweep/cells.h"

struct ob_sweep_pace {
    size_t left;    /* cells that have not come to their end */
    double rate;    /* cells that ended a second, lately; NAN = too few ended */
    double cell;    /* seconds that a cell takes, of those that ended; NAN = unknown */
    double work;    /* seconds of training that are left, of all cells together */
    double seconds; /* until the end, as it goes now; NAN = nothing can be said, as
                       where nothing runs and nothing ended lately */
};

/*
 * What a cell takes is the mean of those that have ended with the same optimizer
 * (optimizer.kind of the plan), else of all; one under way has less left by its share of
 * steps, and goes by its own pace where it has taken longer than that already. How much
 * of that is done in a second is counted over the last cells that ended, up to 256, and
 * not beyond a gap of ten times the mean distance between them, for there the sweep stood
 * still. Where fewer than four ended, or the last one ten such distances and a minute
 * ago, it is one second a second for each cell that runs.
 *
 * With halving, a cell that was halted counts as ended: how many go on is not known
 * before the rungs are decided.
 */
void ob_sweep_pace_of(const struct ob_cells *c, int64_t now, struct ob_sweep_pace *out);

#endif
