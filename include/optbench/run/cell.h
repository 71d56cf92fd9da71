/*
 * Cells: many runs one after the other in one process, for sweeps. A cell is a run like
 * any other, with the same bytes in its directory; what differs is what it costs. Its
 * first moments (OB_CELL_DASH_NS) are trained by the calling thread, so that a short one
 * needs no training thread, no control socket and no waiting; one that is longer becomes
 * an ordinary engine, which can be watched and steered. What a process needs once is kept
 * from cell to cell in a room: the signals, facts of the machine, data that were read.
 *
 * A short cell does not wait for the disk either: its summary says how long its log was,
 * and where a machine goes down and takes some of that with it, the cell counts as
 * interrupted and is run again (ob_summary_read()).
 *
 * One room a process, on its main thread. SIGTERM, SIGINT, SIGHUP and SIGUSR1 end the
 * cell that runs with a checkpoint, and ob_cell_room_signal() tells of it.
 */
#ifndef OB_RUN_CELL_H
#define OB_RUN_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/runinfo.h"

#define OB_CELL_DASH_NS INT64_C(100000000)

/* What is to be run; all of it lent for the call. */
struct ob_cell_job {
    const char *config;      /* file of the experiment */
    const char *const *sets; /* [nsets] "section.key=value" */
    size_t nsets;
    const char *dir; /* the run's directory; its parent exists. Where it exists the
                        run is taken up from its newest checkpoint, or begins anew in
                        it; its own config.ini is what counts then */
    uint64_t until;  /* behind this step the cell halts with a checkpoint, so that it
                        can be taken up again; 0 = it runs to its end */
    int64_t checkpoint_ns; /* between two checkpoints, where [checkpoint] names no steps;
                              0 = only at the end */
    const char *device;    /* NULL = as the config says */
};

/* How it went. */
struct ob_cell_end {
    int status; /* exit status as of `optbench run`; 75: halted or interrupted */
    enum ob_run_state state; /* finished, interrupted or failed */
    char stop[32];           /* reason, as in summary.json; "" = it never ran */
    char message[512];       /* what went wrong, or the summary's words; raw */
    bool halted;             /* at `until`, for nothing else: `stop` is "halted" */
    bool busy;               /* it was not run: another process is running it */
    uint64_t from, steps;    /* step it was taken up at, steps in all */
    double loss, best_loss;  /* NAN = not measured */
    double seconds;          /* of training in this process */
};

struct ob_cell_room;

/* NULL with OB_EFAIL. Takes over the signals of the process. Where a config leaves the
 * number of threads open it is `threads` at most; 0 = all processors. */
struct ob_cell_room *ob_cell_room_create(unsigned threads, struct ob_err *err);

void ob_cell_room_destroy(struct ob_cell_room *room);

/* The signal that asked for the end, 0 = none did. No further cell may be run then. */
int ob_cell_room_signal(const struct ob_cell_room *room);

/* Runs a cell. False where it did not come to its end or to `until`: *end says why. A
 * cell whose run another process is running fails with status OB_EIO's. */
bool ob_cell_run(struct ob_cell_room *room, const struct ob_cell_job *job,
                 struct ob_cell_end *end);

#endif
