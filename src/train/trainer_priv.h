/*
 * The trainer's inside, shared by the files that each do one thing with it: build.c makes
 * it from a spec, trainer.c steps it, steer.c changes it while it runs, checkpoint.c
 * saves and restores it, view.c and result.c show it, last.c explains its last step.
 * Everything belongs to whoever runs the trainer; nothing is shared between threads.
 */
#ifndef OB_TRAIN_TRAINER_PRIV_H
#define OB_TRAIN_TRAINER_PRIV_H

#include <math.h>

#include "best.h"
#include "cadence.h"
#include "held.h"
#include "last.h"
#include "mean.h"
#include "optbench/model/problem.h"
#include "optbench/num/vec.h"
#include "optbench/optim/optimizer.h"
#include "optbench/optim/wrap.h"
#include "optbench/train/batches.h"
#include "optbench/train/sampler.h"
#include "optbench/train/trainer.h"
#include "watch.h"

/* What the end of a run adds to it, as it was before: a longer run has none of that. */
struct ob_ending {
    struct ob_sampler sampler;
    struct ob_problem_counts counts;
    double loss, best_loss;
    uint64_t best_step, curvature_next;
    struct ob_held_state held;
    struct ob_mean_state mean;
};

struct ob_trainer {
    /* What is trained. Fixed after build.c. */
    const struct ob_spec *spec; /* borrowed */
    char *origin;               /* of the data */
    uint64_t data_hash;
    size_t rows, features;
    bool mini;                 /* steps see batches and not all rows */
    bool sampled;              /* gradients are samples: of batches, or by dropout */
    struct ob_batches batches; /* where they do */
    struct ob_pool *pool;      /* NULL = this thread alone */
    bool here;                 /* on the processor, whatever the spec says */
    struct ob_share *share;    /* of the training rows; NULL = all are this process's */
    bool met;                  /* the ranks know of each other that they are ready */
    struct ob_device *device;  /* on which the problem is; NULL = the processor */
    char device_words[256], device_why[160]; /* ob_trainer_device_words(), _why() */
    struct ob_problem *problem;
    struct ob_held val;      /* over the validation part */
    struct ob_problem *test; /* over the test part; NULL = there is none */
    struct ob_schedule schedule;
    struct ob_optimizer *optimizer;
    struct ob_wraps wraps;    /* around it */
    struct ob_course *course; /* steps that a device makes; NULL = they are made here */
    bool (*looks)(const void *ctx, uint64_t k); /* ob_trainer_expect(); NULL = no */
    const void *looks_ctx;
    struct ob_mean mean; /* what it stands for, where that is not theta */
    struct ob_vec slope; /* [n] only where gradients lack the l1 term */
    struct ob_columns columns;
    const struct ob_metric *metric[OB_RESULT_METRICS]; /* [columns.metrics] */
    const struct ob_metric *target;                    /* of [stop] target, or NULL */
    bool target_val; /* ... measured on the validation part */
    struct ob_watch watch;

    /* Where it stands after step k. */
    uint64_t k;
    struct ob_vec theta, grad, previous; /* [n]: theta_k, gradient there, theta_(k-1) */
    struct ob_vec grad_before; /* [n]: on the full batch the gradient at theta_(k-1); 0
                                  elements = not kept. See ob_trainer_went_by(). */
    uint64_t step_evals;       /* losses that step k asked for itself */
    double loss, theta_delta, grad_norm, lr; /* NaN = not measured */
    double batch_loss;                       /* of sample k at theta_(k-1) */
    const uint32_t *batch; /* [batch_rows] of the sample taken last; NULL = all rows */
    size_t batch_rows;
    size_t clamped;    /* loss terms at their clamp, at theta_k */
    bool grad_is_zero; /* exactly, everywhere, at theta_k */
    double best_loss;
    uint64_t best_step;
    struct ob_stopper stopper;
    enum ob_stop stop;
    struct ob_last last; /* what step k went by */
    struct ob_best best;

