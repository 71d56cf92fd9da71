/* The rungs of a planned sweep: who competes follows from the rows of the plan. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "equal.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/rungs.h"

/* Cells that are equal but for their seeds; NULL = the plan repeats none. */
static size_t *find_teams(const struct ob_plan *p, bool *counts)
{
    size_t seeds = 0;
    for (size_t k = 0; k < p->keys; k++) {
        counts[k] = !ob_key_is_seed(p->key[k]);
        seeds += !counts[k];
    }
    return seeds > 0 ? plan_equal(p, counts) : NULL;
}

/* Cells of one value of the key; NULL = all compete. */
static size_t *find_leagues(const struct ob_plan *p, bool *counts, const char *within)
{
    size_t place = ob_plan_key(p, within);
    if (place == p->keys)
        return NULL;
    for (size_t k = 0; k < p->keys; k++)
        counts[k] = k == place;
    return plan_equal(p, counts);
}

/* The number that a cell's row has for a key; 0 = it has none. */
static uint64_t row_number(const struct ob_plan *p, size_t cell, size_t key)
{
    double x;
    const char *text = key < p->keys ? ob_plan_at(p, cell, key) : NULL;
    if (!text || !ob_number_parse(text, strlen(text), &x) || !(x >= 1 && x <= 0x1p53))
        return 0;
    return (uint64_t)x;
}

static uint64_t *find_budgets(const struct ob_sweep *s)
{
    const struct ob_plan *p = &s->plan;
    size_t steps = ob_plan_key(p, "stop.max_steps"),
           evals = ob_plan_key(p, "stop.max_evals");
    uint64_t *budget = ob_xcalloc(p->cells + 1, sizeof *budget);
    for (size_t i = 0; i < p->cells; i++) {
        uint64_t a = row_number(p, i, steps), b = row_number(p, i, evals);
        budget[i] = a > 0 && (b == 0 || a < b) ? a : b;
        if (budget[i] == 0)
            budget[i] = s->facts.steps;
    }
    return budget;
}

struct ob_rungs *ob_rungs_of(const struct ob_sweep *s, size_t shard, size_t shards,
                             struct ob_err *err)
{
    struct ob_rungs_field field = { .cells = s->plan.cells,
                                    .shard = shard,
                                    .shards = shards };
    bool *counts = NULL;
    size_t *team = NULL, *league = NULL;
    uint64_t *budget = NULL;
    if (s->facts.rules.halving != OB_HALVING_NO) {
        counts = ob_xcalloc(s->plan.keys + 1, sizeof *counts);
        field.team = team = find_teams(&s->plan, counts);
        field.league = league = find_leagues(&s->plan, counts, s->facts.within);
        field.budget = budget = find_budgets(s);
    }
    struct ob_rungs *r = ob_rungs_create(&s->facts.rules, &field, err);
    free(counts);
    free(team);
    free(league);
    free(budget);
    return r;
}
