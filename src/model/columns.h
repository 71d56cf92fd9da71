/* Copies of the columns of a dataset in the dtype of a run, for problems that are given
 * by formulas. Private to src/model. */
#ifndef OB_MODEL_COLUMNS_H
#define OB_MODEL_COLUMNS_H

#include "optbench/base/err.h"
#include "optbench/data/dataset.h"
#include "optbench/num/dtype.h"
#include "optbench/num/share.h"

struct columns {
    enum ob_dtype dtype;
    size_t n, rows;
    void **full;  /* [n] arrays of [rows], owned; NULL for a column that nobody uses */
    void **batch; /* [n] arrays of [cap], owned, the rows chosen last */
    size_t cap;
    /* Set before columns_init(): whose rows are shared out, NULL = nobody's; and whether
     * those of other ranks stay zeros, for which memory is never used. */
    struct ob_share *share;
    bool apart;
    /* What the formulas see now: full or batch. */
    const void **now; /* [n] */
    size_t now_rows;
};

/* Text that a double fits in is not always one that a float does.
 * Fails (OB_EDATA) for a value that is beyond the dtype, in the words of all models. */
bool column_check(enum ob_dtype dtype, size_t rows, const struct ob_column *c,
                  struct ob_err *err);

/* Says so of row i, from 0. Returns false. */
bool column_refuse(enum ob_dtype dtype, const struct ob_column *c, size_t i,
                   struct ob_err *err);

/* Column i of the dataset: its features in order, then the target. */
const struct ob_column *column_at(const struct ob_dataset *d, size_t i);
size_t columns_count(const struct ob_dataset *d);

/* Copies those columns i for which used[i]. d = NULL: none, no rows. Of *c only share and
 * apart are read. */
bool columns_init(struct columns *c, enum ob_dtype dtype, const struct ob_dataset *d,
                  const bool *used, struct ob_err *err);
/* The same numbers in another dtype, all rows. */
bool columns_copy(struct columns *c, enum ob_dtype dtype, const struct columns *from,
                  struct ob_err *err);
void columns_finish(struct columns *c); /* zeroed is allowed */

/* Restricts `now` to n rows; n = 0: all of them again. Fails only for want of memory. */
bool columns_choose(struct columns *c, const uint32_t *row, size_t n, struct ob_err *err);

#endif
