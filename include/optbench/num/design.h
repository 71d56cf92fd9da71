/*
 * A data matrix with its target, laid out for linear models z = X theta: everything that
 * a linear or logistic regression needs, each in one pass over the rows.
 *
 * Rows are cut into chunks of OB_CHUNK; inside a chunk each column is contiguous, so that
 * a pass streams through memory once and loops run along rows. A column of ones is the
 * caller's to ask for where a bias is wanted.
 *
 * Owned by a problem; the training thread calls, the pool's threads help. Passes use
 * scratch memory inside the design: one call at a time. theta, grad, v, out and z are
 * arrays of the design's dtype; loss is the sample loss, z_i is added in column order,
 * for the squared losses as -y_i + theta_0 x_i0 + theta_1 x_i1 + ... All sums run over
 * the fixed tree of kernels.h and are multiplied by `scale` (1/rows for a mean, 1 for a
 * sum) last, so the same bits come out for any pool and processor.
 *
 * A design that is shared (share.h) has the number of all rows, and passes over the
 * chunks of its rank; every rank makes each call, and all have its result. Predictions
 * are those of the own chunks, what belongs to others is left alone.
 */
#ifndef OB_NUM_DESIGN_H
#define OB_NUM_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/num/kernels.h"
#include "optbench/num/pool.h"
#include "optbench/num/share.h"

struct ob_design {
    enum ob_dtype dtype;
    const struct ob_kernels *kernels;
    size_t rows;
    size_t cols;
    size_t ld;     /* elements from one column of a chunk to the next */
    size_t chunks; /* of the rows present */
    size_t cap;    /* rows there is room for */
    struct ob_share
        *share;    /* passes take the chunks of this rank; NULL = all, borrowed */
    bool apart;    /* only these are stored, one behind the other */
    void *x;       /* stored chunk c, column j, row i of the chunk at
                      x + (c * cols + j) * ld + i, owned */
    void *y;       /* row i of stored chunk c at y + c * ld + i, owned */
    void *partial; /* [(chunks of cap + 1) * (cols + 1)] sums of chunks and their fold,
                      owned scratch; those of other ranks stay 0 */
    double *wide;  /* [wide_cap] scratch of the second-order passes, made on first use */
    size_t wide_cap;
    size_t *clamped; /* [chunks], owned scratch */
};

struct ob_pass_out {
    double loss;    /* scale * sum of the sample losses, as rounded in dtype */
    size_t clamped; /* samples whose loss took a clamped logarithm (OB_LOSS_BCE only) */
};

/* Copies: column is [cols] pointers to [rows] doubles each, NULL for a column of ones; y
 * is [rows] or NULL (zeros); values are rounded once to dtype. rows and cols at least 1.
 * false with OB_ENOMEM. */
bool ob_design_init(struct ob_design *d, enum ob_dtype dtype, size_t rows, size_t cols,
                    const double *const *column, const double *y, struct ob_err *err);
/* The same, and hands the memory of columns and y back as they are copied
 * (ob_release_pages(): they are zeros afterwards), so that both together never take more
 * than the data and some megabytes. */
bool ob_design_take(struct ob_design *d, enum ob_dtype dtype, size_t rows, size_t cols,
                    double *const *column, double *y, struct ob_err *err);

/* What a design may be made of besides. */
struct ob_design_from {
    enum ob_dtype dtype;
    size_t rows, cols;
    double *const *column; /* as for ob_design_init() */
    double *y;
    bool spent; /* hand the memory back, as ob_design_take() does */
    struct ob_share
        *share; /* NULL = this process alone; borrowed for the design's life */
    bool apart; /* keep the rows of this rank's chunks alone: batches cannot be chosen */
};
bool ob_design_make(struct ob_design *d, const struct ob_design_from *from,
                    struct ob_err *err);
void ob_design_finish(struct ob_design *d);

/* A design with room for `cap` rows and none present, to be filled by ob_design_gather():
 * the mini-batch of a larger one. */
bool ob_design_init_batch(struct ob_design *d, const struct ob_design *from, size_t cap,
                          struct ob_err *err);

/* The rows of `batch` become from's rows index[0 .. n), n <= cap, in that order. */
void ob_design_gather(struct ob_design *batch, const struct ob_design *from,
                      const uint32_t *index, size_t n);

/* Loss, and with grad (not NULL, [cols]) its gradient: grad_j = scale * sum_i l' x_ij. */
void ob_design_pass(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                    double scale, const void *theta, void *grad, struct ob_pass_out *out);

/* h [cols * cols], row-major, symmetric: scale * X' diag(l'') X, added in double. false
 * with OB_ENOMEM (scratch). */
bool ob_design_hessian(struct ob_design *d, struct ob_pool *pool,
                       enum ob_sample_loss loss, double scale, const void *theta,
                       double *h, struct ob_err *err);

/* out [cols] = H v, in dtype, without forming H. */
void ob_design_hvp(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                   double scale, const void *theta, const void *v, void *out);

/* v' H v: the second derivative of the loss along v. Added in double. false with
 * OB_ENOMEM (scratch). */
bool ob_design_curvature(struct ob_design *d, struct ob_pool *pool,
                         enum ob_sample_loss loss, double scale, const void *theta,
                         const void *v, double *out, struct ob_err *err);

/* z [rows] = X theta, in dtype, rows in their order. */
void ob_design_predict(struct ob_design *d, struct ob_pool *pool, const void *theta,
                       void *z);

/* The same of n chunks from `first` on: z has OB_CHUNK elements for each. */
void ob_design_predict_chunks(struct ob_design *d, struct ob_pool *pool,
                              const void *theta, size_t first, size_t n, void *z);

/* Value of row i, column j, and of the target; for tests and the closed form. 0 where
 * another rank has the row. */
double ob_design_x(const struct ob_design *d, size_t i, size_t j);
double ob_design_y(const struct ob_design *d, size_t i);

#endif
