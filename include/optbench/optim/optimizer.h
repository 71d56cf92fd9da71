/*
 * Optimizers: one step of one rule over one flat vector. The loop, the budget, stopping
 * and logging are the trainer's.
 *
 * Everything happens on the training thread. A step reads theta, the gradient and loss at
 * theta, and writes theta; buffers ("slots") are flat vectors of the same shape. Rules
 * are computed in the dtype of the run, coefficients in double and rounded once; the same
 * bits for any pool and any instruction set.
 */
#ifndef OB_OPTIM_OPTIMIZER_H
#define OB_OPTIM_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/model/problem.h"
#include "optbench/num/vec.h"
#include "optbench/optim/linesearch.h"
#include "optbench/optim/schedule.h"

struct ob_optimizer;

enum {
    OB_NEEDS_HESSIAN = 1 << 0,
    OB_WHOLE_VECTOR = 1 << 1, /* groups with other options than [optimizer] are refused */
    OB_FULL_BATCH = 1 << 2,   /* [batch] size must be full */
    OB_NEEDS_HVP = 1 << 3,    /* products with the Hessian */
    OB_NEEDS_LEAST_SQUARES = 1 << 4, /* the Gauss-Newton matrix of a sum of squares */
    OB_PROXIMAL = 1 << 5,   /* the gradient comes without the l1 term; the step does it */
    OB_NEEDS_ROWS = 1 << 6, /* gradients of single rows */
    OB_EVALUATES = 1 << 7,  /* a step may ask the problem at further points: the log
                               counts evaluations. Those of HVP to ROWS do so anyway. */
};

enum ob_step_result {
    OB_STEP_OK,
    /* theta is unchanged; where groups have kinds of their own, others may have moved */
    OB_STEP_STUCK,    /* no length along the direction */
    OB_STEP_SINGULAR, /* no usable Hessian */
};

/* What a step works on. Everything is borrowed for the call. */
struct ob_iterate {
    struct ob_problem *problem;
    struct ob_vec *theta, *grad; /* [n]; the optimizer never writes grad */
    double loss;                 /* objective at theta, of the rows that grad is of */
    uint64_t k;                  /* number of this step, from 1 */
    const uint32_t *row; /* [rows] the batch that grad is of; NULL, 0 = all rows. Who
                            looks at others puts it back with ob_problem_batch(). */
    size_t rows;
    double lr; /* out: rate of [optimizer], of the first group where that
                  moves nothing, or length used */
};

enum {
    OB_OPTIMIZER_COUNTERS = 8,
    OB_OPTIMIZER_SLOTS = 8,
    OB_OPTIMIZER_GAUGES = 8,
    OB_OPTIMIZER_ARRAY_NAME = 88,
    OB_OPTIMIZER_GROUPS = 64, /* sets of options, [optimizer] among them, at most */
    OB_OPTIMIZER_NOTE_MAX = 384,
};

struct ob_optimizer_type;

/* A stretch of parameters with one set of options; those of one name are one group and
 * have the same type and options. */
struct ob_group {
    char name[64];
    size_t offset, n;
    const struct ob_optimizer_type *type; /* of the group; NULL = that of [optimizer] */
    const void *opts; /* an options struct of the type, borrowed during create */
};

struct ob_segment {
    size_t offset, n, group; /* group: index into ob_optimizer.group_opts */
};

/* What one tensor has of a segment: what rules that look at whole tensors work on. */
struct ob_piece {
    size_t offset, n, group;
    size_t tensor; /* index into the problem's layout */
};

/* State of another length than the parameters have: a factor of a matrix, a history, a
 * few numbers in double. */
struct ob_optimizer_array {
    char name[OB_OPTIMIZER_ARRAY_NAME]; /* for checkpoints */
    struct ob_vec vec;
};

/* A figure that an optimizer knows about its last step, beside lr: for people. */
struct ob_gauge {
    const char *name;  /* as a column of the log: trust_radius */
    const char *title; /* in words: "radius of the trust region" */
    bool per_tensor;   /* one number a tensor, else one in all */
};

/* The last step of one parameter, as its caller remembers it. */
struct ob_update {
    size_t i;                        /* which */
    uint64_t k;                      /* number of the step */
    double before, after;            /* theta_i */
    double grad;                     /* that the step went by */
    double lr;                       /* as the step left it in ob_iterate.lr */
    bool known;                      /* the two below are */
    double slot[OB_OPTIMIZER_SLOTS]; /* before the step */
    uint64_t counter[OB_OPTIMIZER_COUNTERS];
};

/* Which rates are stable on a quadratic of one eigenvalue. */
struct ob_rate_limit {
    double lr;           /* below it the iteration converges, above it diverges */
    const char *formula; /* what it is, "2/lambda_max"; static */
    const char *rule;    /* of which rule, "gradient descent"; static */
};

