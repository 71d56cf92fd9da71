/*
 * Repeats a run from its directory, with everything that was changed while it ran, and
 * compares the fingerprints of its parameters (train/fingerprint.h) with those that it
 * left in hashes.csv and in its last checkpoint. Nothing is written. Called by
 * `optbench verify`, on the main thread, which trains here itself.
 */
#ifndef OB_RUN_VERIFY_H
#define OB_RUN_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/diag.h"
#include "optbench/run/rundir.h"

struct ob_verify_opts {
    const char *device; /* that computes; NULL = as the config says */
    int threads;        /* 0 = as the config says; never changes a result */
    bool quiet;         /* no progress on stderr */
};

/* What was found. Hashes are 16 hexadecimal digits. */
struct ob_verify {
    char data_then[17], data_now[17]; /* "" = the model has no data */
    bool data_differ;
    /* The first plug-in that is not the one of the run. */
    bool plugin_differs;
    char plugin[64], plugin_then[17], plugin_now[17];
    char device_then[64], device_now[64]; /* "cpu", "cuda:0"; then: "" = not known */
    bool promised; /* the same bits on any device: the math is reproducible */
    uint64_t compared, tensors; /* steps that were compared, and tensors at each */
    uint64_t first, last;       /* of these steps */

    bool differs;    /* the repeated run parted: */
    uint64_t step;   /* after this step ... */
    char tensor[64]; /* ... in this tensor first */
    char then[17], now[17];
    bool was_same; /* some step before it was the same: `same` is the last of them */
    uint64_t same;

    /* How it ended; not looked at where it differs before. */
    bool end_known; /* the run has a summary */
    bool end_differs;
    uint64_t steps_then, steps_now;
    char stop_then[32], stop_now[32];
};

/* Whether nothing differs. */
bool ob_verify_same(const struct ob_verify *v);

/* Repeats the run until it ends, or as far as it had come. False with the reasons in
 * *diags where it cannot be repeated: no fingerprints, a config or data that cannot be
 * read, no memory. Data that differ are no such reason. */
bool ob_verify_run(struct ob_verify *out, const struct ob_rundir *dir,
                   const struct ob_verify_opts *opts, struct ob_diags *diags);

#endif
