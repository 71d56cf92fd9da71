/*
 * Rungs: which cell of a sweep is trained next, and how far. Used by whoever hands out
 * cells and by whoever shows how a sweep stands. One struct, one thread; no file and no
 * clock but in the last function, which reads a log.
 *
 * Without halving every cell is trained to its end, in the order of the plan. With it a
 * cell is halted at rungs, steps that grow by the factor eta up to its whole budget, and
 * only the best go on from each:
 *
 *   sync   a whole rung is trained, then the best 1/eta of it, one at least, go on
 *          (Jamieson, Talwalkar 2016, "Non-stochastic best arm identification and
 *          hyperparameter optimization", figure 3);
 *   async  whoever is free takes the best that is among the first 1/eta of its rung and
 *          has not gone on yet, from the highest rung that has one, else the next new one
 *          (Li et al. 2020, "A system for massively parallel hyperparameter tuning",
 *          algorithm 2: ASHA).
 *
 * What is decided is a function of the plan and of the logs alone: the same for any
 * number of processes, in whichever order they end and however often they are killed. So
 * that this holds for async, who is free is told by a virtual clock: `workers` virtual
 * workers, for which a cell takes as long as it has steps between two rungs, and no time
 * beyond its end. It stands still while the metric of the cell that comes to its rung
 * first is not known; meanwhile other cells that will be trained anyway are handed out.
 * A plan has an end, which ASHA has not: where nothing is left to do and no cell has got
 * through, the best of the highest rung goes on.
 *
 * Cells with the same settings but other seeds stand or fall together, by the mean of
 * their metrics; one that is not finite is worse than any. Equal ones are in the
 * order of the plan. Cells compete within a pool only: those of one value of the key
 * `within` (each optimizer has its own halving, say) and of one bracket. Bracket b begins
 * at rung b, the next one after the last rung with the first again; they share a plan so
 * that each gets about the same number of steps (Li et al. 2018, "Hyperband", section 3),
 * dealt out in the order of the plan. A shard has whole pools, and without halving every
 * N-th cell.
 */
#ifndef OB_SWEEP_RUNGS_H
#define OB_SWEEP_RUNGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"

enum ob_halving { OB_HALVING_NO, OB_HALVING_SYNC, OB_HALVING_ASYNC };

enum { OB_RUNGS_MAX = 16, OB_RUNGS_ETA_MAX = 1000 };

/* What [sweep] says of it. */
struct ob_rungs_rules {
    enum ob_halving halving;
    unsigned eta;      /* 2 .. OB_RUNGS_ETA_MAX */
    unsigned rungs;    /* 1 .. OB_RUNGS_MAX, the whole budget included; 0 = as many as
                          leave one of the smallest pool and a step of the budget */
    unsigned brackets; /* 0 = 1 */
    unsigned workers;  /* virtual ones of async, 1 or more */
    bool maximize;     /* more of the metric is better */
};

/* Who competes. Arrays are lent for the call of ob_rungs_create(). */
struct ob_rungs_field {
    size_t cells;
    const uint64_t *budget; /* [cells] steps to the end; NULL without halving */
    const size_t *team;     /* [cells] < cells: equal for cells that differ in their
                               seeds alone; NULL = each its own */
    const size_t *league;   /* [cells] < cells: equal for cells that may compete; the
                               same within a team; NULL = all may */
    size_t shard, shards;   /* which part is handed out; shards 0 = all of it */
};

/* What is to be done: train the cell until behind a step, 0 = to its end. */
struct ob_sweep_job {
    size_t cell;
    uint64_t until;
    unsigned rung;
};

struct ob_rungs;

/* Fails with OB_ENOMEM, or OB_ECONFIG where rules are out of their range. */
struct ob_rungs *ob_rungs_create(const struct ob_rungs_rules *rules,
                                 const struct ob_rungs_field *field, struct ob_err *err);
void ob_rungs_destroy(struct ob_rungs *r);

