/*
 * The rules of rungs, plainly: lists that are searched again and again, in place of heaps
 * and cursors. Teams are named by their first cell. Pools and steps are asked of the
 * rungs themselves: other tests are about these.
 */
#ifndef OB_TEST_SWEEP_PLAIN_RUNGS_H
#define OB_TEST_SWEEP_PLAIN_RUNGS_H

#include <math.h>

#include "optbench/sweep/rungs.h"

#include "../../lib/ob_test.h"

enum { CELLS = 120, RUNGS = 5, NONE = -1 };

/* A sweep, and what its cells would measure. */
struct sweep {
    struct ob_rungs_rules rules;
    struct ob_rungs_field field;
    uint64_t budget[CELLS];
    size_t team[CELLS], league[CELLS];
    double metric[CELLS][RUNGS];
    unsigned end[CELLS]; /* rung at which the cell has ended; RUNGS = none */
};

/* How far each cell was trained: the last rung, or NONE. */
struct outcome {
    int rung[CELLS];
};

static inline void clear(struct outcome *o)
{
    for (size_t i = 0; i < CELLS; i++)
        o->rung[i] = NONE;
}

struct plain {
    const struct sweep *s;
    const struct ob_rungs *r;
    struct outcome *o;
    size_t pool;
    int rung[CELLS];  /* of a team: the highest that it was let into */
    int known[CELLS]; /* the highest that it has come to */
};

static inline bool leads(const struct plain *p, size_t cell)
{
    for (size_t i = 0; i < cell; i++)
        if (p->s->team[i] == p->s->team[cell])
            return false;
    return ob_rungs_pool(p->r, cell) == p->pool;
}

static inline double mean(const struct plain *p, size_t team, int rung)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < p->s->field.cells; i++) {
        if (p->s->team[i] != p->s->team[team])
            continue;
        double x = p->s->metric[i][rung];
        sum += !isfinite(x) ? INFINITY : p->s->rules.maximize ? -x : x;
        n++;
    }
    return sum / n;
}

/* Teams that have come to a rung and are better there. */
static inline size_t place_in(const struct plain *p, size_t team, int rung)
{
    size_t n = 0;
    double x = mean(p, team, rung);
    for (size_t i = 0; i < p->s->field.cells; i++)
        if (i != team && leads(p, i) && p->known[i] >= rung)
            n += mean(p, i, rung) < x || (mean(p, i, rung) == x && i < team);
    return n;
}

static inline size_t came(const struct plain *p, int rung)
{
    size_t n = 0;
    for (size_t i = 0; i < p->s->field.cells; i++)
        n += leads(p, i) && p->known[i] >= rung;
    return n;
}

static inline bool ended_before(const struct plain *p, size_t cell, int rung)
{
    return rung > (int)ob_rungs_first(p->r, cell) && (int)p->s->end[cell] < rung;
}

static inline void let_in(struct plain *p, size_t team, int rung)
{
    p->rung[team] = rung;
    for (size_t i = 0; i < p->s->field.cells; i++)
        if (p->s->team[i] == p->s->team[team] && !ended_before(p, i, rung))
            p->o->rung[i] = rung;
}

static inline void plain_sync(struct plain *p)
{
    int first = (int)(ob_rungs_bracket(p->r, p->pool) % p->s->rules.rungs);
    for (size_t i = 0; i < p->s->field.cells; i++)
        if (leads(p, i)) {
            let_in(p, i, first);
            p->known[i] = first;
        }
    for (int k = first; k + 1 < (int)p->s->rules.rungs; k++) {
        size_t on = came(p, k) / p->s->rules.eta;
        bool goes[CELLS];
        for (size_t i = 0; i < p->s->field.cells; i++)
            goes[i] =
                leads(p, i) && p->known[i] == k && place_in(p, i, k) < (on ? on : 1);
        for (size_t i = 0; i < p->s->field.cells; i++)
            if (goes[i]) {
                let_in(p, i, k + 1);
                p->known[i] = k + 1;
            }
    }
}

