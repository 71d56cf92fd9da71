/* scalar.c for one precision. No include guard: it is read twice. */
#include "optbench/formula/ops.h"

static void OB_FN(scalar_run)(const struct scalar_op *op, size_t n, real *u)
{
    for (const struct scalar_op *end = op + n; op < end; op++) {
        real a = u[op->a], b = u[op->b], r = 0;
        switch ((enum ob_formula_op)op->op) {
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        r = OB_FN(ob_##name)(a);                                                         \
        break;
            OB_UNARY_OPS(X)
#undef X
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        r = OB_FN(ob_##name)(a, b);                                                      \
        break;
            OB_BINARY_OPS(X)
#undef X
        default: /* leaves and sums are no operations */
            break;
        }
        u[op->dst] = r;
    }
}