/* Rungs of every cell, 1 without halving; the step at which a cell is halted for one, 0
 * for the last; the first rung that a cell is trained to. */
unsigned ob_rungs_count(const struct ob_rungs *r);
uint64_t ob_rungs_until(const struct ob_rungs *r, size_t cell, unsigned rung);
unsigned ob_rungs_first(const struct ob_rungs *r, size_t cell);

/*
 * The metric of a cell at a rung. `ended`: the cell came to its end there or before, so
 * that it is its metric at all later rungs, too. A cell that failed for good has ended
 * with NAN. Rungs are told from the first one on; what is known already stands, so
 * telling twice does nothing.
 */
void ob_rungs_told(struct ob_rungs *r, size_t cell, unsigned rung, double metric,
                   bool ended);

/* Whether the metric of a cell at a rung was told. */
bool ob_rungs_knows(const struct ob_rungs *r, size_t cell, unsigned rung);

/*
 * The next thing to do that was not handed out before and is not known; false where there
 * is none until more is told, or at all (ob_rungs_done()). What must be known for the
 * next decision comes first.
 */
bool ob_rungs_next(struct ob_rungs *r, struct ob_sweep_job *job);

/* Whether all that belongs to this shard is decided and known. */
bool ob_rungs_done(struct ob_rungs *r);

/* How a cell stands. */
enum ob_rung_fate {
    OB_RUNG_WAITING, /* not let in yet; it will be, if only to its first rung */
    OB_RUNG_WANTED,  /* is to be trained to its rung */
    OB_RUNG_HELD,    /* is at its rung, where it is not decided whether it goes on */
    OB_RUNG_CUT,     /* stays at its rung for good */
    OB_RUNG_THROUGH  /* has come to its end */
};
struct ob_rung_place {
    enum ob_rung_fate fate;
    unsigned rung; /* the highest that it was let into */
};
const char *ob_rung_fate_name(enum ob_rung_fate fate); /* "waiting", ...; static */
struct ob_rung_place ob_rungs_place(struct ob_rungs *r, size_t cell);

/* Pools, and the rungs of one: how many cells were let in, have their metric, went on. */
struct ob_rung_state {
    size_t in, known, on;
    uint64_t least, most; /* steps of its cells; 0 = to the end */
    bool over;            /* nobody else comes or goes */
};
size_t ob_rungs_pools(const struct ob_rungs *r);
size_t ob_rungs_pool(const struct ob_rungs *r, size_t cell);
unsigned ob_rungs_bracket(const struct ob_rungs *r, size_t pool);
size_t ob_rungs_pool_cells(const struct ob_rungs *r, size_t pool);
void ob_rungs_state(struct ob_rungs *r, size_t pool, unsigned rung,
                    struct ob_rung_state *out);

struct ob_sweep;

/* The rungs of a sweep, for shard `shard` of `shards`, 0 = all of it. Budgets are the
 * steps of the experiment, or what stop.max_steps and stop.max_evals of a cell's own row
 * allow. Fails as ob_rungs_create(). Nothing is read. */
struct ob_rungs *ob_rungs_of(const struct ob_sweep *s, size_t shard, size_t shards,
                             struct ob_err *err);

/*
 * Tells what the directory of a cell has to say of every rung that the cell has come to:
 * the sweep's metric as it was last measured at the step or before, from step 1 on;
 * "best_" before the name of a column stands for the best of it so far. Where nothing is
 * halved, and of the last rung, only whether the cell has come to its end counts. Nothing
 * is told of a cell that was not begun, and nothing of a failure. Fails, naming the cell,
 * where its log has no such column or the metric was not measured in time for a rung
 * (OB_ECONFIG), and where it cannot be read (OB_EDATA, OB_EIO).
 */
bool ob_rungs_look(struct ob_rungs *r, const struct ob_sweep *s, size_t cell,
                   struct ob_err *err);

#endif
