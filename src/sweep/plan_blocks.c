#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "draws.h"
#include "optbench/base/mem.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/sobol.h"
#include "plan_priv.h"

size_t plan_product(size_t a, size_t b)
{
    const size_t most = OB_PLAN_CELLS_MAX + 1;
    if (!a || !b)
        return 0;
    return a > most / b ? most : a * b;
}

static bool complain(const struct planning *g, const struct ob_sweep_axis *a,
                     const char *text)
{
    return ob_diags_add(g->diags, OB_ECONFIG, a->file, a->line, "%s%s.%s: %s",
                        a->kind ? "tune." : "sweep", a->kind ? a->kind : "", a->key,
                        text);
}

static const struct ob_sweep_axis *axis_of(const struct ob_sweep_spec *s, const char *key,
                                           const char *kind)
{
    for (size_t i = 0; i < s->axes; i++) {
        const struct ob_sweep_axis *a = &s->axis[i];
        if (strcmp(a->key, key) != 0 || !a->kind != !kind)
            continue;
        if (!kind || !strcmp(a->kind, kind))
            return a;
    }
    return NULL;
}

static bool is_drawn(const struct planning *g, const struct ob_sweep_axis *a)
{
    const struct ob_sweep_opts *o = &g->spec->opts;
    if (o->method == OB_SWEEP_GRID || ob_key_is_seed(a->key))
        return false;
    for (size_t i = 0; i < o->each.n; i++)
        if (!strcmp(o->each.item[i], a->key))
            return false;
    return true;
}

static void add_axis(const struct planning *g, struct plan_block *b,
                     const struct ob_sweep_axis *a)
{
    b->axis = ob_xreallocarray(b->axis, b->axes + 1, sizeof *b->axis);
    b->drawn = ob_xreallocarray(b->drawn, b->axes + 1, sizeof *b->drawn);
    b->axis[b->axes] = a;
    b->drawn[b->axes++] = is_drawn(g, a);
}

/* The axes of cells with this kind: those of all, replaced by its own of the same key,
 * then what it has besides. `kind` is also that of an experiment where it is no axis. */
static void fill(const struct planning *g, struct plan_block *b, const char *kind)
{
    const struct ob_sweep_spec *s = g->spec;
    for (size_t i = 0; i < s->axes; i++) {
        const struct ob_sweep_axis *a = &s->axis[i], *own;
        if (a->kind || !strcmp(a->key, KIND_KEY))
            continue;
        own = axis_of(s, a->key, kind);
        add_axis(g, b, own ? own : a);
    }
    for (size_t i = 0; i < s->axes; i++) {
        const struct ob_sweep_axis *a = &s->axis[i];
        if (a->kind && !strcmp(a->kind, kind) && !axis_of(s, a->key, NULL))
            add_axis(g, b, a);
    }
}

/* How many cells the block has; false after telling why they cannot be counted. */
static bool count(const struct planning *g, struct plan_block *b)
{
    size_t drawn = 0;
    b->cells = 1;
    b->trials = 1;
    for (size_t i = 0; i < b->axes; i++) {
        size_t n = axis_values(b->axis[i]);
        drawn += b->drawn[i];
        if (b->drawn[i])
            continue;
        if (!n)
            return complain(g, b->axis[i],
                            g->spec->opts.method == OB_SWEEP_GRID
                                ? "a grid needs the number of values: write x N behind "
                                  "the range, or method = random"
                                : "without x N it has no values that could each have "
                                  "their trials");
        b->cells = plan_product(b->cells, n);
    }
    if (drawn)
        b->trials = (size_t)g->spec->opts.trials;
    b->cells = plan_product(b->cells, b->trials);
    if (g->spec->opts.method == OB_SWEEP_SOBOL && drawn > OB_SOBOL_DIMS)
        return ob_sweep_complain(g->spec, g->diags, "method",
                                 "%zu axes to draw, and Sobol points of %d at most",
                                 drawn, OB_SOBOL_DIMS);
    return true;
}

static bool check_kind_axis(const struct planning *g)
{
    bool ok = true;
    const struct ob_sweep_axis *kinds = axis_of(g->spec, KIND_KEY, NULL);
    for (size_t i = 0; i < g->spec->axes; i++) {
        const struct ob_sweep_axis *a = &g->spec->axis[i];
        if (a->kind && !strcmp(a->key, KIND_KEY))
            ok = complain(g, a, "it stands in [sweep] only");
    }
    if (kinds && kinds->scale != OB_SWEEP_LIST)
        ok = complain(g, kinds, "a list of names, not a range");
    return ok;
}

/* Every word of [sweep] each is an axis. */
static bool check_each(const struct planning *g)
{
    const struct ob_texts *each = &g->spec->opts.each;
    for (size_t i = 0; i < each->n; i++) {
        bool known = false;
        for (size_t k = 0; k < g->spec->axes; k++)
            known = known || !strcmp(g->spec->axis[k].key, each->item[i]);
        if (!known)
            return ob_sweep_complain(
                g->spec, g->diags, "each",
                "'%.100s' is no axis: no key with a dot that [sweep] "
                "or [tune] gives values",
                each->item[i]);
    }
    return true;
}

/* What the sweep is made of, for a message: "2 x 9 x 3". */
static bool too_many(const struct planning *g)
{
    return ob_sweep_complain(g->spec, g->diags, "",
                             "more than %zu cells: give fewer values, or draw them "
                             "(method = random)",
                             OB_PLAN_CELLS_MAX);
}

bool plan_blocks(struct planning *g)
{
    const struct ob_sweep_axis *kinds = axis_of(g->spec, KIND_KEY, NULL);
    if (!check_kind_axis(g) || !check_each(g))
        return false;
    g->blocks = kinds ? kinds->value.n : 1;
    g->block = ob_xcalloc(g->blocks, sizeof *g->block);
    bool ok = true;
    for (size_t i = 0; i < g->blocks; i++) {
        struct plan_block *b = &g->block[i];
        b->kind = kinds ? kinds->value.item[i] : NULL;
        fill(g, b, b->kind ? b->kind : g->base.optimizer.type->name);
        ok = count(g, b) && ok;
        g->cells += b->cells;
        if (g->cells > OB_PLAN_CELLS_MAX)
            g->cells = OB_PLAN_CELLS_MAX + 1;
    }
    g->cells = plan_product(g->cells, g->repeats);
    return ok && (g->cells <= OB_PLAN_CELLS_MAX || too_many(g));
}

void plan_blocks_finish(struct planning *g)
{
    for (size_t i = 0; i < g->blocks; i++) {
        free(g->block[i].axis);
        free(g->block[i].drawn);
    }
    for (size_t i = 0; i < g->seeds; i++)
        free(g->seed[i].key);
    free(g->seed);
    free(g->block);
}
