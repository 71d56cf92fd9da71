#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/formula/emit.h"
#include "plan.h"

/* Levels of fewer independent operations than this are worked off one after the other. */
enum { WIDE = 16 };

struct step {
    uint32_t depth, op, node;
};

struct writer {
    struct plan plan;
    struct ob_formula_table *out;
    size_t room; /* words */
    uint32_t *slot, *depth;
    struct step *step;
};

static uint32_t add(struct writer *w, uint32_t word)
{
    struct ob_formula_table *t = w->out;
    if (t->words == w->room) {
        w->room = w->room ? 2 * w->room : 1024;
        t->word = ob_xreallocarray(t->word, w->room, sizeof *t->word);
    }
    t->word[t->words] = word;
    return (uint32_t)t->words++;
}

/* ---- leaves ---- */

static void place_constant(struct writer *w, uint32_t i)
{
    struct ob_formula_table *t = w->out;
    t->constant = ob_xreallocarray(t->constant, t->constants + 1, sizeof *t->constant);
    t->constant[t->constants++] = w->plan.g->node[i].value;
    w->slot[i] = (uint32_t)t->slots++;
}

static void place_leaves(struct writer *w, size_t params)
{
    struct ob_formula_table *t = w->out;
    const size_t theta = plan_slots(&w->plan, w->slot);
    t->slots = t->constant_at = theta + params + 1;
    add(w, (uint32_t)theta);
    add(w, (uint32_t)params);
    for (uint32_t i = 0; i < w->plan.n; i++) {
        const struct ob_node *n = &w->plan.g->node[i];
        OB_REQUIRE(!w->plan.needed[i] || n->op != OB_OP_DIRECTION);
        if (!w->plan.needed[i])
            continue;
        if (n->op == OB_OP_CONST)
            place_constant(w, i);
        else if (n->op == OB_OP_PARAM)
            w->slot[i] = (uint32_t)theta + n->index;
        else if (n->op == OB_OP_ROWS)
            w->slot[i] = (uint32_t)(theta + params);
    }
}

/* ---- operations ---- */

static int by_depth(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    if (x->op != y->op)
        return x->op < y->op ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static uint32_t second(const struct ob_node *n)
{
    return ob_formula_operands(n->op) > 1 ? n->b : n->a;
}

static uint32_t below(const struct writer *w, size_t level, uint32_t i)
{
    return plan_uniform(&w->plan, level, i) ? w->depth[i] + 1 : 0;
}

/* The operations of a level, those of one depth together: they need none of each other.
 */
static size_t list(struct writer *w, size_t level)
{
    size_t n = 0;
    for (uint32_t i = 0; i < w->plan.n; i++) {
        const struct ob_node *node = &w->plan.g->node[i];
        if (!plan_uniform(&w->plan, level, i))
            continue;
        uint32_t a = below(w, level, node->a), b = below(w, level, second(node));
        w->depth[i] = a > b ? a : b;
        w->step[n++] = (struct step){ w->depth[i], node->op, i };
    }
    if (n > 1)
        qsort(w->step, n, sizeof *w->step, by_depth);
    return n;
}

/* Where the depth that begins with step i ends. */
static size_t depth_end(const struct writer *w, size_t i, size_t n)
{
    size_t end = i;
    while (end < n && w->step[end].depth == w->step[i].depth)
        end++;
    return end;
}

/* The end of the run that begins with step i: one wide depth, or narrow ones. */
static size_t run_end(const struct writer *w, size_t i, size_t n, bool *wide)
{
    size_t end = depth_end(w, i, n);
    *wide = end - i >= WIDE;
    while (!*wide && end < n) {
        size_t next = depth_end(w, end, n);
        if (next - end >= WIDE)
            break;
        end = next;
    }
    return end;
}

static void add_operations(struct writer *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const uint32_t at = w->step[i].node;
        const struct ob_node *node = &w->plan.g->node[at];
        add(w, node->op);
        add(w, w->slot[at]);
        add(w, w->slot[node->a]);
        add(w, w->slot[second(node)]);
    }
}

/* Operations first, for runs say where they are. */
static void add_level(struct writer *w, size_t level)
{
    const size_t n = list(w, level);
    struct ob_formula_table *t = w->out;
    uint32_t at = (uint32_t)t->words, runs = 0;
    bool wide;
    add_operations(w, 0, n);
    t->word[OB_WORD_LEVEL + 2 * level] = (uint32_t)t->words;
    for (size_t i = 0; i < n; runs++) {
        size_t end = run_end(w, i, n, &wide);
        add(w, at + (uint32_t)i * OB_WORDS_OP);
        add(w, (uint32_t)(end - i));
        add(w, wide);
        i = end;
    }
    t->word[OB_WORD_LEVEL + 2 * level + 1] = runs;
}

static void write_words(struct writer *w, size_t params)
{
    struct ob_formula_table *t = w->out;
    place_leaves(w, params);
    for (size_t i = 0; i < 1 + 2 * (w->plan.passes + 1); i++)
        add(w, 0);
    for (size_t level = 0; level <= w->plan.passes; level++)
        add_level(w, level);
    t->word[OB_WORD_ROOTS] = (uint32_t)t->words;
    for (size_t k = 0; k < w->plan.m; k++)
        add(w, w->slot[w->plan.root[k]]);
}

bool ob_formula_table(const struct ob_formula_source *from, size_t params,
                      struct ob_formula_table *out, struct ob_err *err)
{
    struct writer w = { .out = out };
    *out = (struct ob_formula_table){ 0 };
    if (!plan_init(&w.plan, from->graph, from->root, from->roots, OB_VARY_ROWS, err))
        return false;
    for (size_t k = 0; k < from->roots; k++)
        OB_REQUIRE(!w.plan.lane[from->root[k]]);
    w.slot = ob_alloc(w.plan.n, sizeof *w.slot, err);
    w.depth = w.slot ? ob_alloc(w.plan.n, sizeof *w.depth, err) : NULL;
    w.step = w.depth ? ob_alloc(w.plan.n, sizeof *w.step, err) : NULL;
    bool done = w.step != NULL;
    if (done)
        write_words(&w, params);
    free(w.slot);
    free(w.depth);
    free(w.step);
    plan_finish(&w.plan);
    return done;
}

void ob_formula_table_finish(struct ob_formula_table *t)
{
    free(t->word);
    free(t->constant);
    *t = (struct ob_formula_table){ 0 };
}
