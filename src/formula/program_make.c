#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "program_priv.h"

enum {
    CACHE = 32 << 10,      /* bytes of registers and sums of a block, together */
    INPUTS_MOST = 1 << 20, /* bytes of the inputs of a block, so that thousands of
                              parameters that vary do not fill the memory */
    LEAST_BLOCK = 32,      /* lanes */
    TASKS_A_THREAD = 4,
};

bool maker_add_scalar(struct maker *k, struct scalar_op op)
{
    struct ob_program *p = k->p;
    if (p->scalars == p->scalar_cap) {
        p->scalar_cap = p->scalar_cap ? 2 * p->scalar_cap : 64;
        void *more = realloc(p->scalar, p->scalar_cap * sizeof op);
        if (!more)
            return ob_fail(k->err, OB_ENOMEM, "no memory for a program");
        p->scalar = more;
    }
    p->scalar[p->scalars++] = op;
    return true;
}

bool maker_add_lane(struct maker *k, struct lane_op op)
{
    struct ob_program *p = k->p;
    if (p->lanes == p->lane_cap) {
        p->lane_cap = p->lane_cap ? 2 * p->lane_cap : 64;
        void *more = realloc(p->lane, p->lane_cap * sizeof op);
        if (!more)
            return ob_fail(k->err, OB_ENOMEM, "no memory for a program");
        p->lane = more;
    }
    p->lane[p->lanes++] = op;
    return true;
}

/* ---- numbers that are computed once ---- */

static bool check_leaf(struct maker *k, const struct ob_node *n)
{
    const struct ob_program_opts *o = &k->p->opts;
    if ((n->op == OB_OP_PARAM || n->op == OB_OP_DIRECTION) && n->index >= o->params)
        return ob_fail(k->err, OB_ECONFIG, "parameter %u of %zu", n->index + 1,
                       o->params);
    if (n->op == OB_OP_COLUMN && n->index >= o->columns)
        return ob_fail(k->err, OB_ECONFIG, "column %u of %zu", n->index + 1, o->columns);
    return true;
}

static uint32_t slot_of_leaf(struct maker *k, const struct ob_node *n)
{
    struct ob_program *p = k->p;
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_PARAM:
        return n->index;
    case OB_OP_DIRECTION:
        return (uint32_t)p->opts.params + n->index;
    case OB_OP_ROWS:
        return (uint32_t)p->rows_slot;
    default:
        return (uint32_t)p->slots++;
    }
}

/* Places for uniform leaves and for sums, those of a pass being neighbours. */
static bool lay_out(struct maker *k)
{
    struct ob_program *p = k->p;
    const struct plan *plan = &k->plan;
    for (size_t i = 0; i < plan->n; i++)
        p->directed |=
            plan->needed[i] && !plan->lane[i] && plan->g->node[i].op == OB_OP_DIRECTION;
    p->slots = p->opts.params * (p->directed ? 2 : 1);
    p->rows_slot = p->slots++;
    for (size_t i = 0; i < plan->n; i++) {
        const struct ob_node *n = &plan->g->node[i];
        if (!plan->needed[i])
            continue;
        if (!check_leaf(k, n))
            return false;
        if (!plan->lane[i] && ob_formula_operands(n->op) == 0)
            k->slot[i] = slot_of_leaf(k, n);
    }
    for (size_t pass = 0; pass < p->passes; pass++) {
        p->pass[pass].sum_slot = p->slots;
        for (uint32_t i = 0; i < plan->n; i++)
            if (plan_sums(plan, pass, i))
                k->slot[i] = (uint32_t)p->slots++;
        p->pass[pass].sums = p->slots - p->pass[pass].sum_slot;
        if (p->pass[pass].sums > p->most_sums)
            p->most_sums = p->pass[pass].sums;
    }
    return true;
}

static void write_number(const struct ob_program *p, size_t slot, double value)
{
    if (p->opts.dtype == OB_F32)
        ((float *)p->u)[slot] = (float)value;
    else
        ((double *)p->u)[slot] = value;
}

