/*
 * All cells of a sweep and how they stand, by portions: for `sweep status` and
 * `collect`, for the sweep screen, and for the process that runs the sweep. Nothing is
 * locked and nothing is written into the sweep, so any machine that sees the folder may
 * look, and one that may only read.
 *
 * The truth is in the directories of the cells: the summary of one that has ended, lock,
 * heartbeat and log of one that goes on, and the file in failures/ of one that the runner
 * gave up for now. What was read of cells that stand still is kept in a file per sweep in
 * the user's cache folder, each entry with the stamp of its files, so that ten thousand
 * cells are there at once the next time. A cell whose stamp is another one is read anew;
 * a cache that is damaged or of another sweep counts as empty.
 *
 * Texts are raw: whoever shows them makes them safe. One struct belongs to one thread.
 */
#ifndef OB_SWEEP_CELLS_H
#define OB_SWEEP_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"

struct ob_sweep;
struct ob_cell_end;

enum {
    OB_CELLS_FIGURES = 64,    /* different figures of summaries, the first ones */
    OB_CELLS_CACHE_LEAST = 64 /* cells that a cache is worth it for */
};

#define OB_CELLS_NONE ((size_t)-1)

enum ob_cell_state {
    OB_CELL_WAITING,     /* it was never begun */
    OB_CELL_RUNNING,     /* a process trains it, here or on another machine */
    OB_CELL_HALTED,      /* by a rung, with a checkpoint: it may be taken up again */
    OB_CELL_INTERRUPTED, /* it was begun, and its process is gone */
    OB_CELL_FAILED,      /* ended by an error, or by the death of its process */
    OB_CELL_DIVERGED,    /* a result: it came to its end by leaving the numbers */
    OB_CELL_DONE,        /* a result */
    OB_CELL_STATES
};

/* "waiting", "running", ...; static. */
const char *ob_cell_state_name(enum ob_cell_state state);

/* Whether it has come to its end: done or diverged. */
bool ob_cell_ended(enum ob_cell_state state);

/* A zeroed struct with NAN in its numbers is one that waits. */
struct ob_sweep_cell {
    enum ob_cell_state state;
    unsigned attempts;  /* that failed; 0 = none did */
    uint64_t step;      /* newest known */
    uint64_t max_steps; /* of one that is under way; 0 = not known */
    double metric;      /* by which the sweep is judged; NAN = not known. That of a cell
                           that goes on is known where it is one of the next two */
    double loss;        /* last */
    double best_loss;   /* lowest so far */
    double evals;       /* evaluations of the loss; NAN = not known */
    double seconds;     /* of training, pauses left out */
    int64_t heard;    /* wall clock of the newest sign of it, ns since 1970; 0 = never */
    const char *stop; /* why it ended, as summary.json has it; "" = it did not */
    const char *reason; /* why the last attempt failed; NULL = none did. Lent until the
                           next look, as `stop` and `host` */
    const char *host;   /* where a running one runs; NULL = not known */
};

/* What a look has found so far. */
struct ob_cells_counts {
    size_t of[OB_CELL_STATES];
    size_t known; /* cells that were looked at, or come from the cache */
};

struct ob_cells;

/* All cells wait until they were looked at. `s` is lent for life, its plan included. */
struct ob_cells *ob_cells_create(const struct ob_sweep *s);
void ob_cells_destroy(struct ob_cells *c);

/* Another metric than that of the sweep; fields, counts and the best one follow at once.
 * NULL = that of the sweep again, and its goal with it. */
void ob_cells_judge(struct ob_cells *c, const char *metric, bool maximize);

/* The sweep that they are of, and its plan. */
const struct ob_sweep *ob_cells_sweep(const struct ob_cells *c);

/* The metric in use, and whether more of it is better. */
const char *ob_cells_metric(const struct ob_cells *c);
bool ob_cells_maximize(const struct ob_cells *c);

/* Takes over what the cache has; such cells are known, but not looked at yet. */
void ob_cells_load(struct ob_cells *c);

/* Keeps what stands still. Failing is no harm: OB_EIO. */
bool ob_cells_save(const struct ob_cells *c, struct ob_err *err);

/*
 * Looks at cells for about so long: which there are, then those that may have changed,
 * then the others. True when all were looked at since the last true; the next call begins
 * anew. Cells that appear are seen in the next round.
 */
bool ob_cells_look(struct ob_cells *c, int64_t budget_ns);

/* For a command: the cache, a look at everything, and the cache is kept. */
void ob_cells_look_all(struct ob_cells *c);

/* Grows by one with whatever a picture could show differently. */
uint64_t ob_cells_generation(const struct ob_cells *c);

size_t ob_cells_count(const struct ob_cells *c);
const struct ob_sweep_cell *ob_cells_at(const struct ob_cells *c, size_t i);
const struct ob_cells_counts *ob_cells_counts(const struct ob_cells *c);

/* How many have come to an end: done or diverged; where cells compete for rungs, those
 * that one has halted, too, for most of them are never taken up again. */
size_t ob_cells_over(const struct ob_cells *c);

/* The ended cell with the best finite metric, the first of equals; OB_CELLS_NONE. Where
 * none has ended, the best of those that were halted. */
size_t ob_cells_best(const struct ob_cells *c);

/* Whether a is better than b, for the metric in use; NAN is worse than everything. */
bool ob_cells_better(const struct ob_cells *c, double a, double b);

/*
 * A figure of a cell by name: "loss", "best_loss", "steps", "evals", "seconds",
 * "grad_norm", "theta_delta", "epochs", every metric of its summary ("accuracy"), with
 * "val_" and "test_" those of these parts, "best_val_loss", "target_step",
 * "target_evals", "target_seconds", "distance", "suboptimality". NAN = it has none.
 */
double ob_cells_figure(const struct ob_cells *c, size_t i, const char *name);

/* The k-th name that any cell has a figure under, beyond loss, best_loss, steps, evals
 * and seconds; NULL behind the last. Lent for life. */
const char *ob_cells_figure_name(const struct ob_cells *c, size_t k);

/* The process that runs the sweep knows at once: cell i was begun, or came to `end`; or
 * its attempt number `attempts` ended by `reason`, without a word of its own. `now` is
 * the wall clock. */
void ob_cells_told_begin(struct ob_cells *c, size_t i, int64_t now);
void ob_cells_told(struct ob_cells *c, size_t i, const struct ob_cell_end *end,
                   int64_t now);
void ob_cells_told_failure(struct ob_cells *c, size_t i, unsigned attempts,
                           const char *reason, int64_t now);

#endif
