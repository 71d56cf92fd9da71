/* The rungs of a planned sweep: who competes follows from the rows of the plan. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/rungs.h"

/* Some keys of the plan, by which rows are told apart. */
struct view {
    const struct ob_plan *plan;
    bool *counts; /* [keys] */
};

static bool is_seed(const char *key)
{
    return strncmp(key, "seed.", 5) == 0 || strcmp(key, "experiment.seed") == 0;
}

static uint64_t row_hash(const struct view *v, size_t cell)
{
    uint64_t hash = 0;
    for (size_t k = 0; k < v->plan->keys; k++) {
        const char *s = ob_plan_at(v->plan, cell, k);
        if (v->counts[k] && s)
            hash = ob_hash_fast(s, strlen(s), hash + k + 1);
    }
    return hash;
}

static bool row_equal(const struct view *v, size_t a, size_t b)
{
    for (size_t k = 0; k < v->plan->keys; k++) {
        const char *s = ob_plan_at(v->plan, a, k), *t = ob_plan_at(v->plan, b, k);
        if (v->counts[k] && s != t && (!s || !t || strcmp(s, t) != 0))
            return false;
    }
    return true;
}

/* For every cell the first one that has the same values: [cells], free() it. */
static size_t *first_equal(const struct view *v)
{
    size_t n = v->plan->cells, room = 16;
    while (room < 2 * n)
        room *= 2;
    size_t *first = ob_xcalloc(n + 1, sizeof *first);
    size_t *table = ob_xcalloc(room, sizeof *table); /* cell + 1; 0 = free */
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)row_hash(v, i) & (room - 1);
        while (table[at] > 0 && !row_equal(v, table[at] - 1, i))
            at = (at + 1) & (room - 1);
        if (table[at] == 0)
            table[at] = i + 1;
        first[i] = table[at] - 1;
    }
    free(table);
    return first;
}

/* Cells that are equal but for their seeds; NULL = the plan repeats none. */
static size_t *find_teams(struct view *v)
{
    size_t seeds = 0;
    for (size_t k = 0; k < v->plan->keys; k++) {
        v->counts[k] = !is_seed(v->plan->key[k]);
        seeds += !v->counts[k];
    }
    return seeds > 0 ? first_equal(v) : NULL;
}

/* Cells of one value of the key; NULL = all compete. */
static size_t *find_leagues(struct view *v, const char *within)
{
    size_t place = ob_plan_key(v->plan, within);
    if (place == v->plan->keys)
        return NULL;
    for (size_t k = 0; k < v->plan->keys; k++)
        v->counts[k] = k == place;
    return first_equal(v);
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
    struct view v = { &s->plan, NULL };
    size_t *team = NULL, *league = NULL;
    uint64_t *budget = NULL;
    if (s->facts.rules.halving != OB_HALVING_NO) {
        v.counts = ob_xcalloc(s->plan.keys + 1, sizeof *v.counts);
        field.team = team = find_teams(&v);
        field.league = league = find_leagues(&v, s->facts.within);
        field.budget = budget = find_budgets(s);
    }
    struct ob_rungs *r = ob_rungs_create(&s->facts.rules, &field, err);
    free(v.counts);
    free(team);
    free(league);
    free(budget);
    return r;
}
