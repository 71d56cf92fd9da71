/* The penalties of an objective on the host. Private to src/model. */
#ifndef OB_SRC_MODEL_PENALTY_H
#define OB_SRC_MODEL_PENALTY_H

#include "optbench/model/problem.h"

/* Whether the sums over the weights are made along the tree of num/kernels.h, those of
 * each stretch for itself and then in order; else weight by weight, in order. Both are
 * the same for any pool; the device makes the same additions (kernels/penalty.h). */
bool penalty_by_tree(const struct ob_problem *p);

/* The penalties at theta [n]; adds their gradient to grad [n] unless it is NULL. */
double penalty_add(struct ob_problem *p, const void *theta, void *grad);

#endif
