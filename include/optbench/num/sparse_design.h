/*
 * What design.h is to columns, for features that are mostly zero: the passes of a linear
 * model z = X theta over the rows of a sparse matrix, with its target.
 *
 * Holds the rows and, of a whole dataset, the transposed matrix as well, so that scores
 * run along rows and gradients along columns, both through the pool. A mini-batch has its
 * rows alone and scatters; the bits are the same.
 *
 * Owned by a problem; one call at a time, on the training thread. theta, grad, v, out and
 * z are arrays of the design's dtype; sums are taken in double as sparse.h says, sums
 * over all rows over the tree of kernels.h, and rounded once: a dense design of the same
 * rows gives the same numbers but for rounding.
 */
#ifndef OB_NUM_SPARSE_DESIGN_H
#define OB_NUM_SPARSE_DESIGN_H

#include "optbench/num/design.h"
#include "optbench/num/sparse.h"

enum ob_ones { OB_ONES_NONE, OB_ONES_FIRST, OB_ONES_LAST };

struct ob_sparse_design {
    enum ob_dtype dtype;
    const struct ob_kernels *kernels;
    size_t rows, cols;       /* cols with the column of ones */
    struct ob_sparse x;      /* [rows][cols], owned */
    struct ob_sparse turned; /* [cols][rows], owned; begin = NULL in a batch */
    size_t cap;              /* rows that the arrays have room for */
    void *y, *minus_y;       /* [cap], owned */
    void *z, *u, *value;     /* [cap], owned scratch */
    double *wide;            /* [cols], owned scratch */
    double *sums;            /* [chunks of cap], owned scratch */
    size_t *clamped;         /* [chunks of cap], owned scratch */
};

/* Copies the matrix, a column of ones added where asked for, and y [x->rows], rounding
 * once to dtype; at least one row and one column. False with OB_ENOMEM. */
bool ob_sparse_design_init(struct ob_sparse_design *d, enum ob_dtype dtype,
                           const struct ob_sparse *x, enum ob_ones ones, const double *y,
                           struct ob_err *err);
void ob_sparse_design_finish(struct ob_sparse_design *d);

/* `batch`, zeroed or filled here before, becomes from's rows index[0 .. n), n >= 1, in
 * that order. False with OB_ENOMEM. */
bool ob_sparse_design_gather(struct ob_sparse_design *batch,
                             const struct ob_sparse_design *from, const uint32_t *index,
                             size_t n, struct ob_err *err);

/* As the functions of design.h. */
void ob_sparse_design_pass(struct ob_sparse_design *d, struct ob_pool *pool,
                           enum ob_sample_loss loss, double scale, const void *theta,
                           void *grad, struct ob_pass_out *out);
bool ob_sparse_design_hessian(struct ob_sparse_design *d, struct ob_pool *pool,
                              enum ob_sample_loss loss, double scale, const void *theta,
                              double *h, struct ob_err *err);
void ob_sparse_design_hvp(struct ob_sparse_design *d, struct ob_pool *pool,
                          enum ob_sample_loss loss, double scale, const void *theta,
                          const void *v, void *out);
double ob_sparse_design_curvature(struct ob_sparse_design *d, struct ob_pool *pool,
                                  enum ob_sample_loss loss, double scale,
                                  const void *theta, const void *v);
void ob_sparse_design_predict(const struct ob_sparse_design *d, struct ob_pool *pool,
                              const void *theta, void *z);
double ob_sparse_design_y(const struct ob_sparse_design *d, size_t i);

#endif