    /* The row of step k. */
    struct ob_sampler sampler;
    struct ob_row *row;
    uint64_t curvature_next;     /* the first row from this step on has the curvature */
    struct ob_ending before_end; /* once the run has ended */
    bool row_extra; /* the last row stands there only because the run ended */
    bool row_made;  /* step k has had its row */
    bool row_fresh; /* ... from the latest call */

    /* Time spent, for max_seconds and for people. */
    double seconds_before; /* in earlier processes of this run */
    int64_t begun, rested; /* clock at start or load; breaks since; ns */
    int64_t held;          /* since then the clock stands still; 0 = it goes */
    double seconds;        /* as last looked at; final once the run has ended */
    struct ob_cadence cadence;

    /* Dead units of each tensor, for people: NULL = not counted yet; when they were, and
     * how long that took, ns. */
    size_t *dead;
    int64_t dead_at, dead_took;

    char bad[96]; /* "gradient of w": what was no number */
    char *told;   /* the text of the end; NULL = not made yet */
};

/* A metric of the problem by the name that `key` of `section` has; NULL with a complaint
 * where there is none, or where it has no meaning for this problem. */
const struct ob_metric *ob_trainer_metric(const struct ob_trainer *t,
                                          struct ob_diags *diags, const char *section,
                                          const char *key, const char *name);

/* build.c, for who follows: all that the problem of the training rows needs, and that.
 * The data, lent or in *own; NULL on failure. */
const struct ob_dataset *ob_trainer_build_problem(struct ob_trainer *t,
                                                  struct ob_dataset *own,
                                                  struct ob_diags *diags);

/* build_share.c: where rows are shared out, all ranks tell each other whether they could
 * build their problem, and from what data; false where one could not. From then on those
 * but rank 0 do what their problem hears. `failed`: this one could not. */
bool ob_trainer_meet(struct ob_trainer *t, bool failed, struct ob_diags *diags);

/* build_device.c: a device that the spec asks for is opened before the data are read, and
 * takes the problem when everything else is built. */
bool ob_trainer_open_device(struct ob_trainer *t, struct ob_diags *diags);
bool ob_trainer_take_device(struct ob_trainer *t, struct ob_diags *diags);
/* Puts the problem, and where that can be its steps, on the open device. */
bool ob_trainer_place(struct ob_trainer *t, struct ob_err *err);
uint64_t ob_trainer_device_bytes(const struct ob_trainer *t); /* that this takes */
/* The words of a device, and behind those of a device or the processor why. */
void ob_trainer_describe(const struct ob_device_facts *f, struct ob_buf *out);
void ob_trainer_add_why(bool device, const char *why, struct ob_buf *out);
void ob_trainer_close_device(struct ob_trainer *t); /* behind its problem */

/* build_choice.c: the device of `auto`, opened and with the problem on it; none where the
 * processor is chosen. t->device_why says why. */
bool ob_trainer_choose(struct ob_trainer *t, struct ob_diags *diags);

/* Keeps the first failure for ob_trainer_failure(): of work on the device that did not go
 * through ob_problem_eval(), which keeps its own. */
void ob_trainer_fail(struct ob_trainer *t, const struct ob_err *err);

/* Behind the batches: every pattern of a group must match some tensor, and its optimizer
 * must be one for batches where there are. */
bool ob_trainer_check_groups(const struct ob_trainer *t, struct ob_diags *diags);

/* The stretches of parameters that groups have, neighbours of one group together; returns
 * their number. *out is the caller's to free. */
size_t ob_trainer_groups(const struct ob_trainer *t, struct ob_group **out);

/* Decides which columns the log has; the last part of building. */
bool ob_trainer_make_columns(struct ob_trainer *t, struct ob_diags *diags);

/* The run is over: the time stands still, the loss is known, and the last step has its
 * row. A row that a longer run would not have is extra: a checkpoint knows neither of it
 * nor of a loss that was measured for the end. Returns why. */
enum ob_stop ob_trainer_finish(struct ob_trainer *t, enum ob_stop why);

/* Whether the loss of all rows is measured behind step k; and the validation part, which
 * is looked at where that is, on the full batch as often as [log] evaluate says. */
bool ob_trainer_loss_due(const struct ob_trainer *t, uint64_t k);
bool ob_trainer_held_due(const struct ob_trainer *t, uint64_t k);

