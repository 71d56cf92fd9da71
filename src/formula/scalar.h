/*
 * The uniform code of programs: one number at a time, the same bits as lanes.h gives.
 */
#ifndef OB_FORMULA_SCALAR_H
#define OB_FORMULA_SCALAR_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/formula/graph.h"
#include "optbench/num/dtype.h"

/* u[dst] = op(u[a], u[b]); b = a for one operand. */
struct scalar_op {
    uint32_t op, dst, a, b;
};

void scalar_run(enum ob_dtype dtype, const struct scalar_op *op, size_t n, void *u);

/* One operation, on numbers of the dtype. */
double scalar_apply(enum ob_dtype dtype, enum ob_formula_op op, double a, double b);

#endif
