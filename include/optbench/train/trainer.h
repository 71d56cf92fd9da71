/*
 * One experiment being trained: data, problem, optimizer, schedule and stop rules put
 * together from a spec, and a synchronous step. No thread, no file, no screen: the
 * worker (worker.h) and the tests call ob_trainer_step() and do something with the row.
 *
 * What a row means, on the full batch. theta_0 is the start. Step k makes theta_k from
 * theta_(k-1), the gradient there and the lr of step k; then one pass gives the loss and
 * the gradient at theta_k. Row k holds these two, the lr, and theta_delta, the norm of
 * the stored, rounded difference theta_k - theta_(k-1). Row 0 has neither lr nor
 * theta_delta. So n steps cost n + 1 passes and the last row is complete.
 *
 * With mini-batches step k goes by the gradient of batch k at theta_(k-1): batch_loss and
 * grad_norm of row k are of that. The loss over all rows is measured at the start, at the
 * ends of epochs and every `[log] evaluate` steps; other rows leave it empty. It is
 * measured at the end of the run, too, for the summary and for a row that stands there
 * only because the run ended. A row that a longer run has as well is the same in both, so
 * the last row of a run that ends inside an epoch may be without a loss.
 *
 * The same spec gives the same rows to the bit, whatever the number of threads, the
 * instruction set, pauses and pace. Only `[stop] max_seconds` depends on the clock.
 *
 * One thread at a time; after ob_worker_join() the main thread may read results.
 */
#ifndef OB_TRAIN_TRAINER_H
#define OB_TRAIN_TRAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/diag.h"
#include "optbench/base/err.h"
#include "optbench/conf/spec.h"
#include "optbench/optim/stop.h"
#include "optbench/train/columns.h"
#include "optbench/train/row.h"
#include "optbench/train/safetensors.h"
#include "optbench/train/snapshot.h"

struct ob_device_facts;
struct ob_trainer;

/* Opens the device that the spec names, reads the data and builds everything; theta_0 is
 * set and nothing evaluated. NULL with the reasons in `diags` (configuration, data,
 * device, memory). `spec` is borrowed for the trainer's life. */
struct ob_trainer *ob_trainer_create(const struct ob_spec *spec, struct ob_diags *diags);
/* The same on the processor, whatever device the spec names: for who looks at an
 * experiment and does not run it. */
struct ob_trainer *ob_trainer_create_here(const struct ob_spec *spec,
                                          struct ob_diags *diags);
/*
 * The same on the processors of several processes, each with its own share of the rows
 * (model/shared.h). Rank 0 has the trainer: with the spec of all ranks, before it reads
 * anything; the others follow, until that trainer is destroyed or could not be created.
 * Data are read by every rank for itself, from the paths that the spec of rank 0 has.
 * Rows that are set aside are rank 0's alone. Besides the reasons that
 * ob_trainer_create() has: a problem that cannot be shared out, a rank that failed or
 * read other data. ob_trainer_follow() returns an exit status; what was wrong with this
 * rank alone is printed on stderr.
 */
struct ob_share;
struct ob_trainer *ob_trainer_create_shared(const struct ob_spec *spec,
                                            struct ob_share *share,
                                            struct ob_diags *diags);
int ob_trainer_follow(struct ob_share *share);
/* On rank 0 where no trainer is going to be created: nobody is to follow. */
void ob_trainer_leave(struct ob_share *share);
void ob_trainer_destroy(struct ob_trainer *t);

/* Writes into the spec what only building could decide (experiment.math = auto), for the
 * resolved file and its hash. */
void ob_trainer_settle(const struct ob_trainer *t, struct ob_spec *spec);

/* Lent for the trainer's life. */
const struct ob_columns *ob_trainer_columns(const struct ob_trainer *t);

/* What the data were: facts for run.json. Texts are lent. */
struct ob_trainer_data {
    const char *origin; /* path or generator; "" = the model needs no data */
    uint64_t hash;      /* of the numbers trained on */
    size_t rows, features;
    size_t val_rows, test_rows; /* set aside */
};
struct ob_trainer_data ob_trainer_data(const struct ob_trainer *t);

/* What computes loss and gradient: facts of a device, lent for the trainer's life, or
 * NULL for the processor. In words, safe for a terminal: "cpu", "cuda:0 NVIDIA H200
 * (sm_90, 151 GB)", with why behind it. And why, where experiment.device = auto chose,
 * else "". */
const struct ob_device_facts *ob_trainer_device(const struct ob_trainer *t);
const char *ob_trainer_device_words(const struct ob_trainer *t);
const char *ob_trainer_device_why(const struct ob_trainer *t);
uint64_t ob_trainer_device_used(const struct ob_trainer *t); /* bytes of its memory */

/* Why the device computes loss and gradient alone, and the host makes the steps: "a line
 * search chooses the length of its steps"; static. NULL: it makes the steps, too, or
 * there is none. */
