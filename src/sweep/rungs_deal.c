/* Who competes with whom: teams, pools, brackets. */
#include <config.h>

#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "rungs_priv.h"

enum { BRACKETS_MAX = 1000 };

/* Cells by team, the teams in the order of their first cells. */
static bool make_teams(struct ob_rungs *r, const struct ob_rungs_field *field,
                       struct ob_err *err)
{
    size_t n = r->cells;
    size_t *place = ob_alloc(n, sizeof *place, err); /* of a team's number; 1 = first */
    r->team_of = ob_alloc(n, sizeof *r->team_of, err);
    r->member = ob_alloc(n, sizeof *r->member, err);
    r->team = ob_alloc(n, sizeof *r->team, err);
    bool ok = place && r->team_of && r->member && r->team;
    for (size_t i = 0; ok && i < n; i++) {
        size_t number = field->team ? field->team[i] : i;
        OB_REQUIRE(number < n);
        if (place[number] == 0)
            place[number] = ++r->teams;
        r->team_of[i] = place[number] - 1;
        r->team[r->team_of[i]].n++;
    }
    for (size_t t = 1; ok && t < r->teams; t++)
        r->team[t].first = r->team[t - 1].first + r->team[t - 1].n;
    for (size_t i = 0; ok && i < n; i++) {
        struct team *t = &r->team[r->team_of[i]];
        r->member[t->first + t->left++] = i;
    }
    free(place);
    return ok;
}

/* The league of each team, numbered in the order of the plan; how many there are. */
static size_t find_leagues(const struct ob_rungs *r, const struct ob_rungs_field *field,
                           size_t *league)
{
    size_t n = 0, *number = ob_xcalloc(r->cells + 1, sizeof *number);
    for (size_t t = 0; t < r->teams; t++) {
        size_t name = field->league ? field->league[r->member[r->team[t].first]] : 0;
        OB_REQUIRE(name < r->cells);
        if (number[name] == 0)
            number[name] = ++n;
        league[t] = number[name] - 1;
    }
    free(number);
    return n;
}

/* So many rungs that one team is left of the smallest league, of its share of a bracket
 * that is, and one step of the smallest budget at the first. */
static unsigned settle_rungs(const struct ob_rungs *r, const size_t *league,
                             size_t leagues)
{
    uint64_t least = UINT64_MAX;
    size_t *teams = ob_xcalloc(leagues + 1, sizeof *teams);
    for (size_t t = 0; t < r->teams; t++)
        teams[league[t]]++;
    for (size_t i = 0; i < leagues; i++)
        if (teams[i] / r->rules.brackets < least)
            least = teams[i] / r->rules.brackets;
    for (size_t i = 0; i < r->cells; i++)
        if (r->budget[i] < least)
            least = r->budget[i];
    free(teams);
    unsigned rungs = 1;
    for (; least >= r->rules.eta && r->cells > 0 && rungs < OB_RUNGS_MAX; rungs++)
        least /= r->rules.eta;
    return rungs;
}

/* How many teams a bracket has, relative to others: as many as make equal numbers of
 * steps, the first rung having eta^-s of the budget and s + 1 rungs about the same sum.
 */
static double weight(const struct ob_rungs *r, const struct pool *p)
{
    double w = 1;
    for (unsigned k = p->first; k + 1 < r->rules.rungs; k++)
        w *= r->rules.eta;
    return w / (r->rules.rungs - p->first);
}

static void join(struct ob_rungs *r, size_t team, size_t pool)
{
    struct pool *p = &r->pool[pool];
    r->team[team].pool = pool;
    r->team[team].left = 0;
    r->team[team].rung = (uint8_t)p->first;
    p->team[p->teams++] = team;
}

