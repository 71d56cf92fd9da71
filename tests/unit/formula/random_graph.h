/*
 * Random graphs for the tests of programs, and the plainest way to compute one: node
 * after node, row after row, sums over the tree spelled out.
 */
#ifndef OB_RANDOM_GRAPH_H
#define OB_RANDOM_GRAPH_H

#define OB_REAL_BITS 32
#include "optbench/formula/ops.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "optbench/formula/ops.h"

#include "../num/num_test.h"
#include "optbench/base/compiler.h"
#include "optbench/formula/graph.h"
#include "optbench/num/dtype.h"

static const struct ob_formula_at nowhere = { 0, 0 };

/* A graph of `steps` operations over parameters, columns and constants, each on results
 * of about unit size: arguments of functions with limited domains are led into them. With
 * columns, a mean of something per row every now and then. Returns a uniform root. */
struct random_graph {
    struct ob_graph *g;
    struct dice dice;
    size_t params, columns, steps;
    bool kinks; /* abs, max and the like, too */
    uint32_t node[256];
    size_t n;
};

static inline uint32_t rg_any(struct random_graph *r)
{
    /* Recent ones mostly, so that formulas are deep. */
    size_t last = r->n - 1,
           back = roll(&r->dice) % 3 ? roll(&r->dice) % 6 : roll(&r->dice);
    return r->node[last - back % r->n];
}

static inline uint32_t rg_unary(struct random_graph *r, enum ob_formula_op op, uint32_t a)
{
    return ob_graph_unary(r->g, op, a, nowhere);
}

static inline uint32_t rg_binary(struct random_graph *r, enum ob_formula_op op,
                                 uint32_t a, uint32_t b)
{
    return ob_graph_binary(r->g, op, a, b, nowhere);
}

/* Something smooth in (0.5, 1.5). */
static inline uint32_t rg_positive(struct random_graph *r, uint32_t a)
{
    uint32_t s = rg_unary(r, OB_OP_SIGMOID, a);
    return rg_binary(r, OB_OP_ADD, s, ob_graph_const(r->g, 0.5));
}

static inline uint32_t rg_step(struct random_graph *r)
{
    static const enum ob_formula_op plain[] = {
        OB_OP_NEG, OB_OP_SIN, OB_OP_COS, OB_OP_TANH, OB_OP_SIGMOID, OB_OP_SOFTPLUS
    };
    static const enum ob_formula_op kinked[] = { OB_OP_ABS, OB_OP_RELU, OB_OP_SIGN,
                                                 OB_OP_STEP };
    static const enum ob_formula_op kinked_pairs[] = { OB_OP_MAX, OB_OP_MIN,
                                                       OB_OP_GREATER };
    static const enum ob_formula_op led[] = { OB_OP_LOG, OB_OP_SQRT,  OB_OP_LOG1P,
                                              OB_OP_EXP, OB_OP_EXPM1, OB_OP_TAN };
    uint32_t a = rg_any(r), b = rg_any(r);
    switch (roll(&r->dice) % (r->kinks ? 12 : 10)) {
    case 0:
    case 1:
        return rg_binary(r, OB_OP_ADD, a, b);
    case 2:
        return rg_binary(r, OB_OP_SUB, a, b);
    case 3:
    case 4:
        return rg_binary(r, OB_OP_MUL, a, rg_unary(r, OB_OP_TANH, b));
    case 5:
        return rg_unary(r, plain[roll(&r->dice) % OB_COUNT(plain)], a);
    case 6:
        return rg_unary(r, led[roll(&r->dice) % OB_COUNT(led)], rg_positive(r, a));
    case 7:
        return rg_binary(r, OB_OP_DIV, a, rg_positive(r, b));
    case 8:
        return roll(&r->dice) % 2
                   ? rg_binary(r, OB_OP_POW, rg_positive(r, a), rg_unary(r, OB_OP_SIN, b))
                   : rg_binary(
                         r, OB_OP_POW, rg_positive(r, a),
                         ob_graph_const(r->g, 1 + (double)(roll(&r->dice) % 20) / 4));
    case 9:
        return rg_binary(r, OB_OP_LOGADDEXP, a, b);
    case 10:
        return rg_unary(r, kinked[roll(&r->dice) % OB_COUNT(kinked)], a);
    default:
        return rg_binary(r, kinked_pairs[roll(&r->dice) % OB_COUNT(kinked_pairs)], a, b);
    }
}

static inline uint32_t rg_mean(struct random_graph *r, uint32_t a)
{
    uint32_t sum = rg_unary(r, OB_OP_SUM, a);
    return rg_binary(r, OB_OP_DIV, sum, ob_graph_leaf(r->g, OB_OP_ROWS, 0, nowhere));
}

