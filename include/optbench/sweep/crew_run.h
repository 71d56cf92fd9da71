/*
 * `optbench sweep run`: all cells of a sweep, or a share of them, by worker processes.
 * Cells that are done are skipped, those that were interrupted resumed, those that failed
 * tried again. The process itself trains nothing: it hands out jobs (rungs.h says which
 * come next), watches the workers, starts a new one for each that dies, writes down what
 * failed, and says how far it is. Called by the command line, on its main thread.
 */
#ifndef OB_SWEEP_CREW_RUN_H
#define OB_SWEEP_CREW_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/sweep/crew.h"
#include "optbench/sweep/shard.h"

struct ob_crew_run_opts {
    const char *dir;                   /* of the sweep */
    const char *program;               /* of the workers; NULL = this very program */
    const struct ob_crew_hands *hands; /* workers that are there already; NULL = none */
    unsigned workers; /* 0 = one for each processor, but no more than cells */
    unsigned threads; /* of each worker; 0 = the processors shared out */
    bool one;         /* only the cell `index` */
    size_t index;
    struct ob_shard shard;
    int retries;    /* of a cell that failed; < 0 = as the sweep says */
    bool fail_fast; /* the first failure ends the sweep; also where the sweep says so */
    bool quiet;     /* no progress on stderr */
};

/*
 * Runs it, with the directory's path as one line on stdout as soon as the sweep is open,
 * progress and messages on stderr. The exit status:
 *    0  all cells of the share are done (a diverged cell is)
 *    1  some failed; DIR/failures says why
 *   75  a signal ended it, or cells are left that other processes run: the same again
 *       goes on
 *    2, 3, 5  the sweep cannot be run at all
 */
int ob_crew_run(const struct ob_crew_run_opts *opts);

#endif
