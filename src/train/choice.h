/*
 * What `experiment.device = auto` comes to. Size comes first: no library is loaded, and
 * nobody waits for a driver, where no GPU could be faster. Then the GPUs there are, by
 * the model of cost.h. A processor that OpenCL reaches is never taken: it is this one.
 *
 * Where a scheduler has granted a GPU, one that cannot be used is an error, for a job
 * that holds it and computes on the processor is the dearest mistake there is.
 */
#ifndef OB_SRC_TRAIN_CHOICE_H
#define OB_SRC_TRAIN_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cost.h"
#include "optbench/base/buf.h"
#include "optbench/device/device.h"

enum { OB_CHOICE_WHY = 160 };

/* What is to be computed. */
struct ob_choice_task {
    struct ob_cost cost;
    uint64_t steps;    /* at most */
    bool hosted;       /* the optimizer would work on the host */
    const char *lacks; /* why no device can compute it; NULL: it can */
    uint64_t bytes;    /* of device memory that it takes; 0 where it lacks something */
};

/* The GPUs that could be used, and why there are none of a kind. */
struct ob_choice_gpus {
    struct ob_device_facts *item; /* [n], owned */
    size_t n;
    struct ob_buf why; /* "cuda: no driver; opencl: ..." */
};
void ob_choice_look(struct ob_choice_gpus *gpus);
void ob_choice_gpus_finish(struct ob_choice_gpus *gpus);

/* Whether the processor is right whatever GPUs there are: `why` says why. */
bool ob_choice_is_plain(const struct ob_choice_task *task,
                        char why[static OB_CHOICE_WHY]);

/* The best GPU of the list, lent from it, or NULL for the processor, and why. */
const struct ob_device_facts *ob_choice_best(const struct ob_choice_task *task,
                                             const struct ob_choice_gpus *gpus,
                                             char why[static OB_CHOICE_WHY]);

/* "SLURM_JOB_GPUS=0": how a scheduler says that it has granted a GPU, appended to `out`;
 * false where none has. */
bool ob_choice_granted(struct ob_buf *out);

#endif