static bool fill_constants(struct maker *k)
{
    struct ob_program *p = k->p;
    p->u = ob_alloc(p->slots, p->size, k->err);
    for (size_t i = 0; p->u && i < k->plan.n; i++)
        if (k->plan.needed[i] && k->plan.g->node[i].op == OB_OP_CONST)
            write_number(p, k->slot[i], k->plan.g->node[i].value);
    return p->u != NULL;
}

/* ---- roots ---- */

static void list_roots(struct maker *k)
{
    for (size_t r = k->p->roots; r-- > 0;) {
        uint32_t i = k->plan.root[r];
        k->next_root[r] = k->first_root[i];
        k->first_root[i] = (uint32_t)r + 1;
    }
}

static void place_roots(struct maker *k)
{
    for (size_t r = 0; r < k->p->roots; r++) {
        uint32_t i = k->plan.root[r];
        k->p->root_slot[r] = k->plan.lane[i] ? PROGRAM_NONE : k->slot[i];
    }
}

/* ---- what tasks work with ---- */

static size_t choose_block(const struct ob_program *p)
{
    size_t sums = p->most_sums * OB_LANES * p->size;
    size_t room = sums < CACHE / 2 ? CACHE - sums : CACHE / 2;
    size_t block = OB_CHUNK;
    while (block > LEAST_BLOCK && (block * p->registers * p->size > room ||
                                   block * p->inputs * p->size > INPUTS_MOST))
        block /= 2;
    return block;
}

static bool make_scratch(struct ob_program *p, struct scratch *s, struct ob_err *err)
{
    size_t reg = p->block * p->size + PROGRAM_PAD;
    size_t bytes = p->registers * reg + p->most_sums * OB_LANES * p->size +
                   p->inputs * p->block * p->size;
    s->v = ob_alloc(p->inputs + p->registers, sizeof *s->v, err);
    s->memory = s->v ? ob_alloc(bytes, 1, err) : NULL;
    for (size_t r = 0; s->memory && r < p->registers; r++)
        s->v[p->inputs + r] = s->memory + r * reg;
    return s->memory != NULL;
}

static bool make_scratches(struct ob_program *p, struct ob_err *err)
{
    size_t chunks = (p->opts.rows + OB_CHUNK - 1) / OB_CHUNK;
    p->block = choose_block(p);
    p->tasks = p->opts.threads > 1 ? TASKS_A_THREAD * (size_t)p->opts.threads : 1;
    if (p->opts.vary == OB_VARY_ROWS && p->tasks > chunks)
        p->tasks = chunks > 0 ? chunks : 1;
    p->scratch = ob_xcalloc(p->tasks, sizeof *p->scratch);
    for (size_t t = 0; t < p->tasks; t++)
        if (!make_scratch(p, &p->scratch[t], err))
            return false;
    if (chunks <= !p->opts.share || p->most_sums == 0)
        return true;
    p->partial = ob_alloc(chunks * p->most_sums, p->size, err);
    return p->partial != NULL;
}

/* ---- the whole ---- */

static bool maker_init(struct maker *k, struct ob_program *p, const struct ob_graph *g,
                       const uint32_t *root, struct ob_err *err)
{
    *k = (struct maker){ .p = p, .err = err };
    if (!plan_init(&k->plan, g, root, p->roots, p->opts.vary, err))
        return false;
    k->plan.late = p->opts.in_place;
    size_t n = k->plan.n + 1;
    uint32_t **arrays[] = { &k->slot, &k->place,      &k->uses,
                            &k->last, &k->first_root, &k->free_reg };
    for (size_t a = 0; a < OB_COUNT(arrays); a++)
        if (!(*arrays[a] = ob_alloc(n, sizeof **arrays[a], err)))
            return false;
    k->fused = ob_alloc(n, sizeof *k->fused, err);
    k->next_root = k->fused ? ob_alloc(p->roots, sizeof *k->next_root, err) : NULL;
    memset(k->place, 0xff, n * sizeof *k->place);
    return k->next_root != NULL;
}

static void maker_finish(struct maker *k)
{
    plan_finish(&k->plan);
    free(k->slot);
    free(k->place);
    free(k->uses);
    free(k->last);
    free(k->fused);
    free(k->first_root);
    free(k->next_root);
    free(k->free_reg);
}

