#include "diff_priv.h"

uint32_t diff_const(struct diff *d, double value)
{
    return ob_graph_const(d->g, value);
}

static uint32_t unary(struct diff *d, enum ob_formula_op op, uint32_t a)
{
    return ob_graph_unary(d->g, op, a, d->at);
}

static uint32_t binary(struct diff *d, enum ob_formula_op op, uint32_t a, uint32_t b)
{
    return ob_graph_binary(d->g, op, a, b, d->at);
}

uint32_t diff_neg(struct diff *d, uint32_t a)
{
    return unary(d, OB_OP_NEG, a);
}

uint32_t diff_add(struct diff *d, uint32_t a, uint32_t b)
{
    return binary(d, OB_OP_ADD, a, b);
}

uint32_t diff_mul(struct diff *d, uint32_t a, uint32_t b)
{
    return binary(d, OB_OP_MUL, a, b);
}

static uint32_t sub(struct diff *d, uint32_t a, uint32_t b)
{
    return binary(d, OB_OP_SUB, a, b);
}

static uint32_t divide(struct diff *d, uint32_t a, uint32_t b)
{
    return binary(d, OB_OP_DIV, a, b);
}

/* What node i has in front of the rest of it, for all rows alike; moves *i to the rest.
 * DIFF_NONE: nothing. */
static uint32_t common_factor(const struct ob_graph *g, uint32_t *i)
{
    const struct ob_node *n = &g->node[*i];
    if (n->op != OB_OP_MUL || (g->node[n->a].rows && g->node[n->b].rows))
        return DIFF_NONE;
    uint32_t factor = g->node[n->a].rows ? n->b : n->a;
    *i = g->node[n->a].rows ? n->a : n->b;
    return factor;
}

uint32_t diff_sum(struct diff *d, uint32_t a)
{
    if (!d->g->node[a].rows) {
        struct ob_formula_at none = { 0 };
        return diff_mul(d, ob_graph_leaf(d->g, OB_OP_ROWS, 0, none), a);
    }
    /* Not all of a long product: every sum would unroll it anew. */
    enum { MOST_FACTORS = 8 };
    uint32_t all = DIFF_NONE;
    bool negative = false;
    for (int k = 0; k < MOST_FACTORS; k++) {
        if (d->g->node[a].op == OB_OP_NEG) {
            negative = !negative;
            a = d->g->node[a].a;
        }
        uint32_t factor = common_factor(d->g, &a);
        if (factor == DIFF_NONE)
            break;
        all = all == DIFF_NONE ? factor : diff_mul(d, all, factor);
    }
    uint32_t sum = unary(d, OB_OP_SUM, a);
    sum = all == DIFF_NONE ? sum : diff_mul(d, all, sum);
    return negative ? diff_neg(d, sum) : sum;
}

/* d(a^b)/da = b a^(b-1). Where the exponent is 0 so is this, at a = 0, too: the power is
 * then lowered by nothing. */
static uint32_t pow_by_base(struct diff *d, uint32_t a, uint32_t b)
{
    uint32_t less = unary(d, OB_OP_STEP, unary(d, OB_OP_ABS, b));
    return diff_mul(d, b, binary(d, OB_OP_POW, a, sub(d, b, less)));
}

/* d(a^b)/db = a^b log a, and 0 at a = 0: there the logarithm is that of 1. */
static uint32_t pow_by_exponent(struct diff *d, uint32_t i, uint32_t a)
{
    uint32_t one_at_zero =
        sub(d, diff_const(d, 1), unary(d, OB_OP_STEP, unary(d, OB_OP_ABS, a)));
    return diff_mul(d, i, unary(d, OB_OP_LOG, diff_add(d, a, one_at_zero)));
}

/* 1 - x x */
static uint32_t one_less_square(struct diff *d, uint32_t x)
{
    return sub(d, diff_const(d, 1), diff_mul(d, x, x));
}

static uint32_t times_unary(struct diff *d, uint32_t i, uint32_t v)
{
    uint32_t a = d->g->node[i].a;
    switch ((enum ob_formula_op)d->g->node[i].op) {
    case OB_OP_NEG:
        return diff_neg(d, v);
    case OB_OP_ABS:
        return diff_mul(d, v, unary(d, OB_OP_SIGN, a));
    case OB_OP_RELU:
        return diff_mul(d, v, unary(d, OB_OP_STEP, a));
    case OB_OP_EXP:
        return diff_mul(d, v, i);
    case OB_OP_EXPM1:
        return diff_mul(d, v, unary(d, OB_OP_EXP, a));
    case OB_OP_LOG:
        return divide(d, v, a);
    case OB_OP_LOG1P:
        return divide(d, v, diff_add(d, diff_const(d, 1), a));
    case OB_OP_SQRT:
        return divide(d, v, diff_mul(d, diff_const(d, 2), i));
    case OB_OP_SIN:
        return diff_mul(d, v, unary(d, OB_OP_COS, a));
    case OB_OP_COS:
        return diff_neg(d, diff_mul(d, v, unary(d, OB_OP_SIN, a)));
    case OB_OP_TAN:
        return diff_mul(d, v, diff_add(d, diff_const(d, 1), diff_mul(d, i, i)));
    case OB_OP_TANH:
        return diff_mul(d, v, one_less_square(d, i));
    case OB_OP_SIGMOID:
        return diff_mul(d, v, diff_mul(d, i, sub(d, diff_const(d, 1), i)));
    case OB_OP_SOFTPLUS:
        return diff_mul(d, v, unary(d, OB_OP_SIGMOID, a));
    default:
        return DIFF_NONE; /* steps */
    }
}

uint32_t diff_times(struct diff *d, uint32_t i, bool second, uint32_t v)
{
    uint32_t a = d->g->node[i].a, b = d->g->node[i].b;
    uint32_t self = second ? b : a, other = second ? a : b;
    switch ((enum ob_formula_op)d->g->node[i].op) {
    case OB_OP_ADD:
        return v;
    case OB_OP_SUB:
        return second ? diff_neg(d, v) : v;
    case OB_OP_MUL:
        return diff_mul(d, v, other);
    case OB_OP_DIV:
        return second ? diff_neg(d, diff_mul(d, v, divide(d, i, b))) : divide(d, v, b);
    case OB_OP_POW:
        return diff_mul(d, v, second ? pow_by_exponent(d, i, a) : pow_by_base(d, a, b));
    case OB_OP_MAX:
        return diff_mul(d, v, binary(d, OB_OP_GREATER, self, other));
    case OB_OP_MIN:
        return diff_mul(d, v, binary(d, OB_OP_GREATER, other, self));
    case OB_OP_LOGADDEXP:
        return diff_mul(d, v, unary(d, OB_OP_SIGMOID, sub(d, self, other)));
    default:
        return times_unary(d, i, v);
    }
}

bool diff_done(const struct ob_graph *g, struct ob_err *err)
{
    if (g->err.code == OB_OK)
        return true;
    if (err)
        *err = g->err;
    return false;
}
