/*
 * Exact derivatives of graphs (graph.h), appended to the same graph: what a value and its
 * derivatives have in common is one node. Called while a problem is built, one thread.
 *
 * The gradient is reverse mode (Griewank and Walther, Evaluating Derivatives, 2008,
 * chapter 3), the tangent forward mode; the tangent of a gradient is the product of the
 * Hessian and the direction (their section 5.1). SUM is handled in both: its adjoint goes
 * to every row, and the adjoint of a uniform node that rows use is the SUM of theirs.
 *
 * Where there is no derivative, the choice of torch: abs'(0) = 0, relu'(0) = 0, half to
 * each operand of max and min where they are equal. x ^ y is differentiable at x = 0 for
 * a constant y >= 1, and y * log x occurs only where the exponent depends on a parameter.
 */
#ifndef OB_FORMULA_DIFF_H
#define OB_FORMULA_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/formula/graph.h"

/* The n derivatives of the uniform node `root` by PARAM 0 .. n - 1, as nodes; of a
 * parameter that root does not depend on, the constant 0. False with OB_ECONFIG where the
 * graph would have too many nodes. */
bool ob_formula_gradient(struct ob_graph *g, uint32_t root, size_t n, uint32_t *grad,
                         struct ob_err *err);

/* The derivative of each of the m nodes along the direction whose entry i is the leaf
 * DIRECTION i, i being the parameter: out[m] nodes, per row where root is. Fails as
 * ob_formula_gradient() does; needs no PARAM in range. */
bool ob_formula_tangent(struct ob_graph *g, const uint32_t *root, size_t m, uint32_t *out,
                        struct ob_err *err);

#endif
