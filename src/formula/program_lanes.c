#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "program_priv.h"

/*
 * The lane code of one pass, in the order of the nodes: a product that is only used by
 * one sum or difference becomes part of it (two roundings all the same), results go to
 * registers that are free again behind their last use. A result never goes to a register
 * of its own operands, so that the compiler may trust `restrict`.
 */

static const struct ob_node *node(const struct maker *k, uint32_t i)
{
    return &k->plan.g->node[i];
}

static bool is_lane(const struct maker *k, uint32_t i)
{
    return k->plan.lane[i];
}

/* ---- inputs ---- */

bool maker_inputs(struct maker *k)
{
    struct ob_program *p = k->p;
    for (size_t i = 0; i < k->plan.n; i++) {
        const struct ob_node *n = node(k, (uint32_t)i);
        if (!k->plan.needed[i] || !k->plan.lane[i] || ob_formula_operands(n->op) > 0)
            continue;
        if (p->inputs == p->input_cap) {
            p->input_cap = p->input_cap ? 2 * p->input_cap : 16;
            p->input = ob_xreallocarray(p->input, p->input_cap, sizeof *p->input);
        }
        k->place[i] = (uint32_t)p->inputs;
        p->input[p->inputs++] = (struct input){ n->op, n->index };
    }
    return true;
}

/* ---- what belongs together ---- */

/* The product that node i, a sum or difference, takes in; PROGRAM_NONE: none. The later
 * one, whose operands are the nearest, where both could be. */
static uint32_t absorbed(const struct maker *k, uint32_t i)
{
    const struct ob_node *n = node(k, i);
    uint32_t a = n->a, b = n->b;
    if (n->op != OB_OP_ADD && n->op != OB_OP_SUB)
        return PROGRAM_NONE;
    bool can_a = k->plan.due[a] && node(k, a)->op == OB_OP_MUL && k->uses[a] == 1;
    bool can_b = k->plan.due[b] && node(k, b)->op == OB_OP_MUL && k->uses[b] == 1;
    if (can_a && (!can_b || a > b))
        return a;
    return can_b ? b : PROGRAM_NONE;
}

/* The product under the sum over the rows i. */
static uint32_t summed_product(const struct maker *k, uint32_t i)
{
    uint32_t a = node(k, i)->a;
    const struct ob_node *n = node(k, a);
    return n->op == OB_OP_MUL && k->uses[a] == 1 && is_lane(k, n->a) && is_lane(k, n->b)
               ? a
               : PROGRAM_NONE;
}

static void count(struct maker *k, uint32_t i)
{
    k->uses[i] += k->plan.due[i];
}

static void count_uses(struct maker *k, size_t pass)
{
    memset(k->uses, 0, k->plan.n * sizeof *k->uses);
    memset(k->fused, 0, k->plan.n * sizeof *k->fused);
    for (uint32_t i = 0; i < k->plan.n; i++) {
        const struct ob_node *n = node(k, i);
        bool sums = plan_sums(&k->plan, pass, i);
        if (sums || (k->plan.due[i] && ob_formula_operands(n->op) > 0))
            count(k, n->a);
        if (k->plan.due[i] && ob_formula_operands(n->op) > 1)
            count(k, n->b);
        k->uses[i] += 2u * (k->plan.due[i] && k->first_root[i] > 0);
    }
    for (uint32_t i = 0; i < k->plan.n; i++) {
        uint32_t product = PROGRAM_NONE;
        if (plan_sums(&k->plan, pass, i))
            product = summed_product(k, i);
        else if (k->plan.due[i])
            product = absorbed(k, i);
        if (product != PROGRAM_NONE)
            k->fused[product] = true;
    }
}

/* Notes that `user` needs node i, or what i is computed from where it is part of the
 * user.
 */
static void touch(struct maker *k, uint32_t i, uint32_t user)
{
    if (!k->plan.due[i])
        return;
    k->last[i] = user;
    if (k->fused[i]) {
        touch(k, node(k, i)->a, user);
        touch(k, node(k, i)->b, user);
    }
}

static void find_last_uses(struct maker *k, size_t pass)
{
    for (uint32_t i = 0; i < k->plan.n; i++) {
        const struct ob_node *n = node(k, i);
        bool sums = plan_sums(&k->plan, pass, i);
        if (k->plan.due[i])
            k->last[i] = i;
        if (k->fused[i] || !(sums || k->plan.due[i]))
            continue;
        if (ob_formula_operands(n->op) > 0)
            touch(k, n->a, i);
        if (ob_formula_operands(n->op) > 1)
            touch(k, n->b, i);
    }
}

/* ---- code ---- */

static uint32_t take_register(struct maker *k)
{
    if (k->frees > 0)
        return k->free_reg[--k->frees];
    return (uint32_t)(k->p->inputs + k->p->registers++);
}

