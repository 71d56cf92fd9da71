/*
 * The rungs from inside: teams, pools and what both ways of halving have in common.
 * Private to the rungs (rungs.c: what is known; rungs_deal.c: who competes with whom;
 * rungs_sync.c, rungs_async.c: who goes on).
 */
#ifndef OB_SWEEP_RUNGS_PRIV_H
#define OB_SWEEP_RUNGS_PRIV_H

#include "optbench/sweep/rungs.h"
#include "rungs_heap.h"

#define RUNGS_NONE ((size_t)-1)
enum { NEVER_ENDED = UINT8_MAX };

/* Cells that stand or fall together. */
struct team {
    size_t first, n; /* places in ob_rungs.member */
    size_t pool;
    size_t left;   /* async: members that have not come to its rung */
    uint8_t rung;  /* the highest that it was let into */
    bool in;       /* it was let into its first one */
    bool foremost; /* async: it is among the first 1/eta of its rung */
};

/* One rung of an asynchronous pool. */
struct step {
    struct heap
        top; /* the first 1/eta of those that came to it, the last of them first */
    struct heap rest;  /* the others, the best first */
    struct heap ready; /* those of the top that may go on, the best first; and such as
                          did, or fell back since */
    size_t came;
};

struct pool {
    size_t *team; /* [teams] in the order of the plan; owned */
    size_t teams;
    unsigned bracket, first; /* its first rung */
    bool over;

    /* sync: the rung that is trained, who is in it, and two places in that list: what was
     * handed out, what is known. */
    unsigned rung;
    size_t *entrant; /* [entrants] teams in the order of the plan; owned */
    size_t entrants, known;
    size_t given, given_member;

    /* async */
    struct step *step;          /* [rungs]; owned */
    struct heap clock;          /* cells under way by the time of their end; id: start */
    struct ob_sweep_job *start; /* [starts] of what was started; owned */
    size_t starts, starts_cap;
    size_t handed; /* of the starts, handed out or known */
    size_t fresh;  /* teams that were let in */
    double now;
    size_t open, open_member;   /* team whose members are being started; RUNGS_NONE */
    size_t ahead, ahead_member; /* place among the teams of what is handed out early */
};

struct ob_rungs {
    struct ob_rungs_rules rules; /* rungs and brackets settled */
    size_t cells, shard, shards;
    uint64_t *budget; /* [cells]; owned; NULL without halving */
    double *value;    /* [cells * rungs], less is better; owned */
    uint8_t *told;    /* [cells] rungs known, those below the first one included; owned */
    uint8_t *given;   /* [cells] the same of what was handed out; owned */
    uint8_t *ended;   /* [cells] first rung at which it had ended; owned */
    size_t *team_of;  /* [cells]; owned */
    size_t *member;   /* [cells] cells by team, then in the order of the plan; owned */
    struct team *team; /* [teams]; owned */
    size_t teams;
    struct pool *pool; /* [pools]; owned */
    size_t pools;
    size_t from; /* no pool of this shard below it has anything left */
};

/* Settles rungs and brackets; makes teams and pools. */
bool rungs_deal(struct ob_rungs *r, const struct ob_rungs_field *field,
                struct ob_err *err);

/* Whether all members of a team are known at a rung, and their mean there. */
bool team_known(const struct ob_rungs *r, const struct team *t, unsigned rung);
double team_value(const struct ob_rungs *r, const struct team *t, unsigned rung);

/* Decides whatever can be, until something must be known or pool->over. */
void sync_start(struct ob_rungs *r, struct pool *p);
void sync_advance(struct ob_rungs *r, struct pool *p);
void async_start(struct ob_rungs *r, struct pool *p);
void async_advance(struct ob_rungs *r, struct pool *p);

/* The next job of a pool that was neither handed out nor is known; the second form also
 * what is not needed yet, but will be. */
bool sync_next(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job);
bool async_next(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job);
bool async_ahead(struct ob_rungs *r, struct pool *p, struct ob_sweep_job *job);

/* Whether the cell is still to be handed out for the rung; then *job is that. */
bool rungs_wants(const struct ob_rungs *r, size_t cell, unsigned rung,
                 struct ob_sweep_job *job);

#endif
