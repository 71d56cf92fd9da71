/* Binary cross entropy of a probability that a formula gives, with logarithms that end at
 * -100 as those of torch's BCELoss, and a derivative that ends there, too. */
#include "typed.h"

/* The graph, and what has a value per row there. */
struct builder {
    struct ob_graph *g;
    enum ob_dtype dtype;
};

static const struct ob_formula_at nowhere;

static uint32_t unary(const struct builder *b, enum ob_formula_op op, uint32_t x)
{
    return ob_graph_unary(b->g, op, x, nowhere);
}

static uint32_t binary(const struct builder *b, enum ob_formula_op op, uint32_t x,
                       uint32_t y)
{
    return ob_graph_binary(b->g, op, x, y, nowhere);
}

static uint32_t rest_of_one(const struct builder *b, uint32_t x)
{
    return binary(b, OB_OP_SUB, ob_graph_const(b->g, 1), x);
}

/* 1 where log p is above -100. In single precision 1 / p overflows before that: there the
 * logarithm ends at p = 1e-37. */
static uint32_t is_inside(const struct builder *b, uint32_t p)
{
    double end = b->dtype == OB_F32 ? 1e-37 : 3.720075976020836e-44;
    return unary(b, OB_OP_STEP, binary(b, OB_OP_SUB, p, ob_graph_const(b->g, end)));
}

/* log p inside, -100 outside, where it is the logarithm of 1 so that nothing divides by
 * zero. */
static uint32_t log_clamped(const struct builder *b, uint32_t p, uint32_t inside)
{
    uint32_t outside = rest_of_one(b, inside);
    uint32_t safe = binary(b, OB_OP_ADD, binary(b, OB_OP_MUL, inside, p), outside);
    return binary(b, OB_OP_SUB, unary(b, OB_OP_LOG, safe),
                  binary(b, OB_OP_MUL, ob_graph_const(b->g, 100), outside));
}

/* Rows whose weight is above 0 and that are not inside. */
static uint32_t clamped(const struct builder *b, uint32_t weight, uint32_t inside)
{
    return binary(b, OB_OP_MUL, unary(b, OB_OP_STEP, weight), rest_of_one(b, inside));
}

uint32_t typed_bce(struct typed *t, enum ob_dtype dtype, uint32_t predict, uint32_t y)
{
    const struct builder b = { &t->graph, dtype };
    uint32_t other = rest_of_one(&b, predict), rest = rest_of_one(&b, y);
    uint32_t inside = is_inside(&b, predict), other_inside = is_inside(&b, other);
    uint32_t right = binary(&b, OB_OP_MUL, y, log_clamped(&b, predict, inside));
    uint32_t wrong = binary(&b, OB_OP_MUL, rest, log_clamped(&b, other, other_inside));
    uint32_t rows = binary(&b, OB_OP_ADD, right, wrong);
    uint32_t count =
        binary(&b, OB_OP_ADD, clamped(&b, y, inside), clamped(&b, rest, other_inside));
    t->clamped = unary(&b, OB_OP_SUM, count);
    return unary(&b, OB_OP_NEG,
                 binary(&b, OB_OP_DIV, unary(&b, OB_OP_SUM, rows),
                        ob_graph_leaf(b.g, OB_OP_ROWS, 0, nowhere)));
}
