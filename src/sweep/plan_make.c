#include <config.h>

#include "optbench/sweep/plan_make.h"

#include <stdlib.h>
#include <string.h>

#include "draws.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"
#include "optbench/sweep/sobol.h"
#include "plan_priv.h"
#include "plan_text.h"

#define EVALS_KEY "stop.max_evals"
#define STEPS_KEY "stop.max_steps"

/* ---- equal numbers of evaluations ---- */

static bool is_axis(const struct ob_sweep_spec *s, const char *key)
{
    for (size_t i = 0; i < s->axes; i++)
        if (!strcmp(s->axis[i].key, key))
            return true;
    return false;
}

/* What a run may evaluate, as far as the experiment says. */
static int64_t allowance(const struct ob_spec *base)
{
    const struct ob_stop_opts *o = &base->stop;
    return o->max_evals > 0 ? o->max_evals : o->max_steps;
}

static bool share_evaluations(struct planning *g)
{
    const struct ob_sweep_opts *o = &g->spec->opts;
    size_t most = 1;
    int64_t longest = 0;
    if (o->equal != OB_SWEEP_EVALUATIONS)
        return true;
    if (is_axis(g->spec, EVALS_KEY) || is_axis(g->spec, STEPS_KEY))
        return ob_sweep_complain(g->spec, g->diags, "equal",
                                 "evaluations are what " EVALS_KEY " and " STEPS_KEY
                                 " would say: they cannot be axes, too");
    for (size_t i = 0; i < g->blocks; i++)
        most = g->block[i].cells > most ? g->block[i].cells : most;
    int64_t each = allowance(&g->base);
    int64_t all = o->evaluations;
    if (!all && (each <= 0 || each > INT64_MAX / (int64_t)most))
        return ob_sweep_complain(g->spec, g->diags, "equal",
                                 "the experiment allows no number of evaluations that "
                                 "could be shared out: give evaluations");
    all = all ? all : each * (int64_t)most;
    for (size_t i = 0; i < g->blocks; i++) {
        struct plan_block *b = &g->block[i];
        b->evals = all / (int64_t)b->cells;
        longest = b->evals > longest ? b->evals : longest;
        if (!b->evals)
            return ob_sweep_complain(
                g->spec, g->diags, "evaluations",
                "%lld are less than one for each of the %zu cells%s%s", (long long)all,
                b->cells, b->kind ? " of " : "", b->kind ? b->kind : "");
    }
    if (g->base.stop.max_steps > 0 && g->base.stop.max_steps < longest)
        g->steps = longest;
    return true;
}

/* ---- columns ---- */

static void add_key(struct planning *g, const char *key)
{
    for (size_t k = 0; k < g->keys; k++)
        if (!strcmp(g->key[k], key))
            return;
    g->key = ob_xreallocarray(g->key, g->keys + 1, sizeof *g->key);
    g->key[g->keys++] = key;
}

static void name_columns(struct planning *g)
{
    if (g->block[0].kind)
        add_key(g, KIND_KEY);
    for (size_t i = 0; i < g->blocks; i++)
        for (size_t k = 0; k < g->block[i].axes; k++)
            add_key(g, g->block[i].axis[k]->key);
    for (size_t i = 0; i < g->seeds; i++)
        add_key(g, g->seed[i].key);
    if (g->spec->opts.equal == OB_SWEEP_EVALUATIONS)
        add_key(g, EVALS_KEY);
    if (g->steps)
        add_key(g, STEPS_KEY);
}

/* ---- rows ---- */

/* One cell: its block, its place there, the combination of seeds. */
struct where {
    const struct plan_block *block;
    size_t local, repeat;
};

/* Cell i of the plan before it is shuffled. */
static struct where locate(const struct planning *g, size_t i)
{
    struct where w = { 0 };
    size_t blocks = g->cells / g->repeats; /* cells of all blocks with one seed */
    bool by_seed = g->spec->opts.order != OB_SWEEP_BY_CELL;
    w.repeat = by_seed ? i / blocks : i % g->repeats;
    w.local = by_seed ? i % blocks : i / g->repeats;
    for (w.block = g->block; w.local >= w.block->cells; w.block++)
        w.local -= w.block->cells;
    return w;
}

/* A number for a key: the stream of its draws. */
static uint64_t stream_of(const char *key)
{
    return ob_hash(key, strlen(key), 0);
}

static double uniform(const struct planning *g, const struct plan_block *b, size_t axis,
                      size_t trial)
{
    const struct ob_sweep_opts *o = &g->spec->opts;
    const uint64_t seed = (uint64_t)o->seed;
    if (o->method == OB_SWEEP_SOBOL) {
        unsigned dim = 0;
        for (size_t k = 0; k < axis; k++)
            dim += b->drawn[k];
        return ob_sobol((uint32_t)trial, dim, seed, o->scramble);
    }
    struct ob_rng rng;
    ob_rng_init(&rng, seed, stream_of(b->axis[axis]->key));
    ob_rng_seek(&rng, 2 * (uint64_t)trial);
    return ob_rng_uniform(&rng);
}

