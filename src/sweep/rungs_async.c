/* Asynchronous halving over a virtual clock: Li et al. 2020, algorithm 2. */
#include <config.h>

#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "rungs_priv.h"

void async_start(struct ob_rungs *r, struct pool *p)
{
    p->open = RUNGS_NONE;
    p->step = ob_xcalloc(r->rules.rungs, sizeof *p->step);
    for (unsigned k = 0; k < r->rules.rungs; k++)
        p->step[k].top.greatest = true;
}

/* Virtual time between the rung before and this one. */
static double cost(const struct ob_rungs *r, const struct pool *p, size_t cell,
                   unsigned rung)
{
    uint64_t begin = rung > p->first ? ob_rungs_until(r, cell, rung - 1) : 0;
    uint64_t end = ob_rungs_until(r, cell, rung);
    if (end == 0)
        end = r->budget[cell];
    return end > begin ? (double)(end - begin) : 0;
}

/* A virtual worker begins with a cell. */
static void begin(struct ob_rungs *r, struct pool *p, size_t cell, unsigned rung)
{
    if (p->starts == p->starts_cap) {
        p->starts_cap = p->starts_cap > 0 ? 2 * p->starts_cap : 16;
        p->start = ob_xreallocarray(p->start, p->starts_cap, sizeof *p->start);
    }
    heap_push(&p->clock,
              (struct heap_item){ p->now + cost(r, p, cell, rung), p->starts });
    p->start[p->starts++] =
        (struct ob_sweep_job){ cell, ob_rungs_until(r, cell, rung), rung };
}

/* The best of the rest is among the first; it may go on. */
static void rise(struct ob_rungs *r, struct step *s, unsigned rung)
{
    struct heap_item best = heap_pop(&s->rest);
    heap_push(&s->top, best);
    if (r->team[best.id].rung == rung) {
        r->team[best.id].foremost = true;
        heap_push(&s->ready, best);
    }
}

/* All members of a team have come to its rung. */
static void arrive(struct ob_rungs *r, struct pool *p, size_t team)
{
    struct team *t = &r->team[team];
    struct step *s = &p->step[t->rung];
    heap_push(&s->rest, (struct heap_item){ team_value(r, t, t->rung), team });
    s->came++;
    if (s->came % r->rules.eta == 0) {
        rise(r, s, t->rung);
    } else if (s->top.n > 0 && heap_less(s->rest.at[0], s->top.at[0])) {
        struct heap_item last = heap_pop(&s->top);
        if (r->team[last.id].rung == t->rung)
            r->team[last.id].foremost = false;
        rise(r, s, t->rung);
        heap_push(&s->rest, last);
    }
}

static void leave(struct ob_rungs *r, struct pool *p, size_t team)
{
    if (--r->team[team].left == 0)
        arrive(r, p, team);
}

/* A team is let into a rung; its members are started as workers become free. */
static void admit(struct ob_rungs *r, struct pool *p, size_t team, unsigned rung)
{
    struct team *t = &r->team[team];
    t->rung = (uint8_t)rung;
    t->in = true;
    t->foremost = false;
    t->left = t->n;
    p->open = team;
    p->open_member = 0;
}

/* Who may go on from a rung; RUNGS_NONE. */
static size_t foremost(struct ob_rungs *r, struct step *s, unsigned rung)
{
    while (s->ready.n > 0) {
        const struct team *t = &r->team[s->ready.at[0].id];
        if (t->rung == rung && t->foremost)
            return s->ready.at[0].id;
        heap_pop(&s->ready);
    }
    return RUNGS_NONE;
}

/* Lets a team into a rung: get_job() of the paper. False where there is none. */
static bool choose(struct ob_rungs *r, struct pool *p)
{
    for (unsigned k = r->rules.rungs - 1; k-- > p->first;) {
        size_t team = foremost(r, &p->step[k], k);
        if (team == RUNGS_NONE)
            continue;
        admit(r, p, team, k + 1);
        return true;
    }
    if (p->fresh == p->teams)
        return false;
    admit(r, p, p->team[p->fresh++], p->first);
    return true;
}

/* Begins with a member of the open team, passing over those that have ended: they are
 * at its rung at once. False where it has none left. */
static bool begin_member(struct ob_rungs *r, struct pool *p)
{
    size_t team = p->open;
    const struct team *t = &r->team[team];
    unsigned rung = t->rung;
    while (p->open_member < t->n) {
        size_t cell = r->member[t->first + p->open_member++];
        if (r->ended[cell] >= rung) {
            begin(r, p, cell, rung);
            return true;
        }
        leave(r, p, team);
    }
    p->open = RUNGS_NONE;
    return false;
}

/* Where nothing is left to do and none has got through: the best of the highest rung. */
static bool let_through(struct ob_rungs *r, struct pool *p)
{
    unsigned k = r->rules.rungs - 1;
    while (k > p->first && p->step[k].came == 0)
        k--;
    if (k + 1 == r->rules.rungs || p->step[k].came == 0)
        return false;
    struct step *s = &p->step[k];
    OB_REQUIRE(s->top.n == 0 && s->rest.n > 0);
    admit(r, p, s->rest.at[0].id, k + 1);
    return true;
}

/* Gives every free worker something; false where nothing is left at all. */
static bool occupy(struct ob_rungs *r, struct pool *p)
{
    while (p->clock.n < r->rules.workers) {
        if (p->open != RUNGS_NONE)
            begin_member(r, p);
        else if (!choose(r, p) && (p->clock.n > 0 || !let_through(r, p)))
            break;
    }
    return p->clock.n > 0;
}

void async_advance(struct ob_rungs *r, struct pool *p)
{
    while (!p->over) {
        if (!occupy(r, p)) {
            p->over = true;
            return;
        }
        struct heap_item next = p->clock.at[0];
        const struct ob_sweep_job *job = &p->start[next.id];
        if (r->told[job->cell] <= job->rung)
            return;
        heap_pop(&p->clock);
        p->now = next.key;
        leave(r, p, r->team_of[job->cell]);
    }
}

bool async_next(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job)
{
    while (p->handed < p->starts) {
        const struct ob_sweep_job *start = &p->start[p->handed++];
        if (rungs_wants(r, start->cell, start->rung, job))
            return true;
    }
    return false;
}

bool async_ahead(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job)
{
    for (; p->ahead < p->teams; p->ahead++, p->ahead_member = 0) {
        const struct team *t = &r->team[p->team[p->ahead]];
        while (p->ahead_member < t->n)
            if (rungs_wants(r, r->member[t->first + p->ahead_member++], p->first, job))
                return true;
    }
    return false;
}