static bool make(struct ob_program *p, const struct ob_graph *g, const uint32_t *root,
                 struct ob_err *err)
{
    struct maker k;
    bool done = false;
    if (!maker_init(&k, p, g, root, err))
        goto end;
    p->passes = k.plan.passes;
    p->pass = ob_xcalloc(p->passes + 1, sizeof *p->pass);
    p->root_slot = ob_alloc(p->roots, sizeof *p->root_slot, err);
    if (!p->root_slot || !lay_out(&k) || !maker_inputs(&k))
        goto end;
    list_roots(&k);
    done = true;
    for (size_t pass = 0; done && pass <= p->passes; pass++)
        done = maker_uniform(&k, pass) && (pass == p->passes || maker_pass(&k, pass));
    place_roots(&k);
    done = done && fill_constants(&k) && make_scratches(p, err);
end:
    maker_finish(&k);
    return done;
}

/* Points over data: one point at a time. */
static bool make_single(struct ob_program *p, const struct ob_graph *g,
                        const uint32_t *root, struct ob_err *err)
{
    struct ob_program_opts opts = p->opts;
    opts.vary = OB_VARY_ROWS;
    p->theta = ob_alloc(opts.params, p->size, err);
    p->direction = p->theta ? ob_alloc(opts.params, p->size, err) : NULL;
    p->single_out = ob_xcalloc(p->roots, sizeof *p->single_out);
    if (p->direction)
        p->single = ob_program_create(g, root, p->roots, &opts, err);
    return p->single != NULL;
}

/* Whether a root is computed from the data, by way of sums over the rows. */
static bool uses_data(const struct ob_graph *g, const uint32_t *root, size_t m)
{
    bool *needed = ob_xcalloc(g->n, sizeof *needed), uses = false;
    size_t n = plan_mark(g, root, m, needed);
    for (size_t i = 0; i < n; i++)
        uses |= needed[i] && g->node[i].op == OB_OP_COLUMN;
    free(needed);
    return uses;
}

struct ob_program *ob_program_create(const struct ob_graph *g, const uint32_t *root,
                                     size_t m, const struct ob_program_opts *opts,
                                     struct ob_err *err)
{
    struct ob_program *p = ob_xcalloc(1, sizeof *p);
    p->opts = *opts;
    p->roots = m;
    p->size = ob_dtype_size(opts->dtype);
    OB_REQUIRE(!opts->in_place || opts->vary == OB_VARY_ROWS);
    p->table = lane_table_of(opts->isa ? *opts->isa : ob_cpu_isa(), opts->dtype);
    for (size_t k = 0; k < m; k++) {
        OB_REQUIRE(root[k] < g->n);
        OB_REQUIRE(opts->vary == OB_VARY_ROWS || !g->node[root[k]].rows);
    }
    bool data = opts->vary != OB_VARY_ROWS && uses_data(g, root, m);
    if (data ? make_single(p, g, root, err) : make(p, g, root, err))
        return p;
    ob_program_destroy(p);
    return NULL;
}

void ob_program_destroy(struct ob_program *p)
{
    if (!p)
        return;
    for (size_t t = 0; p->scratch && t < p->tasks; t++) {
        free(p->scratch[t].v);
        free(p->scratch[t].memory);
    }
    ob_program_destroy(p->single);
    free(p->single_out);
    free(p->theta);
    free(p->direction);
    free(p->scratch);
    free(p->partial);
    free(p->scalar);
    free(p->lane);
    free(p->pass);
    free(p->input);
    free(p->u);
    free(p->root_slot);
    free(p);
}

void ob_program_size(const struct ob_program *p, struct ob_program_size *out)
{
    *out = (struct ob_program_size){ 0 };
    p = p->single ? p->single : p;
    *out = (struct ob_program_size){ .uniform = p->scalars,
                                     .lane = p->lanes,
                                     .passes = p->passes,
                                     .registers = p->registers,
                                     .block = p->block };
    for (size_t k = 0; k < p->passes; k++)
        out->sums += p->pass[k].sums;
}
