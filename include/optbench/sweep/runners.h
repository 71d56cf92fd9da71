/*
 * Who is running a sweep: each `sweep run` has a file DIR/runners/ID-PID.json of its own
 * while it lives, with a lock on it that ends with the process, even by kill -9, and
 * touches it now and then for those who look from other machines. `status` and the screen
 * read: what runs where, and whom to send SIGTERM. One thread a struct. Includes only
 * base and run.
 */
#ifndef OB_SWEEP_RUNNERS_H
#define OB_SWEEP_RUNNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"

#define OB_RUNNER_BEAT_NS   INT64_C(10000000000) /* between two touches */
#define OB_RUNNER_SILENT_NS INT64_C(60000000000) /* so long without one: gone */

struct ob_runner {
    int64_t pid;
    int64_t started;  /* wall clock, ns since 1970 */
    unsigned workers; /* processes */
    unsigned threads; /* of each */
    char share[32];   /* "shard 3/8", "cell 42", "" = all cells */
    char host[256];   /* raw */
    char boot[48];    /* boot id of its machine, "" = unknown */
    bool here;        /* on this machine: `pid` can be signalled */
};

/* The runners of the sweep whose directory `sweep` is that are alive, at most 1000, first
 * those of this machine; *out is owned by the caller. None, and no error, where the
 * folder is missing or cannot be read. */
void ob_runners_read(const struct ob_rundir *sweep, struct ob_runner **out, size_t *n);

/* The own entry of a process that runs a sweep; zeroed = none. */
struct ob_runner_mark {
    const struct ob_rundir *sweep; /* lent until finish */
    int lock;                      /* descriptor, 0 = none */
    int64_t beat;                  /* of the last touch, monotonic */
    char name[64];                 /* "runners/..." */
};

/* Makes the entry of this process; `r` gives workers, threads and share. Removes what
 * dead processes of this machine left. Fails with OB_EIO where the directory cannot be
 * written to. */
bool ob_runner_mark_init(struct ob_runner_mark *m, const struct ob_rundir *sweep,
                         const struct ob_runner *r, struct ob_err *err);

/* Touches it where that is due; cheap. */
void ob_runner_mark_beat(struct ob_runner_mark *m);

/* Removes it. */
void ob_runner_mark_finish(struct ob_runner_mark *m);

#endif
