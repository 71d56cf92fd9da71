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
    bool stays = k->plan.late && k->first_root[i] > 0; /* until everything is read */
    if (!k->plan.due[i] || ob_formula_operands(node(k, i)->op) == 0 || stays)
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

/* The operands of a product, the lane array first. */
static void product_operands(const struct maker *k, uint32_t product, uint32_t *a,
                             uint32_t *b)
{
    const struct ob_node *n = node(k, product);
    bool turn = !is_lane(k, n->a);
    *a = operand(k, turn ? n->b : n->a);
    *b = operand(k, turn ? n->a : n->b);
}

static struct lane_op chain_op(const struct maker *k, const struct fusion *f)
{
    size_t last = f->products - 1;
    bool less = f->less != PROGRAM_NONE;
    struct lane_op op = { .fn = k->p->table->chain[last][!is_lane(k, f->c)][less],
                          .c = operand(k, f->c) };
    product_operands(k, f->product[last], &op.a, &op.b);
    if (f->products > 1)
        product_operands(k, f->product[last - 1], &op.d, &op.e);
    if (f->products > 2)
        product_operands(k, f->product[last - 2], &op.f, &op.g);
    if (less)
        op.h = operand(k, f->less);
    return op;
}

static struct lane_op fused_op(const struct maker *k, uint32_t i, const struct fusion *f)
{
    const struct ob_node *n = node(k, i), *m = node(k, f->product[0]);
    bool scaled = is_lane(k, m->a) != is_lane(k, m->b);
    enum lane_fused kind = n->op == OB_OP_ADD      ? LANE_MUL_ADD
                           : n->a == f->product[0] ? LANE_MUL_SUB
                                                   : LANE_SUB_MUL;
    struct lane_op op = { .fn = k->p->table->fused[kind][scaled][!is_lane(k, f->c)],
                          .c = operand(k, f->c) };
    product_operands(k, f->product[0], &op.a, &op.b);
    return op;
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
    struct fusion f;
    struct lane_op op;
    if (!fusion_find(k, i, &f))
        op = plain_op(k, i);
    else if (f.products > 1 || f.less != PROGRAM_NONE)
        op = chain_op(k, &f);
    else
        op = fused_op(k, i, &f);
    op.dst = k->place[i] = take_register(k);
    if (!maker_add_lane(k, op))
        return false;
    release(k, n->a, i);
    if (ob_formula_operands(n->op) > 1)
        release(k, n->b, i);
    return true;
}

static bool add_up(struct maker *k, uint32_t i, size_t number)
{
    uint32_t product = fusion_summed(k, i);
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

/* A root that is a column: read before another root is stored there. */
static bool copy_root(struct maker *k, uint32_t i)
{
    if (ob_formula_operands(node(k, i)->op) > 0)
        return true;
    struct lane_op op = { .fn = k->p->table->copy, .a = k->place[i] };
    op.dst = k->place[i] = take_register(k);
    return maker_add_lane(k, op);
}

/* All roots of the pass, behind everything that it reads. */
static bool store_late(struct maker *k, size_t pass)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < k->plan.n; i++)
        if (k->first_root[i] > 0 && plan_roots(&k->plan, pass, i))
            ok = copy_root(k, i);
    for (uint32_t i = 0; ok && i < k->plan.n; i++)
        if (k->first_root[i] > 0 && plan_roots(&k->plan, pass, i))
            ok = store_roots(k, i);
    return ok;
}

bool maker_pass(struct maker *k, size_t pass)
{
    struct ob_program *p = k->p;
    struct pass *out = &p->pass[pass];
    plan_pass(&k->plan, pass);
    fusion_mark(k, pass);
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
        if (k->plan.due[i] && !k->plan.late && k->plan.level[i] == pass &&
            !store_roots(k, i))
            return false;
        if (plan_sums(&k->plan, pass, i) && !add_up(k, i, sums++))
            return false;
    }
    if (k->plan.late && !store_late(k, pass))
        return false;
    out->lane_to = p->lanes;
    return true;
}
