#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static void mark_operands(const struct ob_node *n, bool *mark)
{
    if (ob_formula_operands(n->op) > 0)
        mark[n->a] = true;
    if (ob_formula_operands(n->op) > 1)
        mark[n->b] = true;
}

size_t plan_mark(const struct ob_graph *g, const uint32_t *root, size_t m, bool *needed)
{
    size_t n = 0;
    for (size_t k = 0; k < m; k++) {
        needed[root[k]] = true;
        n = root[k] >= n ? (size_t)root[k] + 1 : n;
    }
    for (size_t i = n; i-- > 0;)
        if (needed[i])
            mark_operands(&g->node[i], needed);
    return n;
}

static bool varies(const struct ob_node *n, enum ob_program_vary vary)
{
    if (vary == OB_VARY_ROWS)
        return n->op == OB_OP_COLUMN;
    return n->op == OB_OP_DIRECTION || (n->op == OB_OP_PARAM && vary == OB_VARY_POINTS);
}

/* Lanes and levels of the needed nodes, operands before users. */
static void classify(struct plan *p, enum ob_program_vary vary)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct ob_node *n = &p->g->node[i];
        unsigned operands = ob_formula_operands(n->op);
        bool sum = n->op == OB_OP_SUM;
        if (!p->needed[i])
            continue;
        p->lane[i] = varies(n, vary) || (!sum && operands > 0 && p->lane[n->a]) ||
                     (operands > 1 && p->lane[n->b]);
        uint32_t a = operands > 0 ? p->level[n->a] + sum : 0;
        uint32_t b = operands > 1 ? p->level[n->b] : 0;
        p->level[i] = a > b ? a : b;
        size_t passes = p->level[i] + p->lane[i];
        p->passes = passes > p->passes ? passes : p->passes;
    }
}

bool plan_init(struct plan *p, const struct ob_graph *g, const uint32_t *root, size_t m,
               enum ob_program_vary vary, struct ob_err *err)
{
    *p = (struct plan){ .g = g, .root = root, .m = m };
    p->needed = ob_alloc(g->n, sizeof *p->needed, err);
    p->lane = p->needed ? ob_alloc(g->n, sizeof *p->lane, err) : NULL;
    p->level = p->lane ? ob_alloc(g->n, sizeof *p->level, err) : NULL;
    p->due = p->level ? ob_alloc(g->n, sizeof *p->due, err) : NULL;
    if (!p->due) {
        plan_finish(p);
        return false;
    }
    p->n = plan_mark(g, root, m, p->needed);
    classify(p, vary);
    return true;
}

void plan_finish(struct plan *p)
{
    free(p->needed);
    free(p->lane);
    free(p->level);
    free(p->due);
    *p = (struct plan){ 0 };
}

bool plan_sums(const struct plan *p, size_t k, uint32_t i)
{
    return p->needed[i] && p->g->node[i].op == OB_OP_SUM && p->level[i] == k + 1;
}

bool plan_uniform(const struct plan *p, size_t k, uint32_t i)
{
    return p->needed[i] && !p->lane[i] && p->level[i] == k &&
           p->g->node[i].op != OB_OP_SUM && ob_formula_operands(p->g->node[i].op) > 0;
}

bool plan_roots(const struct plan *p, size_t k, uint32_t i)
{
    return p->lane[i] && (p->late ? k + 1 == p->passes : p->level[i] == k);
}

void plan_pass(struct plan *p, size_t k)
{
    memset(p->due, 0, p->n * sizeof *p->due);
    for (size_t j = 0; j < p->m; j++)
        if (plan_roots(p, k, p->root[j]))
            p->due[p->root[j]] = true;
    for (uint32_t i = (uint32_t)p->n; i-- > 0;) {
        if (plan_sums(p, k, i))
            p->due[p->g->node[i].a] = true;
        if (p->due[i] && !p->lane[i])
            p->due[i] = false;
        if (p->due[i])
            mark_operands(&p->g->node[i], p->due);
    }
}

size_t plan_slots(const struct plan *p, uint32_t *slot)
{
    uint32_t slots = 0;
    for (size_t pass = 0; pass < p->passes; pass++)
        for (uint32_t i = 0; i < p->n; i++)
            if (plan_sums(p, pass, i))
                slot[i] = slots++;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->needed[i] && plan_uniform(p, p->level[i], i))
            slot[i] = slots++;
    return slots;
}
