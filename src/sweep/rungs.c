#include <config.h>

#include "optbench/sweep/rungs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "rungs_priv.h"

static bool async(const struct ob_rungs *r)
{
    return r->rules.halving == OB_HALVING_ASYNC;
}

static bool mine(const struct ob_rungs *r, size_t pool)
{
    return r->shards == 0 || pool % r->shards == r->shard;
}

static bool in_range(const struct ob_rungs_rules *rules, struct ob_err *err)
{
    if (rules->halving == OB_HALVING_NO)
        return true;
    if (rules->eta < 2 || rules->eta > OB_RUNGS_ETA_MAX)
        return ob_fail(err, OB_ECONFIG, "halving by %u: eta is 2 to %d", rules->eta,
                       OB_RUNGS_ETA_MAX);
    if (rules->rungs > OB_RUNGS_MAX)
        return ob_fail(err, OB_ECONFIG, "%u rungs: at most %d", rules->rungs,
                       OB_RUNGS_MAX);
    if (rules->halving == OB_HALVING_ASYNC && rules->workers < 1)
        return ob_fail(err, OB_ECONFIG, "asynchronous halving needs workers");
    return true;
}

/* What is kept of every cell. */
static bool make_cells(struct ob_rungs *r, struct ob_err *err)
{
    size_t n = r->cells;
    r->value = ob_alloc(n, r->rules.rungs * sizeof *r->value, err);
    r->told = ob_alloc(n, sizeof *r->told, err);
    r->given = ob_alloc(n, sizeof *r->given, err);
    r->ended = ob_alloc(n, sizeof *r->ended, err);
    if (!r->value || !r->told || !r->given || !r->ended)
        return false;
    for (size_t i = 0; i < n; i++) {
        r->told[i] = r->given[i] = (uint8_t)ob_rungs_first(r, i);
        r->ended[i] = NEVER_ENDED;
    }
    return true;
}

struct ob_rungs *ob_rungs_create(const struct ob_rungs_rules *rules,
                                 const struct ob_rungs_field *field, struct ob_err *err)
{
    OB_REQUIRE(field->shards == 0 || field->shard < field->shards);
    if (!in_range(rules, err))
        return NULL;
    struct ob_rungs *r = ob_xcalloc(1, sizeof *r);
    r->rules = *rules;
    r->cells = field->cells;
    r->shard = field->shard;
    r->shards = field->shards;
    if (!rungs_deal(r, field, err) || !make_cells(r, err)) {
        ob_rungs_destroy(r);
        return NULL;
    }
    for (size_t i = 0; i < r->pools; i++)
        (async(r) ? async_start : sync_start)(r, &r->pool[i]);
    return r;
}

static void pool_finish(struct pool *p, unsigned rungs)
{
    for (unsigned k = 0; p->step && k < rungs; k++) {
        heap_finish(&p->step[k].top);
        heap_finish(&p->step[k].rest);
        heap_finish(&p->step[k].ready);
    }
    heap_finish(&p->clock);
    free(p->step);
    free(p->start);
    free(p->entrant);
    free(p->team);
}

void ob_rungs_destroy(struct ob_rungs *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->pools; i++)
        pool_finish(&r->pool[i], r->rules.rungs);
    free(r->pool);
    free(r->team);
    free(r->member);
    free(r->team_of);
    free(r->ended);
    free(r->given);
    free(r->told);
    free(r->value);
    free(r->budget);
    free(r);
}

unsigned ob_rungs_count(const struct ob_rungs *r)
{
    return r->rules.rungs;
}

uint64_t ob_rungs_until(const struct ob_rungs *r, size_t cell, unsigned rung)
{
    OB_REQUIRE(cell < r->cells && rung < r->rules.rungs);
    if (rung + 1 == r->rules.rungs)
        return 0;
    uint64_t steps = r->budget[cell];
    for (unsigned k = r->rules.rungs - 1; k > rung; k--)
        steps /= r->rules.eta;
    return steps > rung ? steps : rung + 1;
}

unsigned ob_rungs_first(const struct ob_rungs *r, size_t cell)
{
    return r->pool[ob_rungs_pool(r, cell)].first;
}

/* Less is better; what is not finite is worse than anything. */
static double cost_of(const struct ob_rungs *r, double metric)
{
    if (!isfinite(metric))
        return INFINITY;
    return r->rules.maximize ? -metric : metric;
}

void ob_rungs_told(struct ob_rungs *r, size_t cell, unsigned rung, double metric,
                   bool ended)
{
    OB_REQUIRE(cell < r->cells && rung < r->rules.rungs);
    if (rung < r->told[cell])
        return;
    OB_REQUIRE(rung == r->told[cell]);
    if (rung + 1 == r->rules.rungs)
        ended = true;
    if (ended)
        r->ended[cell] = (uint8_t)rung;
    unsigned end = ended ? r->rules.rungs : rung + 1;
    for (unsigned k = rung; k < end; k++)
        r->value[cell * r->rules.rungs + k] = cost_of(r, metric);
    r->told[cell] = (uint8_t)end;
}

bool ob_rungs_knows(const struct ob_rungs *r, size_t cell, unsigned rung)
{
    OB_REQUIRE(cell < r->cells);
    return r->told[cell] > rung;
}