const char *ob_trainer_device_lacks(const struct ob_trainer *t);

/* Of a trainer that was built on the processor, for `check`: whether the problem may be
 * placed on a device at all, else with the complaint that a run would end with; and which
 * device the spec would come to here, in those words. False where it is not here; then
 * the words say why. Looks for devices, opens none. */
bool ob_trainer_may_place(const struct ob_trainer *t, struct ob_diags *diags);
bool ob_trainer_would(const struct ob_trainer *t, struct ob_buf *out);

/* Seconds that a step takes on the processor, by the model with which `auto` decides. */
double ob_trainer_step_cost(const struct ob_trainer *t);
/* The same of all steps that the limits of [stop] allow; NAN where there is none. */
double ob_trainer_run_cost(const struct ob_trainer *t);

/*
 * Says which steps the caller is going to look at behind ob_trainer_step(): looks(ctx, k)
 * for a step k that is yet to be made. Where a device makes the steps it ends a chunk
 * there, for then theta is quickly had; other steps may be looked at, too, and cost some
 * milliseconds. NULL: none in particular.
 */
void ob_trainer_expect(struct ob_trainer *t, bool (*looks)(const void *ctx, uint64_t k),
                       const void *ctx);

/* Whether looking at the step that was made last costs nothing in particular. */
bool ob_trainer_at_rest(const struct ob_trainer *t);

/* What went wrong with the device, NULL while nothing has. From then on nothing that the
 * trainer holds is worth anything: its latest step has no row, it has ended as cancelled,
 * and the run has failed. */
const struct ob_err *ob_trainer_failure(const struct ob_trainer *t);

/* The parameters, and which group and optimizer each tensor has, for `check`. Everything
 * is lent. */
struct ob_tensor_facts {
    const char *name;
    size_t size;
    unsigned ndim;
    const size_t *shape;   /* [ndim] */
    const char *group;     /* NAME of [group.NAME]; NULL = [optimizer] */
    const char *optimizer; /* name of its kind */
};

/* The problem and theta, lent; for `check`, which looks at the start before any step. */
struct ob_problem *ob_trainer_problem(struct ob_trainer *t);
const struct ob_vec *ob_trainer_theta(const struct ob_trainer *t);

size_t ob_trainer_parameters(const struct ob_trainer *t);
size_t ob_trainer_tensors(const struct ob_trainer *t);
struct ob_tensor_facts ob_trainer_tensor_facts(const struct ob_trainer *t, size_t i);

/* The fingerprint of each tensor (fingerprint.h), in order: out [tensors]. */
void ob_trainer_fingerprint(const struct ob_trainer *t, uint64_t *out);

/* Appends what the group of tensor i sets otherwise than [optimizer], "lr = 40, momentum
 * = 0"; of another kind, lr and what is not its default. Nothing for [optimizer]. */
void ob_trainer_tensor_settings(const struct ob_trainer *t, size_t i, struct ob_buf *out);

/* Whether the bits are the same on every machine and device. */
bool ob_trainer_reproducible(const struct ob_trainer *t);

/* Number of threads that the passes use, and elements and buffers that a snapshot of
 * this trainer shows (for ob_feed_sizes). */
unsigned ob_trainer_threads(const struct ob_trainer *t);
size_t ob_trainer_shown(const struct ob_trainer *t);
size_t ob_trainer_slots(const struct ob_trainer *t);

/* Evaluates theta_0 and makes row 0. Once, before the first step, and not after
 * ob_trainer_load(). Anything but OB_GO_ON ends the run before its first step. */
enum ob_stop ob_trainer_start(struct ob_trainer *t);

/* Makes one step. Anything but OB_GO_ON is final: no further step may be asked for. */
enum ob_stop ob_trainer_step(struct ob_trainer *t);

/* Ends the run from outside (cancelled, interrupted): gives the last step its row. */
void ob_trainer_end(struct ob_trainer *t, enum ob_stop why);

/* The row of the latest start, step or end, lent until the next; NULL where that has no
 * row. */
const struct ob_row *ob_trainer_row(const struct ob_trainer *t);

/* Whether the last row was made only because the run ended there, where a run that goes
 * on has none. A checkpoint is of the state without it, so that a log cut back to the
 * checkpoint and continued equals an undisturbed one. */
bool ob_trainer_row_is_extra(const struct ob_trainer *t);

uint64_t ob_trainer_steps(const struct ob_trainer *t); /* made so far */
enum ob_stop ob_trainer_state(const struct ob_trainer *t);

/* Steps that the budget still allows; UINT64_MAX = no limit. */
uint64_t ob_trainer_budget(const struct ob_trainer *t);

/* The schedule of the run, lent; the rate of [optimizer] that it changes; and how many
 * steps are an epoch, 1 on the full batch. */