/* Who is let in next by algorithm 2; NONE. */
static inline int pick(struct plain *p, int *rung)
{
    int first = (int)(ob_rungs_bracket(p->r, p->pool) % p->s->rules.rungs);
    for (int k = (int)p->s->rules.rungs - 2; k >= first; k--) {
        int best = NONE;
        size_t on = came(p, k) / p->s->rules.eta;
        for (size_t i = 0; i < p->s->field.cells; i++)
            if (leads(p, i) && p->rung[i] == k && p->known[i] == k &&
                place_in(p, i, k) < on &&
                (best == NONE || place_in(p, i, k) < place_in(p, (size_t)best, k)))
                best = (int)i;
        *rung = k + 1;
        if (best != NONE)
            return best;
    }
    *rung = first;
    for (size_t i = 0; i < p->s->field.cells; i++)
        if (leads(p, i) && p->rung[i] == NONE)
            return (int)i;
    return NONE;
}

static inline int pick_last(struct plain *p, int *rung)
{
    for (int k = (int)p->s->rules.rungs - 1; k >= 0; k--) {
        if (came(p, k) == 0)
            continue;
        *rung = k + 1;
        for (size_t i = 0; i < p->s->field.cells; i++)
            if (leads(p, i) && p->known[i] >= k && place_in(p, i, k) == 0)
                return k + 1 == (int)p->s->rules.rungs ? NONE : (int)i;
    }
    return NONE;
}

static inline double span(const struct plain *p, size_t cell, int rung)
{
    uint64_t from = 0, to = p->s->budget[cell];
    if (rung > (int)ob_rungs_first(p->r, cell))
        from = ob_rungs_until(p->r, cell, (unsigned)rung - 1);
    if (rung + 1 < (int)p->s->rules.rungs)
        to = ob_rungs_until(p->r, cell, (unsigned)rung);
    return to > from ? (double)(to - from) : 0;
}

/* Teams as queues of members that virtual workers take. */
static inline void plain_async(struct plain *p)
{
    struct {
        size_t cell, team;
        double end;
        int seq;
    } busy[16];
    size_t n = 0, left[CELLS] = { 0 }, at = CELLS;
    int team = NONE, seq = 0;
    double now = 0;
    for (;;) {
        while (n < p->s->rules.workers) {
            if (team == NONE) {
                int rung;
                team = pick(p, &rung);
                if (team == NONE && n == 0)
                    team = pick_last(p, &rung);
                if (team == NONE)
                    break;
                let_in(p, (size_t)team, rung);
                for (size_t i = left[team] = 0; i < p->s->field.cells; i++)
                    left[team] += p->s->team[i] == p->s->team[team];
                at = 0;
            }
            for (; at < p->s->field.cells; at++) {
                if (p->s->team[at] != p->s->team[team])
                    continue;
                if (!ended_before(p, at, p->rung[team]))
                    break;
                if (--left[team] == 0)
                    p->known[team] = p->rung[team];
            }
            if (at < p->s->field.cells) {
                busy[n].cell = at++;
                busy[n].team = (size_t)team;
                busy[n].seq = seq++;
                busy[n].end = now + span(p, busy[n].cell, p->rung[team]);
                n++;
            } else {
                team = NONE;
            }
        }
        if (n == 0)
            return;
        size_t next = 0;
        for (size_t i = 1; i < n; i++)
            if (busy[i].end < busy[next].end ||
                (busy[i].end == busy[next].end && busy[i].seq < busy[next].seq))
                next = i;
        now = busy[next].end;
        if (--left[busy[next].team] == 0)
            p->known[busy[next].team] = p->rung[busy[next].team];
        busy[next] = busy[--n];
    }
}

static inline void run_plain(const struct sweep *s, struct outcome *o)
{
    struct ob_err err;
    struct ob_rungs *r = ob_rungs_create(&s->rules, &s->field, &err);
    clear(o);
    for (size_t pool = 0; pool < ob_rungs_pools(r); pool++) {
        struct plain p = { .s = s, .r = r, .o = o, .pool = pool };
        for (size_t i = 0; i < CELLS; i++)
            p.rung[i] = p.known[i] = NONE;
        (s->rules.halving == OB_HALVING_SYNC ? plain_sync : plain_async)(&p);
    }
    ob_rungs_destroy(r);
}

#endif
