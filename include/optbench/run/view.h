/*
 * Reader of whole tensors of a run: the files views/WHAT.NAME.safetensors that the engine
 * leaves when it is asked (`get` of ctl.h), and the newest checkpoint, which has all
 * tensors of a run that has ended or was saved. Both are safetensors files
 * (huggingface/safetensors, README, "Format"). Includes only base. Blocks for as long as
 * the bytes take to be read; one struct, one thread.
 *
 * A run may come from anybody: the header is bounded, the shape must agree with the
 * bytes, and an array of more than OB_VIEW_VALUES elements is refused. The check sum of
 * the file is not verified: what is shown for a moment need not be.
 */
#ifndef OB_RUN_VIEW_H
#define OB_RUN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"

#define OB_VIEW_VALUES ((size_t)1 << 26)
#define OB_VIEW_NAME   96
#define OB_VIEW_DIMS   4

struct ob_view_tensor {
    char name[OB_VIEW_NAME]; /* in the file: "w", "grad.w", "exp_avg.w"; raw */
    uint64_t step;           /* after which it was so */
    bool single;             /* the numbers are those of float32 */
    unsigned ndim;
    size_t shape[OB_VIEW_DIMS]; /* [ndim], row-major */
    size_t n;
    double *value; /* [n], owned */
    char **label;  /* names along each side, of a confusion table; NULL = none; owned */
    size_t labels;
};

/* Reads one array of a file in the run directory: `name`, or the only one where that is
 * NULL. OB_EIO where the file cannot be had, OB_EDATA where it is no such file or has no
 * such array, OB_ENOMEM. *out is zeroed on failure. */
bool ob_view_read(const struct ob_rundir *d, const char *file, const char *name,
                  struct ob_view_tensor *out, struct ob_err *err);

/* The same from the newest checkpoint: `what` is "" or "value", "grad", or a buffer of
 * the optimizer. OB_EDATA where the run has no checkpoint or that has no such array: it
 * does not hold the change of the last step. */
bool ob_view_saved(const struct ob_rundir *d, const char *tensor, const char *what,
                   struct ob_view_tensor *out, struct ob_err *err);

void ob_view_finish(struct ob_view_tensor *v); /* zeroed is allowed */

#endif
