/*
 * Sweeps that have ended, of any size: four optimizers, 25 learning rates, five seeds,
 * and so many values of beta as it takes; the highest rates diverge. Without logs, which
 * `sweep status` and `collect` do not read.
 */
#ifndef OB_BENCH_MANY_CELLS_H
#define OB_BENCH_MANY_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

/* Makes the sweep in the folder, which is made; its files look an hour old, so that a
 * cache may keep them. */
bool many_cells_make(const char *folder, size_t cells, struct ob_err *err);

#endif
