#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "plan_priv.h"

static const char whole[] = "experiment.seed", section[] = "seed.";

#define complain(g, ...) ob_sweep_complain((g)->spec, (g)->diags, "seeds", __VA_ARGS__)

/* The seed that the experiment has for the word; *p NULL = it has none of that name. */
static int64_t first_of(const struct planning *g, const char *word,
                        const struct ob_param **p)
{
    int64_t v;
    *p = ob_param_find(ob_seed_params, word);
    if (*p && (*p)->kind != OB_PARAM_INTEGER)
        *p = NULL;
    if (!*p)
        return 0;
    memcpy(&v, (const char *)&g->base.seed + (*p)->offset, sizeof v);
    return v;
}

static bool unknown(struct planning *g, const char *word)
{
    struct ob_suggest near;
    ob_suggest_init(&near, word);
    for (const struct ob_param *p = ob_seed_params; p->kind; p++)
        if (p->kind == OB_PARAM_INTEGER)
            ob_suggest_offer(&near, p->name);
    if (near.best)
        return complain(g, "[seed] has no '%.100s'; did you mean '%s'?", word, near.best);
    return complain(g,
                    "'%.100s' is neither a number of seeds nor a key of [seed]: data, "
                    "init, batch, ...; 'optbench explain seed' has them",
                    word);
}

static bool is_taken(const struct planning *g, const char *key)
{
    for (size_t i = 0; i < g->seeds; i++)
        if (!strcmp(g->seed[i].key, key))
            return true;
    for (size_t i = 0; i < g->spec->axes; i++)
        if (!strcmp(g->spec->axis[i].key, key))
            return true;
    return false;
}

static bool add(struct planning *g, char *key, int64_t first, const char *number)
{
    int64_t n;
    bool ok = true;
    if (!ob_integer_parse(number, strlen(number), &n) || n < 1 ||
        n > (int64_t)OB_PLAN_CELLS_MAX)
        ok = complain(g, "'%.100s' is no number of seeds: 1 or more", number);
    else if (is_taken(g, key))
        ok = complain(g, "%s is an axis already", key);
    if (!ok) {
        free(key);
        return false;
    }
    g->seed = ob_xreallocarray(g->seed, g->seeds + 1, sizeof *g->seed);
    g->seed[g->seeds++] = (struct plan_seed){ key, first, n };
    g->repeats = plan_product(g->repeats, (size_t)n);
    return true;
}

bool plan_seeds(struct planning *g)
{
    const struct ob_texts *words = &g->spec->opts.seeds;
    int64_t n;
    g->repeats = 1;
    if (words->n == 1 && ob_integer_parse(words->item[0], strlen(words->item[0]), &n))
        return add(g, ob_xstrdup(whole), g->base.experiment.seed, words->item[0]);
    for (size_t i = 0; i < words->n; i += 2) {
        const struct ob_param *p;
        int64_t first = first_of(g, words->item[i], &p);
        if (!p)
            return unknown(g, words->item[i]);
        if (i + 1 == words->n)
            return complain(g, "how many seeds of '%.100s'?", words->item[i]);
        if (!add(g, ob_xasprintf("%s%s", section, p->name), first, words->item[i + 1]))
            return false;
    }
    return true;
}