bool team_known(const struct ob_rungs *r, const struct team *t, unsigned rung)
{
    for (size_t i = 0; i < t->n; i++)
        if (r->told[r->member[t->first + i]] <= rung)
            return false;
    return true;
}

double team_value(const struct ob_rungs *r, const struct team *t, unsigned rung)
{
    double sum = 0;
    for (size_t i = 0; i < t->n; i++)
        sum += r->value[r->member[t->first + i] * r->rules.rungs + rung];
    return sum / (double)t->n;
}

bool rungs_wants(const struct ob_rungs *r, size_t cell, unsigned rung,
                 struct ob_sweep_job *job)
{
    if (r->told[cell] > rung || r->given[cell] > rung)
        return false;
    *job = (struct ob_sweep_job){ cell, ob_rungs_until(r, cell, rung), rung };
    return true;
}

static void advance(struct ob_rungs *r, struct pool *p)
{
    (async(r) ? async_advance : sync_advance)(r, p);
}

bool ob_rungs_next(struct ob_rungs *r, struct ob_sweep_job *job)
{
    bool found = false;
    for (size_t i = r->from; !found && i < r->pools; i++) {
        struct pool *p = &r->pool[i];
        if (mine(r, i)) {
            advance(r, p);
            found = (async(r) ? async_next : sync_next)(r, p, job);
        }
        if (i == r->from && (p->over || !mine(r, i)))
            r->from++;
    }
    for (size_t i = r->from; async(r) && !found && i < r->pools; i++)
        found = mine(r, i) && async_ahead(r, &r->pool[i], job);
    if (found)
        r->given[job->cell] = (uint8_t)(job->rung + 1);
    return found;
}

bool ob_rungs_done(struct ob_rungs *r)
{
    for (size_t i = r->from; i < r->pools; i++) {
        if (!mine(r, i))
            continue;
        advance(r, &r->pool[i]);
        if (!r->pool[i].over)
            return false;
    }
    return true;
}

const char *ob_rung_fate_name(enum ob_rung_fate fate)
{
    static const char *const names[] = { "waiting", "wanted", "held", "cut", "through" };
    return names[fate];
}

/* Whether nobody who is at the rung will go on any more. */
static bool settled(const struct ob_rungs *r, const struct pool *p, unsigned rung)
{
    return p->over || (!async(r) && p->rung > rung);
}

struct ob_rung_place ob_rungs_place(struct ob_rungs *r, size_t cell)
{
    OB_REQUIRE(cell < r->cells);
    const struct team *t = &r->team[r->team_of[cell]];
    struct pool *p = &r->pool[t->pool];
    advance(r, p);
    struct ob_rung_place place = { OB_RUNG_WAITING, t->rung };
    if (!t->in)
        return place;
    if (r->told[cell] <= t->rung)
        place.fate = OB_RUNG_WANTED;
    else if (r->ended[cell] <= t->rung)
        place.fate = OB_RUNG_THROUGH;
    else
        place.fate = settled(r, p, t->rung) ? OB_RUNG_CUT : OB_RUNG_HELD;
    return place;
}

size_t ob_rungs_pools(const struct ob_rungs *r)
{
    return r->pools;
}

size_t ob_rungs_pool(const struct ob_rungs *r, size_t cell)
{
    OB_REQUIRE(cell < r->cells);
    return r->team[r->team_of[cell]].pool;
}

unsigned ob_rungs_bracket(const struct ob_rungs *r, size_t pool)
{
    OB_REQUIRE(pool < r->pools);
    return r->pool[pool].bracket;
}

size_t ob_rungs_pool_cells(const struct ob_rungs *r, size_t pool)
{
    OB_REQUIRE(pool < r->pools);
    size_t n = 0;
    for (size_t i = 0; i < r->pool[pool].teams; i++)
        n += r->team[r->pool[pool].team[i]].n;
    return n;
}

/* Counts a team's cells, if it was let into the rung. */
static void count_team(const struct ob_rungs *r, const struct team *t, unsigned rung,
                       struct ob_rung_state *out)
{
    if (!t->in || t->rung < rung)
        return;
    out->in += t->n;
    if (t->rung > rung)
        out->on += t->n;
    for (size_t i = 0; i < t->n; i++) {
        size_t cell = r->member[t->first + i];
        uint64_t until = ob_rungs_until(r, cell, rung);
        out->known += r->told[cell] > rung;
        out->least = out->in == t->n && i == 0 ? until
                     : until < out->least      ? until
                                               : out->least;
        out->most = until > out->most ? until : out->most;
    }
}

void ob_rungs_state(struct ob_rungs *r, size_t pool, unsigned rung,
                    struct ob_rung_state *out)
{
    OB_REQUIRE(pool < r->pools && rung < r->rules.rungs);
    struct pool *p = &r->pool[pool];
    advance(r, p);
    *out = (struct ob_rung_state){ .over = settled(r, p, rung) };
    if (rung < p->first)
        return;
    for (size_t i = 0; i < p->teams; i++)
        count_team(r, &r->team[p->team[i]], rung, out);
}
