/*
 * What was read, for people and for programs: the text behind `optbench data`. Names and
 * class names come from files: the text form makes them safe for a terminal, the JSON
 * form escapes them.
 */
#ifndef OB_DATA_PREVIEW_H
#define OB_DATA_PREVIEW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "optbench/data/dataset.h"

struct ob_json;

/* The rows that are printed: those of a batch, or the first ones. */
struct ob_preview_rows {
    const uint32_t *row; /* [n], below d->rows; NULL: the first n, or all there are */
    size_t n;
    uint64_t step; /* that the batch is of, where row is not NULL */
};

/* Prints origin, size and hash, the parts where rows are set aside, a line per column
 * (role, missing, min, mean, max, std and a small ASCII histogram of the raw values, or
 * how many are kept of a sparse one), the classes, the scaling, and `show`, rows as the
 * problem sees them; those of a batch with their numbers in the table, from 1. At most 80
 * columns wide for up to 6 features; of more the first 50 are listed, and the rows show
 * the first few. */
void ob_dataset_print(const struct ob_dataset *d, FILE *out,
                      const struct ob_preview_rows *show);

/* Writes the members of an open object: origin, hash, rows (of all
 * parts), parts (train, validation, test: rows of each), dropped, filled, features and
 * target (each name, missing, min, mean, max, std, and shift and divisor where scaled),
 * classes, head (the first 10 rows, features then target), and, where `batch` is not
 * NULL, batch (step, rows: their numbers from 1, values: features then target). */
void ob_dataset_json(const struct ob_dataset *d, const struct ob_preview_rows *batch,
                     struct ob_json *out);

#endif
