/*
 * Which rows are trained on, which are validated on, which are tested on.
 *
 * One random permutation of the rows, by seed.split, decides: its last rows are the test
 * part, those before them the validation part, the rest is trained on. So the test part
 * stays the same whatever becomes of the validation part, and the parts are those that
 * torch's random_split() cuts out of the same permutation. With folds the permutation,
 * less the test part, is cut into pieces whose sizes differ by one at most, the larger
 * ones first; one of them is the validation part. Stratified, every class is treated as a
 * table of its own; what does not come out even goes to the classes with the largest
 * remainders, and folds are dealt like cards, class after class.
 *
 * Within a part the rows keep their order.
 */
#ifndef OB_SRC_DATA_SPLIT_H
#define OB_SRC_DATA_SPLIT_H

#include "optbench/data/source.h"

/* What is to be split. */
struct ob_split_rows {
    size_t n;        /* rows of the table, and behind them ... */
    size_t test;     /* ... those of the second table, which are the test part */
    const double *y; /* [n] the target, NULL = none */
    const char *y_name;
    bool classes; /* it is of words */
    const char *origin;
};

struct ob_split {
    size_t train, val, test;
    uint32_t *order; /* [train + val + test], owned: which row comes next; ascending
                        within each part. NULL: there is only a training part */
};

/* Fills a zeroed *s. False after adding to diags. */
bool ob_split_make(struct ob_split *s, const struct ob_data_opts *common,
                   const struct ob_split_rows *rows, struct ob_diags *diags);
void ob_split_finish(struct ob_split *s);

/* Puts the rows of one column, or what belongs to them, into the order of the parts.
 * spare [val + test] is scratch. */
void ob_split_apply(const struct ob_split *s, double *v, double *spare);

#endif
