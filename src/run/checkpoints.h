/*
 * The checkpoints of a run on disk: checkpoints/step-000001000.safetensors, LATEST, which
 * names the newest, and SECONDS, how long the run had trained by then ("1000 0.25"): what
 * depends on the clock stands apart, so that equal runs have equal checkpoints. Private
 * to run; engine's main thread.
 */
#ifndef OB_RUN_CHECKPOINTS_H
#define OB_RUN_CHECKPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/recorder.h"
#include "optbench/run/rundir.h"
#include "optbench/train/safetensors.h"

struct ob_checkpoint {
    struct ob_safetensors *state;      /* its metadata are added to */
    const struct ob_safetensors *best; /* NULL or empty: no better one than before */
    uint64_t step;
    struct ob_recorder_place at; /* the place of the log that belongs to it */
};

/*
 * Notes the place of the log in the checkpoint, writes it and then LATEST, each synced
 * before it replaces what was there, and removes all but the newest `keep`. The best
 * parameters become best.safetensors once the checkpoint that knows of them stands.
 * Appends the file's name within the run to *name (NULL allowed). On failure (OB_EIO) the
 * older ones are all there still.
 */
bool ob_checkpoints_write(const struct ob_rundir *dir, const struct ob_checkpoint *c,
                          uint64_t keep, struct ob_buf *name, struct ob_err *err);

/* After a kill between a checkpoint and its best.safetensors: makes the one that this
 * newest state knows of stand there. */
void ob_checkpoints_settle(const struct ob_rundir *dir,
                           const struct ob_safetensors *state);

/* Reads the newest and the place of the log in it. *found is false where there is none.
 * OB_EDATA where it is damaged. */
bool ob_checkpoints_read(const struct ob_rundir *dir, struct ob_safetensors *state,
                         struct ob_recorder_place *at, bool *found, struct ob_err *err);

#endif
