/*
 * The newest state of a run, as the file `live` has it: one JSON object, replaced by
 * rename. The engine writes it (main thread); viewers read. Includes only base, so that
 * the terminal needs nothing of the trainer to show it.
 *
 * Sizes are limited on both sides: up to OB_LIVE_VALUES parameters with gradient, change
 * and optimizer state (the first ones, tensor by tensor), up to OB_LIVE_TENSORS tensors.
 */
#ifndef OB_RUN_LIVE_H
#define OB_RUN_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/rundir.h"
#include "optbench/run/runinfo.h"

#define OB_LIVE_VALUES  4096
#define OB_LIVE_TENSORS 256
#define OB_LIVE_SLOTS   8
#define OB_LIVE_GAUGES  8
#define OB_LIVE_RULES   12
#define OB_LIVE_KNOBS   24
#define OB_LIVE_EXPLAIN 16

struct ob_live_tensor {
    char name[64]; /* raw */
    size_t size;   /* elements in the model */
    size_t shape[4];
    unsigned ndim;
    size_t base;           /* what the names of its elements count from: 0 or 1 */
    size_t first;          /* place of its first element in value[]... */
    size_t shown;          /* ...and how many of them are there; may be 0 */
    double norm;           /* of the values */
    double grad_norm;      /* of the gradient */
    double change_norm;    /* of the last step's change */
    double max_change;     /* largest |change| of an element in the last step */
    double effective_step; /* |change| / |gradient before SAM or clipping| */
    double slot_norm[OB_LIVE_SLOTS]; /* of the optimizer's buffers, and ... */
    double gauge[OB_LIVE_GAUGES];    /* ... what it tells of the tensor; NAN = nothing */
    size_t units; /* of the layer whose weights these are; 0 = not known */
    size_t dead;  /* ... of which so many give nothing on any row; <= units */
};

/* A stop rule and how far it is: `value` nears `target`. */
struct ob_live_rule {
    char name[32]; /* "theta_delta", "max_steps", ... */
    double value, target;
};

/* A figure that the optimizer tells of itself. */
struct ob_live_gauge {
    char name[32];   /* "trust_radius": its column in the log */
    char title[96];  /* "radius of the trust region"; raw, as the name */
    bool per_tensor; /* the values stand with the tensors */
    double value;    /* else here; NAN = not known */
};

/* A parameter that may be changed while the run is under way. */
struct ob_live_knob {
    char key[64]; /* "optimizer.lr" */
    double value;
    double min, max; /* both 0 = no limit */
};

/* Zeroed = empty. Numbers that are not known are NAN. Owned arrays are released by
 * ob_live_finish(). */
struct ob_live {
    enum ob_run_state state;
    char stop[32];      /* reason once it ended, else "" */
    char message[1024]; /* what to tell the person about the stop or the pace; raw */
    uint64_t step;
    double epoch;
    uint64_t epoch_steps; /* in one epoch; 0 = none are counted */
    uint64_t batch_rows;  /* a step goes by; 0 = not known */
    double seconds;       /* of training, pauses left out */
    double rate;          /* steps a second over the last moments; 0 while paused */
    double pace;          /* steps a second asked for; 0 = full speed */
    bool pace_auto;       /* the pace follows the length of the run */
    int64_t heartbeat;    /* wall clock at writing, ns since 1970 */
    int64_t pid;
    double loss, batch_loss, theta_delta, grad_norm, lr;
    double evals, grad_evals, hvp_evals; /* of the loss, gradients, Hessian products */
    double best_loss;
    unsigned viewers;  /* clients that watch */
    char steering[64]; /* label of the client that steers, "" = nobody */
    uint64_t rows;     /* in metrics.csv */

    /* The best that the problem allows, where it has a closed form and that is cheap
     * enough to be found beforehand; else known from summary.json, at the end. */
    bool has_reference;
    double reference_loss;
    double reference_distance; /* of theta after this step from its parameters */

    /* The machine as the engine sees it. */
    double cpu;          /* used by the engine lately: 1 = one core; NAN = not known */
    double memory;       /* of the engine, resident, bytes */
    double memory_total; /* of the machine, bytes */
    double load;         /* of the machine, over the last minute */
    unsigned cores;      /* that the engine may use; 0 = not known */
    unsigned threads;    /* that its passes over the data use; 0 = not known */

    /* The device that computes; the numbers are NAN where it does not tell. */
    char device[32];       /* "cuda:0"; "" = the processor, and nothing below is known */
    char device_name[128]; /* as its maker calls it; raw */
    double device_own;     /* bytes of its memory that the run takes */
    double device_load;    /* share of the last moments in which it computed, 0 to 1 */
    double device_memory;  /* bytes taken, of all processes, ... */
    double device_total;   /* ... of so many */
    double device_watts, device_celsius;

    /* What step `step` did to the first parameters, in the words of `explain` (ctl.h):
     * while the run is paused and after its end; 0 entries else. Entry i is of parameter
     * i; owned texts. */
    char *explain[OB_LIVE_EXPLAIN];
    size_t explains;

    struct ob_live_tensor *tensor; /* [tensors] */
    size_t tensors;
    size_t params;                 /* elements in the model */
    size_t shown;                  /* of them in the arrays below */
    double *value, *grad, *change; /* [shown] each; an entry not known is NAN */
    double *effective; /* [shown] |change| / |gradient before SAM or clipping| */
    char slot_name[OB_LIVE_SLOTS][32];
    double *slot[OB_LIVE_SLOTS]; /* [shown] each, NULL beyond `slots` */
    size_t slots;
    struct ob_live_rule rule[OB_LIVE_RULES];
    size_t rules;
    struct ob_live_knob knob[OB_LIVE_KNOBS];
    size_t knobs;
    struct ob_live_gauge gauge[OB_LIVE_GAUGES];
    size_t gauges;
};

/* Room for `tensors` and `shown` entries (both within the limits), all NAN or zero. */
void ob_live_alloc(struct ob_live *l, size_t tensors, size_t shown, size_t slots);
void ob_live_finish(struct ob_live *l);

/* Appends the file's content. */
void ob_live_write(const struct ob_live *l, struct ob_buf *out);

/* Reads text of that form. Sizes that do not agree, a wrong type or a wrong depth fail
 * with OB_EDATA; unknown members are passed over. *l (zeroed or filled before) is
 * replaced on success and unchanged on failure. */
bool ob_live_parse(struct ob_live *l, const char *text, size_t n, struct ob_err *err);

/* Reads the file of a run where it was replaced since `*stamp` (0 = always; changed to
 * the newest). *fresh tells. A missing file is not fresh and no failure. */
bool ob_live_read(struct ob_live *l, const struct ob_rundir *d, uint64_t *stamp,
                  bool *fresh, struct ob_err *err);

/* The element's name as metrics.csv has its column: `w0`, `bias`, `linear1.weight.0.3`.
 */
void ob_live_param_name(const struct ob_live *l, size_t i, char *out, size_t cap);

#endif