static void release(struct maker *k, uint32_t i, uint32_t user)
{
    if (!k->plan.due[i] || ob_formula_operands(node(k, i)->op) == 0)
        return;
    if (k->fused[i]) {
        release(k, node(k, i)->a, user);
        release(k, node(k, i)->b, user);
    } else if (k->last[i] == user && k->place[i] != PROGRAM_NONE) {
        k->free_reg[k->frees++] = k->place[i];
        k->place[i] = PROGRAM_NONE;
    }
}

static uint32_t operand(const struct maker *k, uint32_t i)
{
    return is_lane(k, i) ? k->place[i] : k->slot[i];
}

static enum lane_form form(const struct maker *k, uint32_t a, uint32_t b)
{
    return !is_lane(k, a) ? LANE_UV : is_lane(k, b) ? LANE_VV : LANE_VU;
}

/* a * b + c and its like; operands of the product in the order that fused[] wants. */
static struct lane_op fused_op(const struct maker *k, uint32_t i, uint32_t product)
{
    const struct ob_node *n = node(k, i), *m = node(k, product);
    uint32_t a = m->a, b = m->b, c = product == n->a ? n->b : n->a;
    enum lane_fused kind = n->op == OB_OP_ADD ? LANE_MUL_ADD
                           : n->a == product  ? LANE_MUL_SUB
                                              : LANE_SUB_MUL;
    if (!is_lane(k, a)) {
        a = m->b;
        b = m->a;
    }
    return (struct lane_op){ .fn =
                                 k->p->table->fused[kind][!is_lane(k, b)][!is_lane(k, c)],
                             .a = operand(k, a),
                             .b = operand(k, b),
                             .c = operand(k, c) };
}

static struct lane_op plain_op(const struct maker *k, uint32_t i)
{
    const struct ob_node *n = node(k, i);
    const struct lane_table *t = k->p->table;
    if (ob_formula_operands(n->op) == 1)
        return (struct lane_op){ .fn = t->unary[n->op], .a = operand(k, n->a) };
    return (struct lane_op){ .fn = t->binary[n->op][form(k, n->a, n->b)],
                             .a = operand(k, n->a),
                             .b = operand(k, n->b) };
}

static bool compute(struct maker *k, uint32_t i)
{
    const struct ob_node *n = node(k, i);
    uint32_t product = absorbed(k, i);
    struct lane_op op =
        product == PROGRAM_NONE ? plain_op(k, i) : fused_op(k, i, product);
    op.dst = k->place[i] = take_register(k);
    if (!maker_add_lane(k, op))
        return false;
    release(k, n->a, i);
    if (ob_formula_operands(n->op) > 1 && n->b != n->a)
        release(k, n->b, i);
    return true;
}

static bool add_up(struct maker *k, uint32_t i, size_t number)
{
    uint32_t product = summed_product(k, i);
    struct lane_op op = { .fn = k->p->table->sum, .dst = (uint32_t)number };
    if (product == PROGRAM_NONE) {
        op.a = operand(k, node(k, i)->a);
    } else {
        op.fn = k->p->table->sum_product;
        op.a = operand(k, node(k, product)->a);
        op.b = operand(k, node(k, product)->b);
    }
    if (!maker_add_lane(k, op))
        return false;
    release(k, node(k, i)->a, i);
    return true;
}

static bool store_roots(struct maker *k, uint32_t i)
{
    for (uint32_t r = k->first_root[i]; r > 0; r = k->next_root[r - 1]) {
        struct lane_op op = { .fn = k->p->table->store, .dst = r - 1, .a = k->place[i] };
        if (!maker_add_lane(k, op))
            return false;
    }
    if (k->last[i] == i)
        release(k, i, i);
    return true;
}

bool maker_pass(struct maker *k, size_t pass)
{
    struct ob_program *p = k->p;
    struct pass *out = &p->pass[pass];
    plan_pass(&k->plan, pass);
    count_uses(k, pass);
    find_last_uses(k, pass);
    out->lane_from = p->lanes;
    k->frees = 0;
    for (size_t r = p->registers; r-- > 0;)
        k->free_reg[k->frees++] = (uint32_t)(p->inputs + r);
    size_t sums = 0;
    for (uint32_t i = 0; i < k->plan.n; i++) {
        bool leaf = ob_formula_operands(node(k, i)->op) == 0;
        if (k->plan.due[i] && !leaf && !k->fused[i] && !compute(k, i))
            return false;
        if (k->plan.due[i] && k->plan.level[i] == pass && !store_roots(k, i))
            return false;
        if (plan_sums(&k->plan, pass, i) && !add_up(k, i, sums++))
            return false;
    }
    out->lane_to = p->lanes;
    return true;
}