/* The value of axis k: the last axis that is not drawn changes fastest but for the
 * trials. */
static void add_axis_value(const struct planning *g, const struct where *w, size_t k,
                           struct ob_buf *out)
{
    const struct plan_block *b = w->block;
    size_t rest = w->local / b->trials;
    if (b->drawn[k]) {
        axis_draw(b->axis[k], uniform(g, b, k, w->local % b->trials), out);
        return;
    }
    for (size_t i = b->axes; i-- > k + 1;)
        if (!b->drawn[i])
            rest /= axis_values(b->axis[i]);
    axis_value(b->axis[k], rest % axis_values(b->axis[k]), out);
}

static void add_integer(int64_t v, struct ob_buf *out)
{
    ob_buf_addf(out, "%lld", (long long)v);
}

/* The value of seed number `at` in combination w->repeat; the last one changes fastest.
 */
static void add_seed(const struct planning *g, const struct where *w, size_t at,
                     struct ob_buf *out)
{
    size_t rest = w->repeat;
    for (size_t i = g->seeds; i-- > at + 1;)
        rest /= (size_t)g->seed[i].n;
    add_integer(g->seed[at].first + (int64_t)(rest % (size_t)g->seed[at].n), out);
}

/* The value of a column; false where the cell does not set it. */
static bool add_value(const struct planning *g, const struct where *w, const char *key,
                      struct ob_buf *out)
{
    const struct plan_block *b = w->block;
    for (size_t k = 0; k < b->axes; k++)
        if (!strcmp(b->axis[k]->key, key)) {
            add_axis_value(g, w, k, out);
            return true;
        }
    for (size_t i = 0; i < g->seeds; i++)
        if (!strcmp(g->seed[i].key, key)) {
            add_seed(g, w, i, out);
            return true;
        }
    if (b->kind && !strcmp(key, KIND_KEY))
        ob_buf_adds(out, b->kind);
    else if (b->evals && !strcmp(key, EVALS_KEY))
        add_integer(b->evals, out);
    else if (g->steps && !strcmp(key, STEPS_KEY))
        add_integer(g->steps, out);
    else
        return false;
    return true;
}

/* In which order the cells stand; NULL = as they are. */
static size_t *shuffled(const struct planning *g)
{
    if (g->spec->opts.order != OB_SWEEP_SHUFFLED)
        return NULL;
    struct ob_rng rng;
    size_t *order = ob_xcalloc(g->cells, sizeof *order);
    ob_rng_init(&rng, (uint64_t)g->spec->opts.seed, stream_of("order"));
    for (size_t i = 0; i < g->cells; i++) {
        size_t j = ob_rng_below(&rng, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

/* The plan as its file has it. */
static void write_plan(const struct planning *g, struct ob_buf *out)
{
    const struct ob_plan names = { .digits = plan_digits(g->cells) };
    struct ob_buf value = { 0 };
    size_t *order = shuffled(g);
    ob_buf_adds(out, "cell");
    for (size_t k = 0; k < g->keys; k++) {
        ob_buf_addc(out, ',');
        plan_add_field(g->key[k], out);
    }
    ob_buf_addc(out, '\n');
    for (size_t i = 0; i < g->cells; i++) {
        char name[OB_PLAN_NAME_MAX];
        struct where w = locate(g, order ? order[i] : i);
        ob_plan_name(&names, i, name);
        ob_buf_adds(out, name);
        for (size_t k = 0; k < g->keys; k++) {
            ob_buf_clear(&value);
            ob_buf_addc(out, ',');
            if (add_value(g, &w, g->key[k], &value))
                plan_add_field(ob_buf_text(&value), out);
        }
        ob_buf_addc(out, '\n');
    }
    free(order);
    ob_buf_finish(&value);
}

static bool make(struct planning *g, struct ob_plan *p)
{
    struct ob_buf text = { 0 };
    struct ob_err err;
    if (!plan_seeds(g) || !plan_blocks(g) || !share_evaluations(g))
        return false;
    name_columns(g);
    if (!g->keys)
        return ob_sweep_complain(g->spec, g->diags, "",
                                 "it has no axis: name a key of the experiment and its "
                                 "values, as in optimizer.lr = 0.01, 0.1, or seeds");
    write_plan(g, &text);
    bool ok = ob_plan_read(p, ob_buf_text(&text), text.len, &err);
    if (!ok)
        ob_diags_add_err(g->diags, NULL, 0, &err);
    ob_buf_finish(&text);
    return ok;
}

bool ob_plan_make(struct ob_plan *p, const struct ob_sweep_spec *s,
                  const struct ob_spec_from *from, struct ob_diags *diags)
{
    struct planning g = { .spec = s, .diags = diags };
    struct ob_diags unheard = { 0 }; /* an axis may give what the experiment lacks */
    ob_spec_read(from, &g.base, &unheard);
    bool ok = make(&g, p);
    plan_blocks_finish(&g);
    free(g.key);
    ob_spec_finish(&g.base);
    ob_diags_finish(&unheard);
    return ok;
}
