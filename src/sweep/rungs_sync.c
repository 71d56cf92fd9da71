/* Halving by whole rungs: Jamieson, Talwalkar 2016, figure 3. */
#include <config.h>

#include <stdlib.h>

#include "optbench/base/mem.h"
#include "rungs_priv.h"

void sync_start(struct ob_rungs *r, struct pool *p)
{
    p->rung = p->first;
    p->entrants = p->teams;
    p->entrant = ob_xcalloc(p->teams, sizeof *p->entrant);
    for (size_t i = 0; i < p->teams; i++) {
        p->entrant[i] = p->team[i];
        r->team[p->team[i]].in = true;
    }
}

static int by_value(const void *a, const void *b)
{
    const struct heap_item *x = a, *y = b;
    return heap_less(*y, *x) - heap_less(*x, *y);
}

static int by_plan(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The best 1/eta of the rung, one at least, become the next rung. */
static void promote(struct ob_rungs *r, struct pool *p)
{
    size_t n = p->entrants / r->rules.eta;
    struct heap_item *item = ob_xcalloc(p->entrants, sizeof *item);
    for (size_t i = 0; i < p->entrants; i++) {
        const struct team *t = &r->team[p->entrant[i]];
        item[i] = (struct heap_item){ team_value(r, t, p->rung), p->entrant[i] };
    }
    qsort(item, p->entrants, sizeof *item, by_value);
    p->entrants = n > 0 ? n : 1;
    p->rung++;
    for (size_t i = 0; i < p->entrants; i++) {
        p->entrant[i] = item[i].id;
        r->team[item[i].id].rung = (uint8_t)p->rung;
    }
    qsort(p->entrant, p->entrants, sizeof *p->entrant, by_plan);
    p->known = p->given = p->given_member = 0;
    free(item);
}

void sync_advance(struct ob_rungs *r, struct pool *p)
{
    while (!p->over) {
        while (p->known < p->entrants &&
               team_known(r, &r->team[p->entrant[p->known]], p->rung))
            p->known++;
        if (p->known < p->entrants)
            return;
        if (p->entrants == 0 || p->rung + 1 == r->rules.rungs)
            p->over = true;
        else
            promote(r, p);
    }
}

bool sync_next(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job)
{
    while (p->given < p->entrants) {
        const struct team *t = &r->team[p->entrant[p->given]];
        while (p->given_member < t->n)
            if (rungs_wants(r, r->member[t->first + p->given_member++], p->rung, job))
                return true;
        p->given++;
        p->given_member = 0;
    }
    return false;
}
