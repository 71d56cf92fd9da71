/*
 * A dataset: the features and the target that a problem is made of, as plain columns of
 * doubles. Built once by ob_dataset_load() (source.h), constant from then on, so any
 * number of threads may read it. Problems copy what they need into their own layout;
 * nobody changes a dataset.
 *
 * Features that are mostly zero may be one sparse matrix instead of columns
 * (`[data] storage`); only problems that say so are given such a dataset.
 *
 * Every value is finite. Features stand in the order the config asks for them. Rows are
 * those of the training part, then those of the validation part, then those of the test
 * part; within a part they keep the order of the source, less those dropped for a missing
 * value. Whoever knows of no parts sees the training part alone: `rows` counts only that.
 * Facts and scaling come from it alone, too; ob_dataset_part() shows one of the others.
 */
#ifndef OB_DATA_DATASET_H
#define OB_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/num/sparse.h"

enum ob_data_part { OB_PART_TRAIN, OB_PART_VAL, OB_PART_TEST, OB_DATA_PARTS };

/* What a column held before scaling, after missing values were dealt with: its values in
 * the training part. */
struct ob_column_facts {
    double min, mean, max;
    double std;     /* ddof 1; 0 for a single row */
    size_t missing; /* cells without a value in the source, before any row was dropped */
};

struct ob_column {
    char *name;    /* owned */
    double *value; /* [rows of all parts], owned; scaled where the config says so. NULL
                      for a feature of a sparse dataset */
    struct ob_column_facts facts;
};

struct ob_dataset {
    size_t rows;                /* of the training part, >= 1 */
    size_t val_rows, test_rows; /* of the parts behind it in every column; 0 = none */
    size_t features;            /* >= 1 */
    struct ob_column *x;        /* [features], owned */
    struct ob_column y; /* the target; never scaled. Zeroed where has_y is false */
    bool has_y;
    struct ob_sparse
        sparse; /* [rows of all parts][features] of doubles, owned; begin = NULL: dense */
    double y_min, y_max; /* of the target in all parts; 0 where has_y is false */

    /* A target of words becomes 0, 1, ... in byte order of the words. */
    char **class_name; /* [classes], owned; NULL for a target of numbers */
    size_t classes;

    /* The scaling that was applied: value = (raw - x_mean[j]) / x_std[j]. With minmax
     * these are the minimum and the range. NULL: none. */
    double *x_mean; /* [features], owned */
    double *x_std;  /* [features], owned */

    /* Every feature is a point of an image of that size, row by row; else 0. */
    size_t image_rows, image_cols;

    /* Nobody will read the values again but who is reading them: who copies them may hand
     * their memory back as it goes (ob_release_pages()). */
    bool spent;

    size_t dropped; /* rows left out because a value was missing */
    size_t filled;  /* cells filled with the mean of their column in the training part */
    uint32_t *source_row; /* [rows of all parts], owned: where each stood in its source,
                             from 0; NULL: row i is the source's row i */
    char *origin;         /* owned: the file's path, or the name of the source */
    char *test_origin;    /* owned: of the second table that is the test part, or NULL */
    /* Of names and raw values in the order of the source: equal data, equal hash, on any
     * machine, however they are split. */
    uint64_t hash;
};

/* Releases everything and zeroes *d; accepts zeroed memory. */
void ob_dataset_finish(struct ob_dataset *d);

/* Whether the features are a sparse matrix. */
bool ob_dataset_is_sparse(const struct ob_dataset *d);

/* The value of row i, feature j, whichever way it is kept; for single values. */
double ob_dataset_x(const struct ob_dataset *d, size_t i, size_t j);

/* The feature of that name, or d->features. */
size_t ob_dataset_find(const struct ob_dataset *d, const char *name);

/* Rows of a part, and of all of them. */
size_t ob_dataset_part_rows(const struct ob_dataset *d, enum ob_data_part part);
size_t ob_dataset_all_rows(const struct ob_dataset *d);

/* Where row i of d stood in its source, from 0. */
size_t ob_dataset_source_row(const struct ob_dataset *d, size_t i);

/* "train", "validation", "test": for people. */
const char *ob_data_part_title(enum ob_data_part part);

/*
 * Fills *view with a dataset whose rows are those of one part, which has some: what a
 * problem over that part is made of. Facts and scaling stay those of the training part,
 * and `origin` is the file that the rows are from. Everything is borrowed from d, which
 * must outlive the view, but for an array of the view's own, which
 * ob_dataset_view_finish() releases (zeroed memory is fine); ob_dataset_finish() is not
 * for views.
 */
void ob_dataset_part(const struct ob_dataset *d, enum ob_data_part part,
                     struct ob_dataset *view);
void ob_dataset_view_finish(struct ob_dataset *view);

#endif
