/*
 * The engine: one whole run in this process. The calling thread becomes the engine's main
 * thread, which owns files, signals and the control channel; training runs on a thread of
 * its own (train/worker.h). Called by `optbench run` and nothing else.
 */
#ifndef OB_RUN_ENGINE_H
#define OB_RUN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ob_share;

struct ob_engine_opts {
    const char *config; /* file to run; NULL with replay or resume */
    const char *const
        *sets; /* [nsets] "section.key=value", the last word on the config */
    size_t nsets;
    const char *runs;   /* list of folders (runs.h), the run goes to the first one;
                           NULL = the default */
    const char *resume; /* RUN to take up again, NULL = none */
    const char *replay; /* RUN whose config and steering are played again, NULL = none */
    const char *pace;   /* "full", "auto", "ui" or steps a second; NULL = full */
    const char *device; /* that computes, as [experiment] device; NULL = that */
    int threads;        /* 0 = as the config says */
    bool paused;        /* wait for a command before step 1 */
    bool quiet;         /* no progress on stderr */
    bool detach;        /* go on in a process of its own; return when it is set up */
    bool dry_run;       /* check everything, data included, and train nothing */
    int64_t checkpoint_ns; /* between two checkpoints, where [checkpoint] names no steps;
                              0 = only at the end */
    /* This process is rank 0 of several that train together (train/trainer.h), whose
     * others follow; lent. NULL = it trains alone. */
    struct ob_share *share;
};

/* Runs it. Prints the directory's path on stdout as soon as it exists, progress and
 * errors on stderr; returns the exit status of DESIGN.md section 8. */
int ob_engine_run(const struct ob_engine_opts *opts);

#endif
