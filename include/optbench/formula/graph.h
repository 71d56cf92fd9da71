/*
 * A formula as a graph: scalars computed from constants, parameters and columns of data,
 * each one a node, equal ones the same node. Parsing (parse.h) and differentiation
 * (diff.h) append nodes; a program (program.h) computes some of them, the emitter
 * (emit.h) writes them as kernel text.
 *
 * A node refers to nodes before it only, so the array is in an order in which it can be
 * computed, and nothing here recurses however deep a formula is. Vectors and matrices
 * exist in the language alone: the graph has their components.
 *
 * A node is *per row* when it depends on a column: it has a value for each row of the
 * data. SUM turns such a node into a single number; other nodes are *uniform*.
 * One thread while nodes are added; constant and shareable afterwards.
 */
#ifndef OB_FORMULA_GRAPH_H
#define OB_FORMULA_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"

/* X(identifier, operands, name) */
#define OB_FORMULA_OPS(X)                                                                \
    X(CONST, 0, "")                                                                      \
    X(PARAM, 0, "")     /* parameter `index` of the flat vector */                       \
    X(COLUMN, 0, "")    /* column `index` of the data, per row */                        \
    X(DIRECTION, 0, "") /* entry `index` of the direction of a tangent */                \
    X(ROWS, 0, "rows")  /* how many rows there are */                                    \
    X(NEG, 1, "-")                                                                       \
    X(ABS, 1, "abs")                                                                     \
    X(SIGN, 1, "sign") /* -1, 0, 1 */                                                    \
    X(STEP, 1, "step") /* 1 where x > 0, else 0 */                                       \
    X(RELU, 1, "relu")                                                                   \
    X(EXP, 1, "exp")                                                                     \
    X(EXPM1, 1, "expm1")                                                                 \
    X(LOG, 1, "log")                                                                     \
    X(LOG1P, 1, "log1p")                                                                 \
    X(SQRT, 1, "sqrt")                                                                   \
    X(SIN, 1, "sin")                                                                     \
    X(COS, 1, "cos")                                                                     \
    X(TAN, 1, "tan")                                                                     \
    X(TANH, 1, "tanh")                                                                   \
    X(SIGMOID, 1, "sigmoid")                                                             \
    X(SOFTPLUS, 1, "softplus")                                                           \
    X(ADD, 2, "+")                                                                       \
    X(SUB, 2, "-")                                                                       \
    X(MUL, 2, "*")                                                                       \
    X(DIV, 2, "/")                                                                       \
    X(POW, 2, "^")                                                                       \
    X(MAX, 2, "max")                                                                     \
    X(MIN, 2, "min")                                                                     \
    X(GREATER, 2, "greater") /* 1 where a > b, 1/2 where equal, else 0 */                \
    X(LOGADDEXP, 2, "logaddexp")                                                         \
    X(SUM, 1, "sum") /* of a per-row node over the rows, by the tree of kernels.h */

enum ob_formula_op {
#define X(id, operands, name) OB_OP_##id,
    OB_FORMULA_OPS(X)
#undef X
        OB_OPS
};

/* Where in the text a node comes from: bytes [from, to), 0 0 = made by the program. */
struct ob_formula_at {
    uint32_t from, to;
};

struct ob_node {
    uint8_t op;    /* enum ob_formula_op */
    bool rows;     /* per row */
    uint32_t a, b; /* operands; 0 where there is none */
    uint32_t index;
    double value;            /* of CONST, finite */
    struct ob_formula_at at; /* of whoever asked for the node first */
};

enum { OB_FORMULA_NODES = 1 << 20 }; /* at most, derivatives included */

struct ob_graph {
    struct ob_node *node; /* [n], owned; node 0 is the constant 0 */
    size_t n, cap;
    uint32_t *slot;    /* [slots] hash table of node numbers + 1, private */
    size_t slots;      /* a power of two */
    size_t params;     /* 1 + the highest index of a PARAM, at least what was declared */
    struct ob_err err; /* why nodes did not fit; code OB_OK: all fit */
};

void ob_graph_init(struct ob_graph *g);
void ob_graph_finish(struct ob_graph *g); /* zeroed is allowed */

/*
 * The node of this kind, an equal one where there is one (a + b and b + a are equal, as
 * are a * b and b * a). Operands are nodes of g, `value` is finite, `op` has that many
 * operands. `at` is kept with a node that is new.
 *
 * Simplified is what changes no bit of a result for finite operands, the sign of a zero
 * and 0 / 0 apart:
 *
 *     constants, in double, under + - * / and the functions that are exact, where the
 *         result is finite (1 / 0 stays, so that it can be named as trouble)
 *     x + 0, x - 0, x * 1, x / 1, -(-x), x ^ 1, max(x, x), min(x, x): x
 *     x * 0, 0 / x, x - x: 0
 *     x + x: 2 * x
 *     x * -1, x / -1, 0 - x: -x
 *     x + (-y), x - (-y), (-x) + y: x - y, x + y, y - x
 *     abs(-x), abs(abs(x)): abs(x)
 *     x ^ n with a whole n, |n| <= 64: products by repeated squaring, so that x ^ 3 is
 *         (x * x) * x, and x ^ -2 is 1 / (x * x)
 *     x ^ 0.5: sqrt(x); x ^ 0 and 1 ^ x: 1
 *     the sum over the rows of a uniform x: rows * x
 *
 * Where the graph is full or memory is short, g->err is set, and node 0 is returned:
 * callers build on and look at g->err in the end.
 */
uint32_t ob_graph_const(struct ob_graph *g, double value);
uint32_t ob_graph_leaf(struct ob_graph *g, enum ob_formula_op op, uint32_t index,
                       struct ob_formula_at at);
uint32_t ob_graph_unary(struct ob_graph *g, enum ob_formula_op op, uint32_t a,
                        struct ob_formula_at at);
uint32_t ob_graph_binary(struct ob_graph *g, enum ob_formula_op op, uint32_t a,
                         uint32_t b, struct ob_formula_at at);

const char *ob_formula_op_name(enum ob_formula_op op);
unsigned ob_formula_operands(enum ob_formula_op op);

#endif