const struct ob_schedule *ob_trainer_schedule(const struct ob_trainer *t);
double ob_trainer_base_lr(const struct ob_trainer *t);
double ob_trainer_epoch_steps(const struct ob_trainer *t);

/* What the last step went by: its rate, the loss behind it, NaN where that was not
 * measured, and the loss of its sample before it, NaN where gradients are none. */
struct ob_trainer_rate {
    double lr, loss, batch_loss;
};
struct ob_trainer_rate ob_trainer_rate(const struct ob_trainer *t);

/* Stops the clock of max_seconds and `seconds` for as long as the run is paused, and lets
 * it go on. Doing either twice is doing it once. */
void ob_trainer_hold(struct ob_trainer *t);
void ob_trainer_release(struct ob_trainer *t);

/* Takes a break of `ns` nanoseconds out of the time that max_seconds and `seconds`
 * count. */
void ob_trainer_rested(struct ob_trainer *t, int64_t ns);

/*
 * Changes a live parameter before the next step: `optimizer.lr`, `lr`, `group.NAME.lr`,
 * `stop.max_steps` and so on. `from` and `to` receive the values as an INI has them.
 * OB_ECONFIG where there is no such key, it is not live, or the value is not allowed.
 */
bool ob_trainer_set(struct ob_trainer *t, const char *key, const char *value,
                    char from[static 64], char to[static 128], struct ob_err *err);

/*
 * Saves everything that later steps depend on into an empty object: parameters,
 * gradient, optimizer buffers and scalars, generators, position, stop rules, span, live
 * settings. A run that is loaded and continued makes the same rows as one that never
 * stopped. One that a rule of its own had ended is ended when it is loaded, too: no step
 * may be asked for, and its last row is there as it was then. Loading wants a trainer of
 * the same spec: names, sizes and types are checked before anything is changed. OB_EDATA.
 */
bool ob_trainer_save(const struct ob_trainer *t, struct ob_safetensors *out,
                     struct ob_err *err);
bool ob_trainer_load(struct ob_trainer *t, const struct ob_safetensors *in,
                     struct ob_err *err);

/*
 * The parameters at the best value of what [checkpoint] best names, into an empty object;
 * it stays empty where there is none, or none since the last call. A checkpoint has the
 * value and its step, not these parameters: whoever keeps the one keeps the other.
 */
bool ob_trainer_save_best(struct ob_trainer *t, struct ob_safetensors *out,
                          struct ob_err *err);

/* Between the two calls steps are made that ob_trainer_load() will take back: none of
 * them is the best. */
void ob_trainer_rehearse(struct ob_trainer *t, bool on);

/* Fills what a trainer knows of a snapshot; phase, per_second and pace are the
 * worker's. */
void ob_trainer_snapshot(struct ob_trainer *t, struct ob_snapshot *out);

/* Finds the closed form where one exists and is cheap: at most 256 parameters n, and
 * rows * n^2 at most 2e8 (a few tenths of a second). Later snapshots tell of it; those of
 * an ended run do in any case. Nothing that is recorded depends on it. */
void ob_trainer_find_reference(struct ob_trainer *t);

/*
 * Appends what the last step did to a parameter (named as in the log, "" = the first),
 * with its numbers: ob_optimizer_explain(). The state before the step is kept for the
 * first 16 parameters and, from then on, for those asked for; for others the text says
 * what is lost. A gradient that was not kept is computed again, which is one pass and
 * counts as none. OB_ECONFIG where there is no such parameter, or no step to explain.
 */
bool ob_trainer_explain(struct ob_trainer *t, const char *name, struct ob_buf *out,
                        struct ob_err *err);

/* The same for the first parameters, each text in a buffer of its own (cleared first);
 * how many, 0 where there is no step to explain. */
size_t ob_trainer_explain_first(struct ob_trainer *t,
                                struct ob_buf out[static OB_SNAPSHOT_EXPLAIN]);

/*
 * Copies one whole tensor into an empty object: `what` is "NAME", or with a blank behind
 * it "NAME grad" (the gradient at theta), "NAME change" (of the last step), or "NAME
 * BUFFER" (of the optimizer). The array is called "w", "grad.w", "change.w", "BUFFER.w".
 * "confusion" is none of the tensors but the table of ob_trainer_confusion(). OB_ECONFIG
 * where there is none.
 */
bool ob_trainer_tensor(const struct ob_trainer *t, const char *what,
                       struct ob_safetensors *out, struct ob_err *err);

/*
 * Adds the array "confusion" [classes, classes] in double: entry (i, j) is how many of
 * the training rows of class i are taken for class j at theta. The metadata has the names
 * of the classes as a JSON list under "classes", unless they are the numbers from 0.
 * OB_ECONFIG where the model is no classifier.
 */
bool ob_trainer_confusion(const struct ob_trainer *t, struct ob_safetensors *out,
                          struct ob_err *err);

#endif
