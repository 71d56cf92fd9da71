#include <config.h>

#include "optbench/formula/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

enum { FIRST_NODES = 64, WHOLE_POWER = 64 };

static const char *const names[] = {
#define X(id, operands, name) name,
    OB_FORMULA_OPS(X)
#undef X
};

static const uint8_t operands[] = {
#define X(id, operands, name) operands,
    OB_FORMULA_OPS(X)
#undef X
};

const char *ob_formula_op_name(enum ob_formula_op op)
{
    return names[op];
}

unsigned ob_formula_operands(enum ob_formula_op op)
{
    return operands[op];
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static uint64_t bits_of(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static uint64_t hash(const struct ob_node *n)
{
    uint64_t h = mix(n->op, (uint64_t)n->a << 32 | n->b);
    return mix(mix(h, n->index), bits_of(n->value));
}

static bool same(const struct ob_node *m, const struct ob_node *n)
{
    return m->op == n->op && m->a == n->a && m->b == n->b && m->index == n->index &&
           bits_of(m->value) == bits_of(n->value);
}

/* The slot of an equal node, or the free one where it belongs. */
static uint32_t *find(const struct ob_graph *g, const struct ob_node *n)
{
    size_t i = (size_t)hash(n) & (g->slots - 1);
    while (g->slot[i] && !same(&g->node[g->slot[i] - 1], n))
        i = (i + 1) & (g->slots - 1);
    return &g->slot[i];
}

static void fill_slots(struct ob_graph *g)
{
    memset(g->slot, 0, g->slots * sizeof *g->slot);
    for (size_t i = 0; i < g->n; i++)
        *find(g, &g->node[i]) = (uint32_t)i + 1;
}

/* Room for one more node; the table is never more than half full. */
static bool grow(struct ob_graph *g)
{
    if (g->n < g->cap)
        return true;
    if (g->n >= OB_FORMULA_NODES)
        return ob_fail(&g->err, OB_ECONFIG,
                       "the formula is too large: more than %d nodes", OB_FORMULA_NODES);
    size_t cap = 2 * g->cap;
    struct ob_node *node = realloc(g->node, cap * sizeof *node);
    if (!node)
        return ob_fail(&g->err, OB_ENOMEM, "no memory for a formula of %zu nodes", cap);
    g->node = node;
    uint32_t *slot = realloc(g->slot, 2 * cap * sizeof *slot);
    if (!slot)
        return ob_fail(&g->err, OB_ENOMEM, "no memory for a formula of %zu nodes", cap);
    g->slot = slot;
    g->cap = cap;
    g->slots = 2 * cap;
    fill_slots(g);
    return true;
}

static uint32_t intern(struct ob_graph *g, const struct ob_node *n)
{
    uint32_t known = *find(g, n);
    if (known)
        return known - 1;
    if (g->err.code != OB_OK || !grow(g))
        return 0;
    g->node[g->n] = *n;
    *find(g, n) = (uint32_t)++g->n;
    return (uint32_t)g->n - 1;
}

void ob_graph_init(struct ob_graph *g)
{
    *g = (struct ob_graph){ .cap = FIRST_NODES, .slots = 2 * FIRST_NODES };
    g->node = ob_xcalloc(g->cap, sizeof *g->node);
    g->slot = ob_xcalloc(g->slots, sizeof *g->slot);
    ob_graph_const(g, 0);
}

void ob_graph_finish(struct ob_graph *g)
{
    free(g->node);
    free(g->slot);
    *g = (struct ob_graph){ 0 };
}

uint32_t ob_graph_const(struct ob_graph *g, double value)
{
    OB_REQUIRE(isfinite(value));
    return intern(g, &(struct ob_node){ .op = OB_OP_CONST, .value = value });
}

uint32_t ob_graph_leaf(struct ob_graph *g, enum ob_formula_op op, uint32_t index,
                       struct ob_formula_at at)
{
    OB_REQUIRE(op != OB_OP_CONST && operands[op] == 0);
    if (op == OB_OP_PARAM && index >= g->params)
        g->params = (size_t)index + 1;
    return intern(g, &(struct ob_node){
                         .op = (uint8_t)op,
                         .rows = op == OB_OP_COLUMN,
                         .index = index,
                         .at = at,
                     });
}

static bool is_const(const struct ob_graph *g, uint32_t i)
{
    return g->node[i].op == OB_OP_CONST;
}

static bool is(const struct ob_graph *g, uint32_t i, double value)
{
    return is_const(g, i) && g->node[i].value == value;
}

/* NaN for the functions that are not exact. */
static double unary_value(enum ob_formula_op op, double a)
{
    switch (op) {
    case OB_OP_NEG:
        return -a;
    case OB_OP_ABS:
        return fabs(a);
    case OB_OP_SIGN:
        return (double)((a > 0) - (a < 0));
    case OB_OP_STEP:
        return a > 0;
    case OB_OP_RELU:
        return a > 0 ? a : 0;
    case OB_OP_SQRT:
        return sqrt(a);
    default:
        return (double)NAN;
    }
}

static double binary_value(enum ob_formula_op op, double a, double b)
{
    switch (op) {
    case OB_OP_ADD:
        return a + b;
    case OB_OP_SUB:
        return a - b;
    case OB_OP_MUL:
        return a * b;
    case OB_OP_DIV:
        return a / b;
    case OB_OP_MAX:
        return a > b ? a : b;
    case OB_OP_MIN:
        return a < b ? a : b;
    case OB_OP_GREATER:
        return a > b ? 1 : a < b ? 0 : 0.5;
    default:
        return (double)NAN;
    }
}

uint32_t ob_graph_unary(struct ob_graph *g, enum ob_formula_op op, uint32_t a,
                        struct ob_formula_at at)
{
    OB_REQUIRE(operands[op] == 1 && a < g->n);
    const struct ob_node *x = &g->node[a];
    double value = is_const(g, a) ? unary_value(op, x->value) : (double)NAN;
    if (isfinite(value))
        return ob_graph_const(g, value);
    if (op == OB_OP_NEG && x->op == OB_OP_NEG)
        return x->a;
    if (op == OB_OP_ABS && x->op == OB_OP_NEG)
        return ob_graph_unary(g, op, x->a, at);
    if (op == OB_OP_ABS && x->op == OB_OP_ABS)
        return a;
    if (op == OB_OP_SUM && !x->rows)
        return ob_graph_binary(g, OB_OP_MUL, ob_graph_leaf(g, OB_OP_ROWS, 0, at), a, at);
    return intern(g, &(struct ob_node){
                         .op = (uint8_t)op,
                         .rows = x->rows && op != OB_OP_SUM,
                         .a = a,
                         .at = at,
                     });
}

/* The node of op whose operands cannot be simplified together. */
static uint32_t plain(struct ob_graph *g, enum ob_formula_op op, uint32_t a, uint32_t b,
                      struct ob_formula_at at)
{
    struct ob_node n = { .op = (uint8_t)op, .a = b, .b = a };
    if (op == OB_OP_ADD || op == OB_OP_MUL) {
        uint32_t turned = *find(g, &n);
        if (turned)
            return turned - 1;
    }
    n.a = a;
    n.b = b;
    n.at = at;
    n.rows = g->node[a].rows || g->node[b].rows;
    return intern(g, &n);
}

/* The node of which i is the negative, where that is seen at once. */
static bool negated(struct ob_graph *g, uint32_t i, uint32_t *positive)
{
    const struct ob_node *n = &g->node[i];
    if (n->op == OB_OP_NEG)
        *positive = n->a;
    else if (n->op == OB_OP_CONST && n->value < 0)
        *positive = ob_graph_const(g, -n->value);
    else
        return false;
    return true;
}

static uint32_t add(struct ob_graph *g, uint32_t a, uint32_t b, struct ob_formula_at at)
{
    if (is(g, b, 0))
        return a;
    if (is(g, a, 0))
        return b;
    if (a == b)
        return ob_graph_binary(g, OB_OP_MUL, ob_graph_const(g, 2), a, at);
    uint32_t positive;
    if (negated(g, b, &positive))
        return ob_graph_binary(g, OB_OP_SUB, a, positive, at);
    if (negated(g, a, &positive))
        return ob_graph_binary(g, OB_OP_SUB, b, positive, at);
    return plain(g, OB_OP_ADD, a, b, at);
}

static uint32_t subtract(struct ob_graph *g, uint32_t a, uint32_t b,
                         struct ob_formula_at at)
{
    if (is(g, b, 0))
        return a;
    if (is(g, a, 0))
        return ob_graph_unary(g, OB_OP_NEG, b, at);
    if (a == b)
        return ob_graph_const(g, 0);
    uint32_t positive;
    if (negated(g, b, &positive))
        return ob_graph_binary(g, OB_OP_ADD, a, positive, at);
    return plain(g, OB_OP_SUB, a, b, at);
}

static uint32_t multiply(struct ob_graph *g, uint32_t a, uint32_t b,
                         struct ob_formula_at at)
{
    if (is(g, a, 0) || is(g, b, 0))
        return ob_graph_const(g, 0);
    if (is(g, a, 1))
        return b;
    if (is(g, b, 1))
        return a;
    if (is(g, a, -1))
        return ob_graph_unary(g, OB_OP_NEG, b, at);
    if (is(g, b, -1))
        return ob_graph_unary(g, OB_OP_NEG, a, at);
    return plain(g, OB_OP_MUL, a, b, at);
}

static uint32_t divide(struct ob_graph *g, uint32_t a, uint32_t b,
                       struct ob_formula_at at)
{
    if (is(g, b, 1))
        return a;
    if (is(g, b, -1))
        return ob_graph_unary(g, OB_OP_NEG, a, at);
    if (is(g, a, 0) && !is(g, b, 0))
        return ob_graph_const(g, 0);
    return plain(g, OB_OP_DIV, a, b, at);
}

/* x ^ n, n >= 1; at most 2 log2 n products deep. */
static uint32_t whole_power(struct ob_graph *g, uint32_t x, int n,
                            struct ob_formula_at at)
{
    uint32_t result = x;
    int bit = 1;
    while (2 * bit <= n)
        bit *= 2;
    while (bit /= 2) {
        result = ob_graph_binary(g, OB_OP_MUL, result, result, at);
        if (n & bit)
            result = ob_graph_binary(g, OB_OP_MUL, result, x, at);
    }
    return result;
}

static uint32_t power(struct ob_graph *g, uint32_t a, uint32_t b, struct ob_formula_at at)
{
    if (is(g, a, 1) || is(g, b, 0))
        return ob_graph_const(g, 1);
    double n = is_const(g, b) ? g->node[b].value : (double)NAN;
    if (n == 0.5)
        return ob_graph_unary(g, OB_OP_SQRT, a, at);
    if (!(fabs(n) <= WHOLE_POWER) || n != floor(n))
        return plain(g, OB_OP_POW, a, b, at);
    uint32_t p = whole_power(g, a, (int)fabs(n), at);
    return n > 0 ? p : ob_graph_binary(g, OB_OP_DIV, ob_graph_const(g, 1), p, at);
}

static uint32_t choose(struct ob_graph *g, enum ob_formula_op op, uint32_t a, uint32_t b,
                       struct ob_formula_at at)
{
    if (a == b && (op == OB_OP_MAX || op == OB_OP_MIN))
        return a;
    return plain(g, op, a, b, at);
}

uint32_t ob_graph_binary(struct ob_graph *g, enum ob_formula_op op, uint32_t a,
                         uint32_t b, struct ob_formula_at at)
{
    OB_REQUIRE(operands[op] == 2 && a < g->n && b < g->n);
    if (is_const(g, a) && is_const(g, b)) {
        double value = binary_value(op, g->node[a].value, g->node[b].value);
        if (isfinite(value))
            return ob_graph_const(g, value);
    }
    switch (op) {
    case OB_OP_ADD:
        return add(g, a, b, at);
    case OB_OP_SUB:
        return subtract(g, a, b, at);
    case OB_OP_MUL:
        return multiply(g, a, b, at);
    case OB_OP_DIV:
        return divide(g, a, b, at);
    case OB_OP_POW:
        return power(g, a, b, at);
    default:
        return choose(g, op, a, b, at);
    }
}