struct ob_optimizer_type {
    const char *name, *title, *summary, *reference;
    unsigned needs;
    size_t opts_size, state_size;
    unsigned slots;
    const char *const *slot_names; /* [slots], as torch names them */
    const char *const
        *counter_names;            /* saved with the slots; ends with NULL; NULL none */
    const struct ob_param *params; /* must hold a REAL `lr` */
    const char *equations; /* the update in the paper's symbols, one equation a line, at
                              most five lines; may be NULL where explain is not */
    const struct ob_gauge *gauges; /* ends with an empty one; NULL = none */
    const void *detail;            /* what types of one make differ in; NULL = nothing */

    /* The line search that goes with it where none is chosen, by name; NULL = none. And
     * the share of the slope that it may leave (c2 of the Wolfe conditions); 0 = 0.9. */
    const char *usual_search;
    double usual_wolfe;

    /* REQUIRED, but for types with a `direction`: then theta + lr * direction. */
    enum ob_step_result (*step)(struct ob_optimizer *o, struct ob_iterate *it);
    /* OPTIONAL */
    /* Appends the update that the last step made, with its numbers; at most seven lines.
     * See ob_optimizer_explain(). NULL: the equations, then what was and what is. */
    void (*explain)(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out);
    /* Lays the parameters that this optimizer stands for over `out` [n], which holds
     * theta, in its own segments. NULL: theta is what it stands for. */
    void (*average)(const struct ob_optimizer *o, const struct ob_vec *theta,
                    struct ob_vec *out);
    /* Before the first step; adds arrays with ob_optimizer_keep(). Must not evaluate. */
    bool (*start)(struct ob_optimizer *o, struct ob_err *err);
    void (*finish)(struct ob_optimizer *o);
    /* Options that contradict each other: OB_ECONFIG, the text opens with the key. */
    bool (*check)(const void *opts, struct ob_err *err);
    /* Why these options give no direction for a line search; NULL = they do. A type
     * without `direction` never does. */
    const char *(*no_direction)(const void *opts);
    enum ob_step_result (*direction)(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir);
    /* Forgets what directions are built from, so that the next one is minus the gradient:
     * asked for where a search found no length along one. False where that one was minus
     * the gradient already. NULL: there is nothing to forget. */
    bool (*restart)(struct ob_optimizer *o);
    /* On a quadratic: the factor by which the distance to its minimum along an
     * eigenvector of eigenvalue `lambda` changes with each step, in the long run; and the
     * largest rate at lambda > 0. False where these options have none. Both or neither;
     * NULL where a step is no linear function of the gradient. */
    double (*growth)(const void *opts, double lr, double lambda);
    bool (*rate_limit)(const void *opts, double lambda, struct ob_rate_limit *out);
};

struct ob_mixed;

/*
 * Where groups name other optimizers, `type` stands for all of them: it is called as
 * [optimizer]'s, has the buffers of every kind (one of a name that several share; zeros
 * where a parameter's own kind has none) and their counters. Each kind then sees its own
 * segments alone, as if the rest were not there.
 */
struct ob_optimizer {
    const struct ob_optimizer_type *type;
    struct ob_problem *problem; /* borrowed */
    struct ob_mixed *mixed;     /* the kinds, private; NULL = there is one */
    void *state;
    void **group_opts;                           /* [groups]; 0 is [optimizer] */
    const struct ob_optimizer_type **group_type; /* [groups] */
    const struct ob_param **group_lr;            /* [groups] the entry `lr` of the type */
    void **
        last_opts; /* [groups] those of the last step, NULL where nothing was set since */
    char (*group_name)[64];
    size_t groups;
    struct ob_segment *segment; /* [segments], in order, covering all n */
    size_t segments;
    struct ob_piece *piece; /* [pieces] the segments, cut between tensors, in order */
    size_t pieces;
    struct ob_vec slot[OB_OPTIMIZER_SLOTS];
    uint64_t counter[OB_OPTIMIZER_COUNTERS];
    struct ob_optimizer_array **array; /* [arrays] */
    size_t arrays;
    double *gauge[OB_OPTIMIZER_GAUGES];      /* [1] or [tensors] each, NaN = not known */
    uint64_t seed;                           /* of what it draws */
    const struct ob_schedule *schedule;      /* borrowed; NULL = constant */
    const struct ob_linesearch_type *search; /* NULL = none */
    void *search_opts;
    struct ob_vec dir, trial, trial_grad; /* only with a line search */
    double search_evals; /* evaluations of the last one; NaN without a line search */
    char note[OB_OPTIMIZER_NOTE_MAX]; /* what a person should know about the last step;
                                         "" = nothing. Cleared by each step. */
    double condition;                 /* of the last Hessian, NaN where none was made */
};

/* The registry. */
const struct ob_optimizer_type *const *ob_optimizers(void);
const struct ob_optimizer_type *ob_optimizer_find(const char *name, struct ob_err *err);

/* What lists say above this one and those that follow it, up to the next heading: "With
 * curvature"; static. NULL = it has none, as those that were loaded. */
