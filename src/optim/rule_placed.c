/* Typed rules as steps of a device: the graph of the elements, operation by operation in
 * its order, which is that of the program that the CPU runs. */
#include <stdlib.h>

#include "element.h"
#include "optbench/base/mem.h"
#include "optbench/formula/emit.h"
#include "placed_tensors.h"
#include "rule_code.h"

size_t rule_placed_reals(const struct ob_optimizer *o)
{
    return rule_code_of(o)->coefs;
}

/* What is written: the nodes of the elements, and which are given to all of a piece. */
struct writer {
    const struct rule_code *code;
    const struct placed_kind *kind;
    size_t index;
    uint32_t *given; /* [givens] */
    size_t givens;
    struct ob_buf *out;
};

static void add_given(const struct writer *w, uint32_t i)
{
    size_t at = 0;
    while (w->given[at] != i)
        at++;
    ob_buf_addf(w->out, "tensor[%zu + which[i] * %zu]", w->kind->tensor_at + at,
                w->givens);
}

static void add_operand(const struct writer *w, uint32_t i)
{
    const struct ob_node *n = &w->code->own.node[i];
    if (n->op == OB_OP_CONST)
        ob_formula_emit_constant(n->value, w->out);
    else if (n->op == OB_OP_PARAM)
        ob_buf_addf(w->out, "coef[hold%zu + %u]", w->index, n->index);
    else if (!n->rows)
        add_given(w, i);
    else if (n->op == OB_OP_COLUMN)
        ob_buf_addf(w->out, "x%u", n->index);
    else
        ob_buf_addf(w->out, "v%u", i);
}

static void add_operation(const struct writer *w, uint32_t i)
{
    const struct ob_node *n = &w->code->own.node[i];
    ob_buf_addf(w->out, "        const real v%u = OB_FN(ob_%s)(", i,
                ob_formula_emit_function((enum ob_formula_op)n->op));
    add_operand(w, n->a);
    if (ob_formula_operands(n->op) > 1) {
        ob_buf_adds(w->out, ", ");
        add_operand(w, n->b);
    }
    ob_buf_adds(w->out, "); \\\n");
}

/* Which nodes the new values of an element are computed from, short of those given. */
static bool *needed_nodes(const struct rule_code *c)
{
    bool *needed = ob_xcalloc(c->own.n, sizeof *needed);
    for (size_t r = 0; r < c->update.roots; r++)
        needed[c->root[r]] = true;
    for (size_t i = c->own.n; i-- > 0;) {
        const struct ob_node *n = &c->own.node[i];
        if (!needed[i] || !n->rows)
            continue;
        if (ob_formula_operands(n->op) > 0)
            needed[n->a] = true;
        if (ob_formula_operands(n->op) > 1)
            needed[n->b] = true;
    }
    return needed;
}

static void add_statements(const struct writer *w)
{
    const struct rule_code *c = w->code;
    bool *needed = needed_nodes(c);
    ob_buf_addf(w->out, "        const real x%d = e.theta, x%d = e.grad; \\\n",
                (int)RULE_THETA, (int)RULE_GRAD);
    for (size_t s = 0; s < w->kind->own->type->slots; s++)
        ob_buf_addf(w->out, "        const real x%zu = s%zu[i]; \\\n", RULE_STATE + s,
                    w->kind->slot[s]);
    for (uint32_t i = 0; i < c->own.n; i++)
        if (needed[i] && c->own.node[i].rows &&
            ob_formula_operands(c->own.node[i].op) > 0)
            add_operation(w, i);
    for (size_t r = 0; r < c->update.roots; r++) {
        if (r == 0)
            ob_buf_adds(w->out, "        e.theta = ");
        else
            ob_buf_addf(w->out, "        s%zu[i] = ", w->kind->slot[r - 1]);
        add_operand(w, c->root[r]);
        ob_buf_adds(w->out, "; \\\n");
    }
    free(needed);
}

void rule_placed_text(const struct placed_kind *k, size_t kind, struct ob_buf *out)
{
    struct writer w = {
        .code = rule_code_of(k->own), .kind = k, .index = kind, .out = out
    };
    w.given = placed_tensor_nodes(k->own, &w.givens);
    add_statements(&w);
    free(w.given);
}
