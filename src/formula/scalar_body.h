/* scalar.c for one precision. No include guard: it is read twice. */
#include "optbench/formula/ops.h"

static void OB_FN(scalar_run)(const struct scalar_op *op, size_t n, real *u)
{
    const struct scalar_op *end = op + n;
    while (op < end) {
        const uint32_t kind = op->op;
        switch ((enum ob_formula_op)kind) {
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        for (; op < end && op->op == kind; op++)                                         \
            u[op->dst] = OB_FN(ob_##name)(u[op->a]);                                     \
        break;
            OB_UNARY_OPS(X)
#undef X
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        for (; op < end && op->op == kind; op++)                                         \
            u[op->dst] = OB_FN(ob_##name)(u[op->a], u[op->b]);                           \
        break;
            OB_BINARY_OPS(X)
#undef X
        default: /* leaves and sums are no operations */
            op++;
            break;
        }
    }
}