static inline uint32_t rg_make(struct random_graph *r)
{
    r->n = 0;
    for (size_t j = 0; j < r->params; j++)
        r->node[r->n++] = ob_graph_leaf(r->g, OB_OP_PARAM, (uint32_t)j, nowhere);
    for (size_t j = 0; j < r->columns; j++)
        r->node[r->n++] = ob_graph_leaf(r->g, OB_OP_COLUMN, (uint32_t)j, nowhere);
    r->node[r->n++] = ob_graph_const(r->g, roll_real(&r->dice, -2, 2));
    for (size_t k = 0; k < r->steps; k++) {
        uint32_t node = rg_step(r);
        bool mean = r->g->node[node].rows && roll(&r->dice) % 8 == 0;
        r->node[r->n++] = mean ? rg_mean(r, node) : node;
    }
    uint32_t root = r->node[r->n - 1];
    for (size_t k = r->n; k-- > r->n / 2;)
        root = rg_binary(r, OB_OP_ADD, root, r->node[k]);
    return r->g->node[root].rows ? rg_mean(r, root) : root;
}

/* ---- plain evaluation ---- */

#define DEFINE_APPLY(bits, type)                                                         \
    static inline type apply_f##bits(enum ob_formula_op op, type a, type b)              \
    {                                                                                    \
        switch (op) {                                                                    \
            OB_UNARY_OPS(UNARY_##bits)                                                   \
            OB_BINARY_OPS(BINARY_##bits)                                                 \
        default:                                                                         \
            return 0;                                                                    \
        }                                                                                \
    }
#define UNARY_32(id, name)                                                               \
case OB_OP_##id:                                                                         \
    return ob_##name##_f32(a);
#define UNARY_64(id, name)                                                               \
case OB_OP_##id:                                                                         \
    return ob_##name##_f64(a);
#define BINARY_32(id, name)                                                              \
case OB_OP_##id:                                                                         \
    return ob_##name##_f32(a, b);
#define BINARY_64(id, name)                                                              \
case OB_OP_##id:                                                                         \
    return ob_##name##_f64(a, b);
DEFINE_APPLY(32, float)
DEFINE_APPLY(64, double)

struct plain {
    const struct ob_graph *g;
    enum ob_dtype dtype;
    const double *theta, *direction; /* numbers of the dtype */
    double *const *column;
    size_t rows;
};

static inline double plain_op(const struct plain *p, enum ob_formula_op op, double a,
                              double b)
{
    return p->dtype == OB_F32 ? (double)apply_f32(op, (float)a, (float)b)
                              : apply_f64(op, a, b);
}

static inline double plain_sum(const struct plain *p, const double *x)
{
    if (p->dtype == OB_F64)
        return tree_f64(p->rows, x);
    float *f = malloc((p->rows + 1) * sizeof *f);
    for (size_t i = 0; i < p->rows; i++)
        f[i] = (float)x[i];
    float s = tree_f32(p->rows, f);
    free(f);
    return (double)s;
}

static inline double plain_leaf(const struct plain *p, const struct ob_node *n,
                                size_t row)
{
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_CONST:
        return ob_dtype_round(p->dtype, n->value);
    case OB_OP_PARAM:
        return p->theta[n->index];
    case OB_OP_DIRECTION:
        return p->direction[n->index];
    case OB_OP_COLUMN:
        return p->column[n->index][row];
    default:
        return (double)p->rows;
    }
}

/* value[i] is node i: [rows] where it is per row, else [1]; all owned by the caller. */
static inline double **plain_run(const struct plain *p)
{
    double **value = calloc(p->g->n, sizeof *value);
    for (size_t i = 0; i < p->g->n; i++) {
        const struct ob_node *n = &p->g->node[i];
        unsigned operands = ob_formula_operands(n->op);
        size_t rows = n->rows ? p->rows : 1;
        value[i] = malloc((rows + 1) * sizeof **value);
        for (size_t r = 0; r < rows; r++) {
            if (operands == 0)
                value[i][r] = plain_leaf(p, n, r);
            else if (n->op == OB_OP_SUM)
                value[i][r] = plain_sum(p, value[n->a]);
            else
                value[i][r] =
                    plain_op(p, n->op, value[n->a][p->g->node[n->a].rows ? r : 0],
                             value[n->b][p->g->node[n->b].rows ? r : 0]);
        }
    }
    return value;
}

static inline void plain_free(const struct ob_graph *g, double **value)
{
    for (size_t i = 0; i < g->n; i++)
        free(value[i]);
    free(value);
}

#endif
