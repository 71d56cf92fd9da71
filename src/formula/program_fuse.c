#include <string.h>

#include "program_priv.h"

static const struct ob_node *node(const struct maker *k, uint32_t i)
{
    return &k->plan.g->node[i];
}

/* Computed in this pass for one user alone. */
static bool alone(const struct maker *k, uint32_t i)
{
    return k->plan.due[i] && k->uses[i] == 1;
}

static bool is_product(const struct maker *k, uint32_t i)
{
    return alone(k, i) && node(k, i)->op == OB_OP_MUL;
}

/* Of a lane node and a uniform one. */
static bool is_scaled(const struct maker *k, uint32_t i)
{
    const struct ob_node *n = node(k, i);
    return is_product(k, i) && k->plan.lane[n->a] != k->plan.lane[n->b];
}

/* The operand of node i that `is` holds for; the later one, whose own operands are the
 * nearest, where it does for both. PROGRAM_NONE: neither. */
static uint32_t operand_that(const struct maker *k, uint32_t i,
                             bool (*is)(const struct maker *k, uint32_t i))
{
    uint32_t a = node(k, i)->a, b = node(k, i)->b;
    bool can_a = is(k, a), can_b = is(k, b);
    if (can_a && (!can_b || a > b))
        return a;
    return can_b ? b : PROGRAM_NONE;
}

static uint32_t other(const struct maker *k, uint32_t i, uint32_t operand)
{
    return node(k, i)->a == operand ? node(k, i)->b : node(k, i)->a;
}

/* Whether i is a sum with a scaled operand. */
static bool is_link(const struct maker *k, uint32_t i)
{
    return node(k, i)->op == OB_OP_ADD && operand_that(k, i, is_scaled) != PROGRAM_NONE;
}

static bool find_chain(const struct maker *k, uint32_t i, struct fusion *f)
{
    uint32_t at = i;
    *f = (struct fusion){ .less = PROGRAM_NONE };
    if (node(k, i)->op == OB_OP_SUB && alone(k, node(k, i)->a) &&
        k->plan.lane[node(k, i)->b]) {
        f->less = node(k, i)->b;
        at = f->link[0] = node(k, i)->a;
        f->links = 1;
    }
    if (!is_link(k, at))
        return false;
    for (;;) {
        uint32_t product = operand_that(k, at, is_scaled);
        f->product[f->products++] = product;
        f->c = other(k, at, product);
        if (f->products == LANE_CHAIN || !alone(k, f->c) || !is_link(k, f->c))
            break;
        at = f->link[f->links++] = f->c;
    }
    return f->products > 1 || f->less != PROGRAM_NONE;
}

bool fusion_find(const struct maker *k, uint32_t i, struct fusion *f)
{
    const struct ob_node *n = node(k, i);
    if (n->op != OB_OP_ADD && n->op != OB_OP_SUB)
        return false;
    if (find_chain(k, i, f))
        return true;
    uint32_t product = operand_that(k, i, is_product);
    *f = (struct fusion){ .products = 1, .product = { product }, .less = PROGRAM_NONE };
    f->c = other(k, i, product);
    return product != PROGRAM_NONE;
}

uint32_t fusion_summed(const struct maker *k, uint32_t i)
{
    uint32_t a = node(k, i)->a;
    const struct ob_node *n = node(k, a);
    return is_product(k, a) && k->plan.lane[n->a] && k->plan.lane[n->b] ? a
                                                                        : PROGRAM_NONE;
}

static void count_uses(struct maker *k, size_t pass)
{
    memset(k->uses, 0, k->plan.n * sizeof *k->uses);
    for (uint32_t i = 0; i < k->plan.n; i++) {
        const struct ob_node *n = node(k, i);
        bool due = k->plan.due[i];
        unsigned operands = ob_formula_operands(n->op);
        if (plan_sums(&k->plan, pass, i) || (due && operands > 0))
            k->uses[n->a]++;
        if (due && operands > 1)
            k->uses[n->b]++;
        if (due && k->first_root[i] > 0)
            k->uses[i] += 2; /* a root has to be there by itself */
    }
}

/* Users before their operands: what is part of another node takes nothing in itself. */
void fusion_mark(struct maker *k, size_t pass)
{
    struct fusion f;
    count_uses(k, pass);
    memset(k->fused, 0, k->plan.n * sizeof *k->fused);
    for (uint32_t i = (uint32_t)k->plan.n; i-- > 0;) {
        if (plan_sums(&k->plan, pass, i)) {
            uint32_t product = fusion_summed(k, i);
            if (product != PROGRAM_NONE)
                k->fused[product] = true;
        } else if (k->plan.due[i] && !k->fused[i] && fusion_find(k, i, &f)) {
            for (size_t j = 0; j < f.products; j++)
                k->fused[f.product[j]] = true;
            for (size_t j = 0; j < f.links; j++)
                k->fused[f.link[j]] = true;
        }
    }
}