/* Each team goes to the bracket of its league that lags behind its share most. */
static size_t bracket_of(const struct ob_rungs *r, size_t base, const size_t *has)
{
    size_t best = base;
    double least = 0;
    for (size_t i = base; i < base + r->rules.brackets; i++) {
        double share = (double)(has[i] + 1) / weight(r, &r->pool[i]);
        if (i == base || share < least) {
            best = i;
            least = share;
        }
    }
    return best;
}

/* Puts every team into its pool; *pool_of is [teams]. */
static void fill_pools(struct ob_rungs *r, const size_t *pool_of)
{
    for (size_t t = 0; t < r->teams; t++)
        r->pool[pool_of[t]].teams++;
    for (size_t i = 0; i < r->pools; i++) {
        r->pool[i].team = ob_xcalloc(r->pool[i].teams + 1, sizeof *r->pool[i].team);
        r->pool[i].teams = 0;
    }
    for (size_t t = 0; t < r->teams; t++)
        join(r, t, pool_of[t]);
}

/* Without halving a pool is a shard. */
static void deal_shards(struct ob_rungs *r, size_t *pool_of)
{
    size_t n = r->shards > 0 ? r->shards : 1;
    r->rules = (struct ob_rungs_rules){ .rungs = 1, .brackets = 1, .eta = 2 };
    r->pools = n < r->cells ? n : r->cells;
    r->pool = ob_xcalloc(r->pools + 1, sizeof *r->pool);
    for (size_t t = 0; t < r->teams; t++)
        pool_of[t] = r->member[r->team[t].first] % n;
}

static bool deal_brackets(struct ob_rungs *r, const struct ob_rungs_field *field,
                          size_t *pool_of, struct ob_err *err)
{
    size_t leagues = find_leagues(r, field, pool_of);
    if (r->rules.brackets > BRACKETS_MAX)
        return ob_fail(err, OB_ECONFIG, "%u brackets: at most %d", r->rules.brackets,
                       BRACKETS_MAX);
    if (r->rules.brackets == 0)
        r->rules.brackets = 1;
    if (r->rules.rungs == 0)
        r->rules.rungs = settle_rungs(r, pool_of, leagues);
    r->pools = leagues * r->rules.brackets;
    r->pool = ob_xcalloc(r->pools + 1, sizeof *r->pool);
    for (size_t i = 0; i < r->pools; i++) {
        r->pool[i].bracket = (unsigned)(i % r->rules.brackets);
        r->pool[i].first = r->pool[i].bracket % r->rules.rungs;
    }
    size_t *has = ob_xcalloc(r->pools + 1, sizeof *has);
    for (size_t t = 0; t < r->teams; t++) {
        pool_of[t] = bracket_of(r, pool_of[t] * r->rules.brackets, has);
        has[pool_of[t]]++;
    }
    free(has);
    return true;
}

static bool copy_budget(struct ob_rungs *r, const struct ob_rungs_field *field,
                        struct ob_err *err)
{
    r->budget = ob_alloc(r->cells, sizeof *r->budget, err);
    for (size_t i = 0; r->budget && i < r->cells; i++) {
        r->budget[i] = field->budget[i];
        if (r->budget[i] == 0)
            return ob_fail(err, OB_ECONFIG,
                           "halving needs a number of steps to divide, "
                           "and a cell has none");
    }
    return r->budget != NULL;
}

bool rungs_deal(struct ob_rungs *r, const struct ob_rungs_field *field,
                struct ob_err *err)
{
    bool halving = r->rules.halving != OB_HALVING_NO;
    struct ob_rungs_field plain = *field;
    if (!halving)
        plain.team = plain.league = NULL;
    if ((halving && !copy_budget(r, field, err)) || !make_teams(r, &plain, err))
        return false;
    size_t *pool_of = ob_alloc(r->teams, sizeof *pool_of, err);
    bool ok = pool_of != NULL;
    if (ok && halving)
        ok = deal_brackets(r, field, pool_of, err);
    else if (ok)
        deal_shards(r, pool_of);
    if (ok)
        fill_pools(r, pool_of);
    free(pool_of);
    return ok;
}
