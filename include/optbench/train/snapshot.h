/*
 * The state of a run at one moment, for people: what the live screen and `status` show.
 *
 * Made by the training thread only when somebody asks, read by the recorder through the
 * mailbox of feed.h. The newest wins; nobody may rely on seeing every one. Sizes are
 * fixed when the run starts; the arrays are allocated once with the mailbox's cells, so
 * handing a snapshot over moves an index and copies nothing.
 */
#ifndef OB_TRAIN_SNAPSHOT_H
#define OB_TRAIN_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/optim/stop.h"
#include "optbench/train/result.h"

#define OB_SNAPSHOT_VALUES  4096 /* elements shown of all tensors together */
#define OB_SNAPSHOT_TENSORS 256
#define OB_SNAPSHOT_SLOTS   8 /* optimizer buffers shown */
#define OB_SNAPSHOT_GAUGES  8
#define OB_SNAPSHOT_RULES   12
#define OB_SNAPSHOT_KNOBS   24
#define OB_SNAPSHOT_EXPLAIN 16 /* parameters whose last step is told in words */

enum ob_phase {
    OB_PHASE_STARTING,
    OB_PHASE_RUNNING,
    OB_PHASE_PAUSED,
    OB_PHASE_ENDED,
};

/* "starting", "running", "paused", "ended" */
const char *ob_phase_name(enum ob_phase phase);

struct ob_snapshot_tensor {
    char name[64];
    unsigned ndim;
    size_t shape[4];
    size_t base;         /* what the names of its elements count from */
    size_t size;         /* elements */
    size_t first, shown; /* its elements in value, grad, change, slot: the first of it */
    double norm, grad_norm, change_norm; /* 2-norms over all of its elements */
    double change_max;                   /* largest |theta_k - theta_(k-1)| */
    double effective_step; /* |change| / |gradient before the step, as it was before
                              SAM or clipping changed it|; NaN = not known */
    double slot_norm[OB_SNAPSHOT_SLOTS]; /* 2-norms of the optimizer's buffers, and ... */
    double gauge[OB_SNAPSHOT_GAUGES];    /* ... its figures of tensors; NaN = has none */
    size_t units; /* of the layer whose weights these are; 0 = not looked at */
    size_t dead;  /* ... of which so many give nothing on any row of the data */
};

/* A figure that the optimizer tells of itself. */
struct ob_snapshot_gauge {
    char name[32], title[96];
    bool per_tensor; /* the value stands with each tensor, else in the next line */
    double value;    /* NaN = not known */
};

/* How far a stop rule is: from where it stands to where it ends the run. */
struct ob_snapshot_rule {
    char name[24];
    double value, target;
};

/* A setting that may be changed while the run is under way. */
struct ob_snapshot_knob {
    char key[64]; /* "optimizer.lr": as ob_trainer_set() takes it */
    double value;
    double min, max; /* both 0 = no limit */
};

struct ob_snapshot {
    enum ob_phase phase;
    enum ob_stop stop;         /* OB_GO_ON until the run has ended */
    char text[OB_RESULT_TEXT]; /* how it ended, for people; "" before */
    uint64_t step;             /* steps made */
    uint64_t rows;             /* rows handed over so far */
    double epoch;
    uint64_t epoch_steps; /* steps in an epoch; 0 = none are counted */
    size_t batch_rows;    /* rows a step goes by, the last of an epoch may be shorter */
    double loss, batch_loss,
        best_loss; /* NaN = not measured, in this line and the next */
    double theta_delta, grad_norm, lr;
    bool has_reference; /* the closed form is known; NaN in the next line where not */
    double reference_loss, reference_distance;
    uint64_t evals_function, evals_gradient, evals_hessian_product;
    double seconds;    /* spent training: pauses and pace not counted */
    double per_second; /* steps a second lately, pace included; 0 = not known */
    double pace;       /* steps a second asked for now; 0 = full speed */
    bool pace_auto;    /* pace was chosen by the program */
    size_t rules;
    struct ob_snapshot_rule rule[OB_SNAPSHOT_RULES];
    size_t gauges;
    struct ob_snapshot_gauge gauge[OB_SNAPSHOT_GAUGES];
    size_t knobs;
    struct ob_snapshot_knob knob[OB_SNAPSHOT_KNOBS];
    size_t params;  /* elements of all tensors */
    size_t tensors; /* in `tensor`; further ones are left out */
    struct ob_snapshot_tensor tensor[OB_SNAPSHOT_TENSORS];
    size_t shown; /* elements in each array below, at most OB_SNAPSHOT_VALUES */
    double *value, *grad, *change, *effective; /* [shown]; effective: as
                                                  effective_step */
    size_t slots;
    char slot_name[OB_SNAPSHOT_SLOTS][32];
    double *slot[OB_SNAPSHOT_SLOTS]; /* [shown] */
    /* What step `step` did to the first parameters; 0 while the run goes on. */
    size_t explains;
    struct ob_buf explain[OB_SNAPSHOT_EXPLAIN];
};

/* Allocates the arrays for `shown` elements and `slots` optimizer buffers. */
bool ob_snapshot_init(struct ob_snapshot *s, size_t shown, size_t slots,
                      struct ob_err *err);
void ob_snapshot_finish(struct ob_snapshot *s);

#endif