/* Whether loss and metrics of all rows are known at theta_k. */
static inline bool ob_trainer_measured(const struct ob_trainer *t)
{
    return !t->mini || !isnan(t->loss);
}

/* checkpoint.c: adds the tensors of a vector, their names behind `prefix`; and the
 * fingerprints of one of parameters, with that of the data. */
bool ob_trainer_save_vector(const struct ob_trainer *t, const struct ob_vec *v,
                            const char *prefix, struct ob_safetensors *out,
                            struct ob_err *err);
void ob_trainer_save_prints(const struct ob_trainer *t, const struct ob_vec *theta,
                            struct ob_safetensors *out);

enum { OB_TRAINER_PARAMS_LOGGED = 16 };

/* internals.c: the columns that tell of the inside of the optimizer and of its
 * evaluations, and their numbers in the row of step k. */
bool ob_trainer_add_evals(struct ob_trainer *t);
bool ob_trainer_add_internals(struct ob_trainer *t, struct ob_diags *diags);
void ob_trainer_put_internals(struct ob_trainer *t);

/* The gradient that step k went by; NULL where it was not kept, or another process made
 * the step. */
const struct ob_vec *ob_trainer_went_by(const struct ob_trainer *t);

/* |change of step k| / |gradient that it went by| of tensor i; NaN = not known. */
double ob_trainer_effective_step(const struct ob_trainer *t, size_t i);

/* Whether tensor i has a buffer, or a figure of its own, by the kind that moves it; the
 * 2-norm of its part of a buffer. */
bool ob_trainer_has_slot(const struct ob_trainer *t, size_t i, size_t slot);
bool ob_trainer_has_gauge(const struct ob_trainer *t, size_t i, size_t gauge);
double ob_trainer_slot_norm(const struct ob_trainer *t, size_t i, size_t slot);

/* Whether the row of step k tells more of the vectors than their norms. */
bool ob_trainer_row_looks(const struct ob_trainer *t, uint64_t k);

/* Makes the row of step k. */
void ob_trainer_make_row(struct ob_trainer *t);

/* Passes over the data until now; NaN without data. */
double ob_trainer_epoch(const struct ob_trainer *t);

/* What ends change, out and back in. */
struct ob_ending ob_trainer_ending(const struct ob_trainer *t);
void ob_trainer_set_ending(struct ob_trainer *t, const struct ob_ending *e);

/* Seconds of training until now. */
double ob_trainer_seconds(const struct ob_trainer *t);

/* The value of [stop] target's metric at theta_k, NaN where there is none. */
double ob_trainer_target(struct ob_trainer *t);

/* The words for the end of the run, made once; "" while it goes on. */
const char *ob_trainer_tell(struct ob_trainer *t);

/* A setting that may be changed while the run is under way. */
struct ob_knob {
    char key[64]; /* "optimizer.lr", "group.NAME.lr", "clip.max_norm", "stop.max_steps" */
    const struct ob_param *param;
    const void *opts;      /* where the value stands */
    const void *spec_opts; /* where it came from */
    const char *group;     /* name, "" = [optimizer], NULL = another section: */
    const char *wrapper;   /* that of a wrapper, NULL = [stop] */
};

/* Setting number i, in a fixed order; false beyond the last. */
bool ob_trainer_knob(const struct ob_trainer *t, size_t i, struct ob_knob *out);

/* The tensors of a snapshot. */
void ob_trainer_show_tensors(struct ob_trainer *t, struct ob_snapshot *out);

/* Elements [offset, offset + n) as a vector of their own, lent. */
static inline struct ob_vec ob_trainer_part(const struct ob_vec *v, size_t offset,
                                            size_t n)
{
    char *data = v->data;
    return (struct ob_vec){ v->dtype, n, data + offset * ob_dtype_size(v->dtype) };
}

/* A name for element types: arrays of a checkpoint hold what the run computes in. */
static inline enum ob_array_type ob_trainer_array_type(const struct ob_trainer *t)
{
    return t->theta.dtype == OB_F32 ? OB_ARRAY_F32 : OB_ARRAY_F64;
}

#endif
