/*
 * What is left to do of a sweep, or of a share of it: which job comes next, and what
 * becomes of those that were given out. Rungs (rungs.h) say what is wanted; around them
 * this knows what failed and is tried again, what other processes run, and what has come
 * to its end. No process and no terminal here. For crew_run.c.
 */
#ifndef OB_SWEEP_JOBS_H
#define OB_SWEEP_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/sweep/cells.h"
#include "optbench/sweep/crew.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/shard.h"
#include "policy.h"

#define JOBS_BUSY_NS INT64_C(1000000000) /* between two looks at somebody else's cell */

struct jobs_opts {
    bool one; /* only the cell `index`, to its end */
    size_t index;
    struct ob_shard shard;
    struct policy policy;
};

struct jobs_counts {
    size_t cells;    /* of this share */
    size_t settled;  /* nothing is left to do for: ended or failed */
    size_t before;   /* of these, those that had ended when this process began */
    size_t diverged; /* ended so, while this process ran */
    size_t failed;   /* for now */
    size_t busy;     /* run by other processes */
};

struct jobs {
    const struct ob_sweep *sweep; /* lent */
    struct ob_cells *cells;       /* how all stand; lent */
    struct jobs_opts opts;
    struct ob_rungs *rungs; /* NULL where there is one cell */
    bool one_given;
    size_t loose;             /* cells before this one were tidied up */
    struct jobs_again *again; /* [agains], to be given (again) at a time */
    size_t agains, room;
    unsigned char *flag;      /* [plan.cells] */
    unsigned short *attempts; /* [plan.cells] that failed in this process */
    struct jobs_counts counts;
    bool stopped;           /* nothing further is begun */
    struct ob_err hopeless; /* why the sweep cannot go on, code OB_OK while it can */
    char first[OB_PLAN_NAME_MAX + 600]; /* "c00042: why", the first that failed */
};

/* `cells` have been looked at. Reads logs where there are rungs. Fails as ob_rungs_of()
 * and ob_rungs_look(). */
bool jobs_init(struct jobs *j, const struct ob_sweep *sweep, struct ob_cells *cells,
               const struct jobs_opts *opts, struct ob_err *err);
void jobs_finish(struct jobs *j);

/* The next job; false where there is none now. `now` is the monotonic clock. */
bool jobs_next(struct jobs *j, int64_t now, struct ob_crew_job *job);

/* When a job that waits can be given; INT64_MAX = none waits. */
int64_t jobs_due(const struct jobs *j);

/* Whether nothing will ever come that was not given out already. */
bool jobs_exhausted(struct jobs *j);

/* Nothing further is begun, but for what is under way. */
void jobs_stop(struct jobs *j);

/* News of a worker. */
void jobs_heard(struct jobs *j, const struct ob_crew_news *news, int64_t now);

#endif
