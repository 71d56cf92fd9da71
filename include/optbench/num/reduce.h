/*
 * Norms, sums and inner products of whole vectors, through the pool where they are long.
 * Added in double over the fixed tree of kernels.h, whatever the dtype, so that the
 * figures that stop a run carry no noise of their own. The same bits for any pool.
 *
 * pool = NULL computes here. Vectors of one call have the same dtype and n.
 */
#ifndef OB_NUM_REDUCE_H
#define OB_NUM_REDUCE_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/pool.h"
#include "optbench/num/vec.h"

double ob_sum(struct ob_pool *pool, const struct ob_vec *v);
double ob_dot(struct ob_pool *pool, const struct ob_vec *a, const struct ob_vec *b);
double ob_norm1(struct ob_pool *pool, const struct ob_vec *v);

/* Euclidean norm. Squares of float64 beyond 1e154 overflow to infinity. */
double ob_norm2(struct ob_pool *pool, const struct ob_vec *v);
double ob_norm2_squared(struct ob_pool *pool, const struct ob_vec *v);

/* |a - b| of the differences rounded to the dtype, as they would be stored: what
 * theta_delta means. */
double ob_norm2_diff(struct ob_pool *pool, const struct ob_vec *a,
                     const struct ob_vec *b);

/* Largest magnitude; NaN where there is one. */
double ob_absmax(const struct ob_vec *v);

/* Index of the first NaN or infinity, n where all are finite. */
size_t ob_first_nonfinite(const struct ob_vec *v);

#endif
