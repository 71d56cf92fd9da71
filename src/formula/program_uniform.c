#include <stdlib.h>

#include "optbench/base/mem.h"
#include "program_priv.h"

/*
 * The uniform code of one level. Operations of one kind that do not need each other
 * follow one another, so that the switch of scalar.c is asked once for all of them and
 * their chains of instructions overlap; their results are neighbours.
 */
struct step {
    uint32_t depth, op, node;
};

static int by_depth(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    if (x->op != y->op)
        return x->op < y->op ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* How many operations of this level node i, one of them, has below it, at most. */
static uint32_t depth_of(const struct maker *k, size_t level, uint32_t i)
{
    const struct ob_node *n = &k->plan.g->node[i];
    uint32_t b = ob_formula_operands(n->op) > 1 ? n->b : n->a;
    uint32_t below_a = plan_uniform(&k->plan, level, n->a) ? k->uses[n->a] + 1 : 0;
    uint32_t below_b = plan_uniform(&k->plan, level, b) ? k->uses[b] + 1 : 0;
    return below_a > below_b ? below_a : below_b;
}

static bool append(struct maker *k, uint32_t i)
{
    const struct ob_node *n = &k->plan.g->node[i];
    uint32_t b = ob_formula_operands(n->op) > 1 ? n->b : n->a;
    k->slot[i] = (uint32_t)k->p->slots++;
    return maker_add_scalar(
        k, (struct scalar_op){
               .op = n->op, .dst = k->slot[i], .a = k->slot[n->a], .b = k->slot[b] });
}

bool maker_uniform(struct maker *k, size_t level)
{
    struct ob_program *p = k->p;
    size_t n = 0;
    struct step *step = ob_alloc(k->plan.n, sizeof *step, k->err);
    bool done = step != NULL;
    p->pass[level].scalar_from = p->scalars;
    for (uint32_t i = 0; done && i < k->plan.n; i++)
        if (plan_uniform(&k->plan, level, i)) {
            /* `uses` is free between the passes. */
            k->uses[i] = depth_of(k, level, i);
            step[n++] = (struct step){ k->uses[i], k->plan.g->node[i].op, i };
        }
    if (n > 1)
        qsort(step, n, sizeof *step, by_depth);
    for (size_t j = 0; done && j < n; j++)
        done = append(k, step[j].node);
    p->pass[level].scalar_to = p->scalars;
    free(step);
    return done;
}