const char *ob_optimizer_heading(const struct ob_optimizer_type *type);

/* For plug-ins (conf/plugin.h): whether this type can be one of the registry, and adding
 * it, behind the others; it must stay where it is. One thread. OB_ECONFIG where it is not
 * complete, its name is taken, or there are too many. */
enum { OB_OPTIMIZERS_MORE = 64 };
bool ob_optimizer_may_add(const struct ob_optimizer_type *t, struct ob_err *err);
void ob_optimizer_add(const struct ob_optimizer_type *t);

/* What is chosen for a run; all borrowed, options are copied. */
struct ob_optimizer_setup {
    const struct ob_optimizer_type *type;
    const void *opts;
    const struct ob_group *group; /* [groups], not overlapping; the rest uses opts */
    size_t groups;
    const struct ob_schedule *schedule;      /* outlives the optimizer; NULL constant */
    const struct ob_linesearch_type *search; /* NULL: the usual one of the type */
    const void *search_opts;
    uint64_t seed; /* of what an optimizer draws, by step and element
                      (OB_STREAM_OPTIMIZER) and so without a state */
};

/* Checks without a problem: contradicting options, an impossible line search. What a
 * group is to blame for begins with "group.NAME: ". */
bool ob_optimizer_check(const struct ob_optimizer_setup *s, struct ob_err *err);

/* The same for what one group says: options that contradict each other, or an optimizer
 * other than that of the run that treats all parameters together. The text opens with the
 * key. */
bool ob_optimizer_check_group(const struct ob_optimizer_setup *s,
                              const struct ob_group *group, struct ob_err *err);

/* NULL with *err: as ob_optimizer_check(), or a problem that lacks what the optimizer
 * or the line search needs, or groups where a rule takes the whole vector (OB_ECONFIG);
 * want of memory. */
struct ob_optimizer *ob_optimizer_create(const struct ob_optimizer_setup *s,
                                         struct ob_problem *p, struct ob_err *err);
void ob_optimizer_destroy(struct ob_optimizer *o);

/* One step. it->lr and o->note are written; where the result is not OB_STEP_OK, theta is
 * as it was and o->note says why in one sentence. */
enum ob_step_result ob_optimizer_step(struct ob_optimizer *o, struct ob_iterate *it);

/*
 * What the last step did to a parameter: the rule filled in, at most eight lines of the
 * form "name = symbols = numbers = result", the last being the parameter. The numbers are
 * exact (a double, or a float that "every operation is rounded to float32" follows), in
 * the order of the rule's operations, so that who computes the equation gets the stored
 * bits. Settings changed since do not show. Where u->known is false the lines that need
 * the state before the step say so instead. Not after a step that failed.
 */
void ob_optimizer_explain(const struct ob_optimizer *o, const struct ob_update *u,
                          struct ob_buf *out);

/* Changes an option that the table marks live, in [optimizer] (group "" or NULL) or in a
 * named group; with "" groups of the same kind that hold the same old value follow.
 * OB_ECONFIG where the
 * key or group is unknown or not live, the text is no value for it, or the options would
 * contradict each other; nothing has changed then. */
bool ob_optimizer_set(struct ob_optimizer *o, const char *group, const char *key,
                      const char *text, struct ob_err *err);
/* Gives every group the momentum (beta1, else momentum, where it is above 0) that the
 * schedule has for step k; nothing where it has none. ob_optimizer_step() does it. */
void ob_optimizer_cycle(struct ob_optimizer *o, uint64_t k);

/* Whether the schedule moves that option of a group, so that nobody else can set it. */
bool ob_optimizer_cycles(const struct ob_optimizer *o, size_t group,
                         const struct ob_param *p);

/* The base rate of [optimizer], before the schedule. */
double ob_optimizer_lr(const struct ob_optimizer *o);

/* The parameters that the optimizer stands for where they are not theta (averages): fills
 * out [n]. False where they are theta; out is then as it was. */
bool ob_optimizer_average(const struct ob_optimizer *o, const struct ob_vec *theta,
                          struct ob_vec *out);

/* For `start` of a type: a new array of n zeros, kept and saved under `name`; its data,
 * which stay where they are, or NULL for want of memory. The name must be new. */
void *ob_optimizer_keep(struct ob_optimizer *o, const char *name, enum ob_dtype dtype,
                        size_t n, struct ob_err *err);

/* How many gauges a type has. */
size_t ob_optimizer_gauges(const struct ob_optimizer_type *t);

/*
 * State for a checkpoint: o->slot[i] (named type->slot_names[i], vectors of [n] in the
 * dtype), o->counter[j] (named type->counter_names[j]) and o->array[k] (by their names).
 * Writing them back into a fresh optimizer of the same setup continues with the same
 * bits. Options that were edited live
 * are saved by the caller as text.
 */
size_t ob_optimizer_counters(const struct ob_optimizer *o);

#endif
