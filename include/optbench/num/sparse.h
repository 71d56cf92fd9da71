/*
 * A matrix of which most entries are zero, row by row: only the others are kept, each
 * with its column (compressed sparse rows; Saad, Iterative Methods for Sparse Linear
 * Systems, 2nd ed., section 3.4). Read from a file into one of doubles (data), copied
 * from there into the dtype of a run (model).
 *
 * Built on one thread, constant from then on; any number of threads may then read it, and
 * the passes share their work out over a pool.
 *
 * Products and sums of a pass are those of doubles, whatever the dtype, and rounded to it
 * once. A sum runs over the entries of its row from the first to the last, beginning with
 * its start value: the same bits for any pool and any processor, and for X' r whether it
 * is taken from the transposed matrix or scattered from the rows.
 */
#ifndef OB_NUM_SPARSE_H
#define OB_NUM_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/num/dtype.h"
#include "optbench/num/pool.h"

struct ob_sparse {
    enum ob_dtype dtype;
    size_t rows, cols; /* cols < 2^32 */
    size_t *begin; /* [rows + 1], owned, NULL = there is no matrix: the entries of row i
                      are [begin[i], begin[i + 1]); begin[0] is 0 unless a view */
    uint32_t *col; /* [begin[rows]], owned: ascending within a row, each at most once */
    void *value; /* [begin[rows]] of the dtype, owned; may be 0 where the file says so */
    size_t filled;       /* entries so far, those of the row that is being built, too */
    size_t row_cap, cap; /* rows and entries there is room for */
};

/* A matrix of `cols` columns and no rows yet, in a zeroed or finished struct. False with
 * OB_ENOMEM; it may be finished all the same, as after any failure below. */
bool ob_sparse_init(struct ob_sparse *s, enum ob_dtype dtype, size_t cols,
                    struct ob_err *err);

/* Releases everything and zeroes *s; not for views. Accepts zeroed memory. */
void ob_sparse_finish(struct ob_sparse *s);

/* Appends an entry to the row that is being built, right of those before it and left of
 * s->cols; rounded to the dtype. OB_ENOMEM. */
bool ob_sparse_add(struct ob_sparse *s, size_t col, double value, struct ob_err *err);

/* Ends the row that is being built, which may be empty. OB_ENOMEM. */
bool ob_sparse_end_row(struct ob_sparse *s, struct ob_err *err);

/* Gives back the room that is kept for more rows and entries. */
void ob_sparse_trim(struct ob_sparse *s);

/* Entries that are kept. */
size_t ob_sparse_entries(const struct ob_sparse *s);

/* The value of row i, column j; 0 where none is kept. Takes the logarithm of the row's
 * length. */
double ob_sparse_at(const struct ob_sparse *s, size_t i, size_t j);

/* Entry k of the arrays as a double. */
double ob_sparse_value(const struct ob_sparse *s, size_t k);

/* The n rows from `first` on, lent: *view must not be changed or finished and is good
 * while *s is. */
void ob_sparse_view(const struct ob_sparse *s, size_t first, size_t n,
                    struct ob_sparse *view);

/* *out becomes from's rows row[0 .. n) in that order, repeats allowed, or with row = NULL
 * its first n, in the dtype of *out, which is initialised; what it held is gone, its
 * memory is used again. OB_ENOMEM. */
bool ob_sparse_choose(struct ob_sparse *out, const struct ob_sparse *from,
                      const uint32_t *row, size_t n, struct ob_err *err);

/* *out, zeroed or finished, becomes the transposed matrix, of the same dtype; its rows
 * are the columns of *s, less than 2^32 of them. OB_ENOMEM. */
bool ob_sparse_transpose(struct ob_sparse *out, const struct ob_sparse *s,
                         struct ob_err *err);

/* Same rows, same entries, the same bits of the values. */
bool ob_sparse_equal(const struct ob_sparse *a, const struct ob_sparse *b);

/* What becomes of a sum: scale * (start_i + sum). */
struct ob_sparse_sum {
    const void *start; /* [rows] of the dtype; NULL = zeros */
    double scale;
};

/* out[i] = scale * (start_i + sum_j x_ij v_j): v [cols] and out [rows] of the dtype, out
 * not v. A run of rows with many entries is one task. */
void ob_sparse_times(const struct ob_sparse *s, struct ob_pool *pool, const void *v,
                     const struct ob_sparse_sum *sum, void *out);

/* out[j] = scale * sum_i x_ij r_i without the transposed matrix: r [rows] and out [cols]
 * of the dtype; wide [cols] is scratch. On the calling thread. */
void ob_sparse_scatter(const struct ob_sparse *s, const void *r, double scale,
                       double *wide, void *out);

/*
 * The first layer of a network over rows [first, first + n): unit u of sample i is
 * h[u * ld + i - first] = bias_u + sum_j w[u * cols + j] x_ij, bias [units] or NULL. w,
 * bias and h are of the dtype; sums as above. On the calling thread: a network shares its
 * samples out itself.
 */
struct ob_sparse_layer {
    size_t first, n, units;
    size_t ld; /* elements from one unit of h, or of its gradient, to the next */
};
void ob_sparse_layer_forward(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                             const void *w, const void *bias, void *h);

/* And back: wide[u * cols + j] += sum_i g[u * ld + i - first] x_ij, added to what is
 * there in the order of the samples. */
void ob_sparse_layer_backward(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                              const void *g, double *wide);

#endif
