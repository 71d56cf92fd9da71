/*
 * Batches in pieces (ob_problem_accumulate()): each of these does what the type does
 * where the batch is one piece, and else the mean over the pieces. All are without
 * penalties.
 */
#ifndef OB_SRC_MODEL_MICRO_H
#define OB_SRC_MODEL_MICRO_H

#include "optbench/model/problem.h"

bool micro_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err);
void micro_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out);

/* A matrix of second derivatives [n * n], and a product with one, as a type gives them.
 */
typedef bool micro_matrix_fn(struct ob_problem *p, const void *theta, double *h,
                             struct ob_err *err);
typedef bool micro_product_fn(struct ob_problem *p, const void *theta, const void *v,
                              void *out, struct ob_err *err);
bool micro_matrix(struct ob_problem *p, micro_matrix_fn *fn, const void *theta, double *h,
                  struct ob_err *err);
bool micro_product(struct ob_problem *p, micro_product_fn *fn, const void *theta,
                   const void *v, void *out, struct ob_err *err);
bool micro_curvature(struct ob_problem *p, const void *theta, const void *dir,
                     double *out, struct ob_err *err);

#endif
