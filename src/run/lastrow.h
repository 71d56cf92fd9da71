/*
 * The newest whole row of metrics.csv without reading the file: for lists of runs, where
 * an engine that was killed left no summary and a `live` that may be old. Private to
 * src/run; any thread.
 */
#ifndef OB_RUN_LASTROW_H
#define OB_RUN_LASTROW_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/run/rundir.h"

struct ob_last_row {
    uint64_t step;
    double loss, theta_delta; /* NAN where the row or the file does not have them */
};

/* False where there is no such file, no whole row within its last 64 KiB, or that row is
 * damaged; *row is as it was then. */
bool ob_last_row_read(const struct ob_rundir *d, struct ob_last_row *row);

#endif
