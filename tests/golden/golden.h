/*
 * What the golden runs share: an experiment of this folder trained in this process, its
 * rows kept, and a trajectory computed by torch to compare them with, row by row.
 */
#ifndef OB_GOLDEN_H
#define OB_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/train/result.h"
#include "optbench/train/trainer.h"

/* A whole run: its columns, rows and end. */
struct golden {
    struct ob_columns columns;
    double *value; /* [rows * columns.width] */
    size_t rows;   /* row 0 included */
    struct ob_result result;
    bool f32;
};

/* Trains tests/golden/<ini> with `sets` laid over it ("section.key=value", ended by
 * NULL), one row for every step. Fails the test where it cannot be built. */
void golden_run(struct golden *g, const char *ini, const char *const *sets);
void golden_finish(struct golden *g);

/* A number of row k by the column's name; fails the test where there is no such column.
 */
double golden_at(const struct golden *g, size_t k, const char *column);

/*
 * Compares with a trajectory file: its row i holds the loss before step i + 1 (our row
 * i), the norm of that step and the parameters after it (our row i + 1). Loss and
 * parameters within 1e-9 (float64) or 1e-4 (float32) of their norm, theta-delta within
 * 1e-7 or 5e-3 of itself and 4 eps |theta|. `free_end`: the number of steps is decided by
 * rounding and may differ.
 */
void golden_compare(const struct golden *g, const char *path, bool free_end);

#endif
