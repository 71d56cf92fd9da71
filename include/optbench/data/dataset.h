/*
 * A dataset: the features and the target that a problem is made of, as plain columns of
 * doubles. Built once by ob_dataset_load() (source.h), constant from then on, so any
 * number of threads may read it. Problems copy what they need into their own layout;
 * nobody changes a dataset.
 *
 * Features that are mostly zero may be one sparse matrix instead of columns
 * (`[data] storage`); only problems that say so are given such a dataset.
 *
 * Every value is finite. Features stand in the order the config asks for them, rows in
 * the order of the source, less those dropped for a missing value.
 */
#ifndef OB_DATA_DATASET_H
#define OB_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/num/sparse.h"

/* What a column held before scaling, after missing values were dealt with. */
struct ob_column_facts {
    double min, mean, max;
    double std;     /* ddof 1; 0 for a single row */
    size_t missing; /* cells without a value in the source, before any row was dropped */
};

struct ob_column {
    char *name;    /* owned */
    double *value; /* [rows], owned; scaled where the config says so. NULL for a feature
                      of a sparse dataset */
    struct ob_column_facts facts;
};

struct ob_dataset {
    size_t rows;         /* >= 1 */
    size_t features;     /* >= 1 */
    struct ob_column *x; /* [features], owned */
    struct ob_column y;  /* the target; never scaled. Zeroed where has_y is false */
    bool has_y;
    struct ob_sparse sparse; /* [rows][features] of doubles, owned; begin = NULL: dense */

    /* A target of words becomes 0, 1, ... in byte order of the words. */
    char **class_name; /* [classes], owned; NULL for a target of numbers */
    size_t classes;

    /* The scaling that was applied: value = (raw - x_mean[j]) / x_std[j]. With minmax
     * these are the minimum and the range. NULL: none. */
    double *x_mean; /* [features], owned */
    double *x_std;  /* [features], owned */

    /* Every feature is a point of an image of that size, row by row; else 0. */
    size_t image_rows, image_cols;

    size_t dropped; /* rows left out because a value was missing */
    size_t filled;  /* cells filled with the mean of their column */
    char *origin;   /* owned: the file's path, or the name of the source */
    uint64_t hash;  /* of names and raw values; equal data, equal hash, on any machine */
};

/* Releases everything and zeroes *d; accepts zeroed memory. */
void ob_dataset_finish(struct ob_dataset *d);

/* Whether the features are a sparse matrix. */
bool ob_dataset_is_sparse(const struct ob_dataset *d);

/* The value of row i, feature j, whichever way it is kept; for single values. */
double ob_dataset_x(const struct ob_dataset *d, size_t i, size_t j);

/* The feature of that name, or d->features. */
size_t ob_dataset_find(const struct ob_dataset *d, const char *name);

#endif
