/* Typed rules as steps of a device: the graph of the elements, operation by operation in
 * its order, which is that of the program that the CPU runs. */
#include <math.h>

#include "element.h"
#define OB_REAL_BITS 64 /* only for the names of the operations */
#include "optbench/formula/ops.h"
#include "placed_priv.h"
#include "rule_code.h"

static const char *const functions[OB_OPS] = {
#define X(id, name) [OB_OP_##id] = #name,
    OB_UNARY_OPS(X) OB_BINARY_OPS(X)
#undef X
};

const char *rule_unplaced(const struct ob_optimizer *o)
{
    return rule_code_of(o)->tensors ? "its update has sums over a tensor" : NULL;
}

size_t rule_placed_reals(const struct ob_optimizer *o)
{
    return rule_code_of(o)->coefs;
}

/* In base 16, which is exact; rounded once where the text is compiled for floats. */
static void add_constant(struct ob_buf *out, double value)
{
    int exponent;
    const double m = frexp(fabs(value), &exponent) * 0x1p+53;
    ob_buf_addf(out, "%sR(0x%llxp%+d)", signbit(value) ? "-" : "", (unsigned long long)m,
                m == 0 ? 0 : exponent - 53);
}

static void add_operand(const struct rule_code *c, uint32_t i, size_t kind,
                        struct ob_buf *out)
{
    const struct ob_node *n = &c->own.node[i];
    if (n->op == OB_OP_CONST)
        add_constant(out, n->value);
    else if (n->op == OB_OP_PARAM)
        ob_buf_addf(out, "coef[hold%zu + %u]", kind, n->index);
    else if (n->op == OB_OP_COLUMN)
        ob_buf_addf(out, "x%u", n->index);
    else
        ob_buf_addf(out, "v%u", i);
}

static void add_operation(const struct rule_code *c, uint32_t i, size_t kind,
                          struct ob_buf *out)
{
    const struct ob_node *n = &c->own.node[i];
    ob_buf_addf(out, "        const real v%u = OB_FN(ob_%s)(", i, functions[n->op]);
    add_operand(c, n->a, kind, out);
    if (ob_formula_operands(n->op) > 1) {
        ob_buf_adds(out, ", ");
        add_operand(c, n->b, kind, out);
    }
    ob_buf_adds(out, "); \\\n");
}

void rule_placed_text(const struct ob_optimizer *o, size_t kind, const size_t *slot,
                      struct ob_buf *out)
{
    const struct rule_code *c = rule_code_of(o);
    ob_buf_addf(out, "        const real x%d = e.theta, x%d = e.grad; \\\n",
                (int)RULE_THETA, (int)RULE_GRAD);
    for (size_t s = 0; s < o->type->slots; s++)
        ob_buf_addf(out, "        const real x%zu = s%zu[i]; \\\n", RULE_STATE + s,
                    slot[s]);
    for (uint32_t i = 0; i < c->own.n; i++)
        if (ob_formula_operands(c->own.node[i].op) > 0)
            add_operation(c, i, kind, out);
    for (size_t r = 0; r < c->update.roots; r++) {
        if (r == 0)
            ob_buf_adds(out, "        e.theta = ");
        else
            ob_buf_addf(out, "        s%zu[i] = ", slot[r - 1]);
        add_operand(c, c->root[r], kind, out);
        ob_buf_adds(out, "; \\\n");
    }
}
