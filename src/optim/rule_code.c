/*
 * Built-in rules have their coefficients computed in double and rounded once. So does a
 * typed one: the largest parts of its formulas that depend on no element become
 * parameters of the program that runs over the elements.
 */
#include "rule_code.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "power.h"

#define OB_REAL_BITS 64
#include "optbench/formula/ops.h"

static const struct ob_formula_at nowhere;

/* ---- taking apart ---- */

/* Which nodes depend on no element, and which are needed. */
static void classify(struct rule_code *c, bool *needed)
{
    const struct ob_graph *g = &c->update.graph;
    for (size_t i = 0; i < g->n; i++) {
        const struct ob_node *n = &g->node[i];
        unsigned operands = ob_formula_operands(n->op);
        bool leaf = n->op == OB_OP_CONST || n->op == OB_OP_PARAM;
        c->alike[i] = operands ? n->op != OB_OP_SUM : leaf;
        c->alike[i] = c->alike[i] && (operands < 1 || c->alike[n->a]) &&
                      (operands < 2 || c->alike[n->b]);
    }
    for (size_t r = 0; r < c->update.roots; r++)
        needed[c->update.root[r]] = true;
    for (size_t i = g->n; i-- > 0;) {
        const struct ob_node *n = &g->node[i];
        if (!needed[i] || c->alike[i])
            continue;
        if (ob_formula_operands(n->op) > 0)
            needed[n->a] = true;
        if (ob_formula_operands(n->op) > 1)
            needed[n->b] = true;
    }
}

/* The node of the elements' graph that stands for node i. */
static uint32_t carry_over(struct rule_code *c, uint32_t i, const uint32_t *map)
{
    const struct ob_node *n = &c->update.graph.node[i];
    if (n->op == OB_OP_CONST)
        return ob_graph_const(&c->own, n->value);
    if (c->alike[i]) {
        c->coef[c->coefs] = i;
        return ob_graph_leaf(&c->own, OB_OP_PARAM, (uint32_t)c->coefs++, nowhere);
    }
    switch (ob_formula_operands(n->op)) {
    case 0:
        return ob_graph_leaf(&c->own, (enum ob_formula_op)n->op, n->index, nowhere);
    case 1:
        c->tensors = c->tensors || n->op == OB_OP_SUM;
        return ob_graph_unary(&c->own, (enum ob_formula_op)n->op, map[n->a], nowhere);
    default:
        return ob_graph_binary(&c->own, (enum ob_formula_op)n->op, map[n->a], map[n->b],
                               nowhere);
    }
}

bool rule_code_make(struct rule_code *c, const struct ob_rule_opts *o, struct ob_err *err)
{
    *c = (struct rule_code){ 0 };
    ob_graph_init(&c->own);
    if (!rule_update_read(o, &c->update, err))
        return false;
    size_t n = c->update.graph.n;
    uint32_t *map = ob_xcalloc(n, sizeof *map);
    bool *needed = ob_xcalloc(n, sizeof *needed);
    c->alike = ob_xcalloc(n, sizeof *c->alike);
    c->number = ob_xcalloc(n, sizeof *c->number);
    c->coef = ob_xcalloc(n, sizeof *c->coef);
    classify(c, needed);
    for (uint32_t i = 0; i < n; i++)
        if (needed[i])
            map[i] = carry_over(c, i, map);
    for (size_t r = 0; r < c->update.roots; r++)
        c->root[r] = map[c->update.root[r]];
    free(map);
    free(needed);
    if (c->own.err.code == OB_OK)
        return true;
    if (err)
        *err = c->own.err;
    return false;
}

void rule_code_finish(struct rule_code *c)
{
    rule_update_finish(&c->update);
    ob_graph_finish(&c->own);
    free(c->coef);
    free(c->number);
    free(c->alike);
    *c = (struct rule_code){ 0 };
}

/* ---- numbers of a step ---- */

static double power_of(double x, double y)
{
    const double least = 0x1p-500; /* as far as repeated squaring goes */
    bool whole = y >= 0 && y < 0x1p53 && y == floor(y);
    return x >= 0 && x <= 1 && whole ? power(x, (uint64_t)y, least) : ob_pow_f64(x, y);
}

static double apply(enum ob_formula_op op, double a, double b)
{
    switch (op) {
    case OB_OP_POW:
        return power_of(a, b);
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        return ob_##name##_f64(a);
        OB_UNARY_OPS(X)
#undef X
#define X(id, name)                                                                      \
    case OB_OP_##id:                                                                     \
        return ob_##name##_f64(a, b);
        X(ADD, add)
        X(SUB, sub)
        X(MUL, mul)
        X(DIV, div)
        X(MAX, max)
        X(MIN, min)
        X(GREATER, greater)
        X(LOGADDEXP, logaddexp)
#undef X
    default:
        return NAN;
    }
}

static double outside(const struct ob_rule_opts *o, uint32_t param, double lr, uint64_t t)
{
    return param == RULE_T    ? (double)t
           : param == RULE_LR ? lr
                              : o->given[param - RULE_GIVEN];
}

void rule_code_coefficients(struct rule_code *c, const struct ob_rule_opts *o, double lr,
                            uint64_t t, double *out)
{
    const struct ob_graph *g = &c->update.graph;
    for (size_t i = 0; i < g->n; i++) {
        const struct ob_node *n = &g->node[i];
        if (!c->alike[i])
            continue;
        if (n->op == OB_OP_CONST)
            c->number[i] = n->value;
        else if (n->op == OB_OP_PARAM)
            c->number[i] = outside(o, n->index, lr, t);
        else
            c->number[i] =
                apply((enum ob_formula_op)n->op, c->number[n->a], c->number[n->b]);
    }
    for (size_t k = 0; k < c->coefs; k++)
        out[k] = c->number[c->coef[k]];
}
