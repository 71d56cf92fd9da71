/*
 * A problem: a scalar objective over one flat vector of parameters, with its derivatives.
 *
 * The trainer creates one problem per run and evaluates it on the training thread; the
 * optimizers see nothing else (no dataset, no batch). Gradients and parameters travel in
 * the dtype of the run, Hessians and scalars in double.
 *
 *   objective(theta) = loss(theta) + l1 * sum |w_i| + l2 / 2 * sum w_i^2
 *
 * where the penalties run over the tensors that hold weights and never over a bias (as
 * Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 3.4, do).
 * A model that is typed has no bias: there they run over all parameters.
 * The subgradient of |w| at 0 is taken as 0. With l2 = c the penalty's gradient is c * w,
 * so that plain gradient descent with l2 = c takes the same steps as `weight_decay = c`
 * on the group of weights; the loss that is logged differs by the penalty.
 *
 * Everything here is deterministic: the same bits for any pool and any instruction set.
 */
#ifndef OB_MODEL_PROBLEM_H
#define OB_MODEL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/num/dtype.h"
#include "optbench/num/layout.h"
#include "optbench/num/matmul.h"
#include "optbench/num/pool.h"
#include "optbench/num/share.h"

struct ob_dataset;
struct ob_draw;
struct ob_layer_spec;
struct ob_placed;
struct ob_placed_type;
struct ob_problem;

/* What a problem can give beside value and gradient; bits of ob_problem_can(). */
enum ob_problem_can {
    OB_CAN_HESSIAN = 1 << 0,
    OB_CAN_HVP = 1 << 1,
    OB_CAN_CURVATURE = 1 << 2,
    OB_CAN_REFERENCE = 1 << 3, /* an optimum may be known for these options */
    OB_CAN_BATCH = 1 << 4,     /* ob_problem_batch() works */
    OB_CAN_PREDICT = 1 << 5,
    OB_CAN_CONFUSION = 1 << 6,    /* a classifier, of p->outputs classes or of two */
    OB_CAN_UNITS = 1 << 7,        /* dead units can be counted */
    OB_CAN_GAUSS_NEWTON = 1 << 8, /* the loss compares outputs of a model with data */
};

/* What is meant by the loss of a problem that leaves units out at random (dropout). */
enum ob_mode {
    OB_MODE_EVAL,  /* nothing is left out: what is measured and shown */
    OB_MODE_TRAIN, /* what is left out follows from the seed and the step alone */
};

struct ob_eval {
    double loss;    /* the objective, penalties included, a number of the dtype */
    size_t clamped; /* samples whose loss term stands at its clamp (bce only, else 0) */
};

/* One figure beside the loss. `value` is over all rows whatever the batch is; penalties
 * are never part of it. theta [n] in the dtype of the problem. */
struct ob_metric {
    const char *name, *title;
    double (*value)(struct ob_problem *p, const void *theta);
    const char *(*lacks)(const struct ob_problem *p); /* ob_metric_lacks(); NULL: never */
};

/* How often the problem was asked, since creation; a resumed run writes the old counts
 * back. */
struct ob_problem_counts {
    uint64_t function, gradient, hessian, hessian_product;
};

/* The keys of [model] that every kind shares; table ob_model_params. */
struct ob_model_opts {
    double l1, l2;
    struct ob_texts init;  /* words of model/init.h, or one number per parameter */
    char *init_from;       /* a safetensors file with all parameters; NULL = none */
    struct ob_texts start; /* "w1:-8", laid over init; names as ob_layout_column_name() */
};
extern const struct ob_param ob_model_params[];

/* What the run decides for a problem. */
struct ob_problem_common {
    enum ob_dtype dtype;
    struct ob_pool *pool; /* borrowed for the life of the problem; NULL = inline */
    double l1, l2;        /* >= 0 */
    int math; /* enum ob_math of the matrix products of networks, or OB_MATH_AUTO */
    const struct ob_layer_spec *layer; /* [layers] exceptions of single layers, lent for
                                          the call; all of them name a layer */
    size_t layers;
    uint64_t dropout_seed;
    struct ob_share *share; /* several processes compute it (model/shared.h), borrowed for
                               the life of the problem; NULL = this one */
    bool apart; /* ... and each keeps its own rows alone: there are no batches */
};

/* What decides about the products where nobody does: reproducible while no tensor of
 * weights has more elements than this, else blas. */
enum { OB_MATH_AUTO = -1, OB_MATH_AUTO_ELEMENTS = 65536 };

enum { OB_LAYER_NAME_MAX = 32 }; /* bytes with the NUL */

/* A member of the family; problems.def lists them. */
struct ob_problem_type {
    const char *name, *title, *summary, *reference;
    unsigned needs; /* OB_PROBLEM_NEEDS_... */
    size_t opts_size, state_size;
    const struct ob_param *params; /* of [model] for this kind; ends with an empty one */
    const struct ob_metric *metrics; /* ends with an empty one; NULL = none */
    const char *usual;  /* metric that is logged without being asked for; NULL = none */
    const void *detail; /* what types of one make differ in; NULL = nothing */

    /* REQUIRED. start adds the tensors to p->layout, builds the state from the dataset
     * (NULL where the type needs none; not kept) and says what is penalised. p->common is
     * there for it alone. */
    bool (*start)(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err);
    /* The bare loss over the current rows at theta; fills grad [n] unless NULL. */
    void (*eval)(struct ob_problem *p, const void *theta, void *grad,
                 struct ob_eval *out);

    /* OPTIONAL, NULL = nothing to do or not able to. All without penalties; false only
     * for want of memory, except where said. */
    void (*finish)(struct ob_problem *p); /* safe after a failed start */
    bool (*batch)(struct ob_problem *p, const uint32_t *row, size_t n,
                  struct ob_err *err);
    bool (*hessian)(struct ob_problem *p, const void *theta, double *h,
                    struct ob_err *err);
    bool (*hvp)(struct ob_problem *p, const void *theta, const void *v, void *out,
                struct ob_err *err);
    bool (*curvature)(struct ob_problem *p, const void *theta, const void *dir,
                      double *out, struct ob_err *err);
    /* ob_problem_gauss_newton() and its product; without the latter the matrix is made
     * for each. has_gauss_newton: whether these options have one; NULL: always. */
    bool (*gauss_newton)(struct ob_problem *p, const void *theta, double *g,
                         struct ob_err *err);
    bool (*gauss_newton_product)(struct ob_problem *p, const void *theta, const void *v,
                                 void *out, struct ob_err *err);
    bool (*has_gauss_newton)(const struct ob_problem *p);
    /* Whether these options have a closed form; NULL with reference_point: always. */
    bool (*has_reference)(const struct ob_problem *p);
    /* The minimiser of the whole objective in double and its value there; false where
     * it is not unique. */
    bool (*reference_point)(struct ob_problem *p, double *theta, double *loss);
    /* ob_problem_values(); NULL: one eval a point. */
    bool (*values)(struct ob_problem *p, size_t k, const double *point, double *loss,
                   struct ob_err *err);
    /* Appends the formula of a function by name, and what its letters stand for. */
    void (*formula)(const struct ob_problem *p, struct ob_buf *out);
    /* A published start in double [n]: where a run begins whose `init` is auto. */
    void (*start_point)(const struct ob_problem *p, double *theta);
    /* ob_problem_domain() and ob_problem_trouble(). */
    bool (*domain)(const struct ob_problem *p, double *low, double *high);
    void (*trouble)(struct ob_problem *p, const void *theta, struct ob_buf *out);
    /* Layer number i by name, from 0; false behind the last. NULL: no layers. */
    bool (*layer)(const void *opts, size_t i, char name[static OB_LAYER_NAME_MAX]);
    /* What options alone show to be wrong, as "key: text". NULL: nothing. */
    bool (*check)(const void *opts, struct ob_err *err);
    /* The start where `init` is no list of numbers, layer by layer, in the order of the
     * tensors: theta [n]. NULL: one rule for the whole vector. */
    bool (*init)(const struct ob_problem *p, const struct ob_model_opts *opts,
                 struct ob_draw *draw, double *theta, struct ob_err *err);
    /* ob_problem_predict(), _confusion() and _units(). */
    bool (*predict)(struct ob_problem *p, const void *theta, double *out,
                    struct ob_err *err);
    bool (*confusion)(struct ob_problem *p, const void *theta, uint64_t *count,
                      struct ob_err *err);
    bool (*units)(struct ob_problem *p, const void *theta, size_t *dead,
                  struct ob_err *err);
    /* The global minimisers that the literature knows of the bare loss, at most `most`:
     * theta [most * n], one behind the other, and their common loss. Returns how many, 0
     * where they are not known for these options. */
    size_t (*optima)(const struct ob_problem *p, size_t most, double *theta,
                     double *loss);
    /* How a device computes it (placed.h). NULL: none can. */
    const struct ob_placed_type *placed;
    /* ob_problem_unshared() of a problem with rows; NULL: none can be shared out. A type
     * that has this sums over its rows by p->share. */
    const char *(*unshared)(const struct ob_problem *p);
};

enum {
    OB_PROBLEM_NEEDS_DATA = 1 << 0,
    OB_PROBLEM_NEEDS_TARGET = 1 << 1,
    OB_PROBLEM_TAKES_SPARSE = 1 << 2, /* start understands a sparse dataset */
    OB_PROBLEM_NETWORK = 1 << 3,      /* works by products of matrices: `math` matters */
};

enum {
    OB_OPTIMA_MAX = 32,   /* global minimisers of one problem that are kept */
    OB_UNITS_ROWS = 2048, /* first rows that ob_problem_units() looks at, at most */
};
#define OB_UNITS_NONE SIZE_MAX /* dead units of a tensor that cannot have any */

/* Elements [offset, offset + n) of the flat vector. */
struct ob_stretch {
    size_t offset, n;
};

struct ob_problem {
    const struct ob_problem_type *type;
    void *opts, *state;                     /* opts: an own copy */
    const struct ob_problem_common *common; /* lent to `start`, NULL behind it */
    enum ob_dtype dtype;
    struct ob_pool *pool;
    struct ob_layout layout; /* tensors in the order of the flat vector */
    size_t n;                /* parameters, = layout.n */
    size_t rows;             /* rows of the training data, 0 without data */
    double l1, l2;
    enum ob_math math;         /* what took effect */
    struct ob_stretch *weight; /* [weights] what is penalised, in order, owned */
    size_t weights;
    size_t outputs;    /* numbers that are predicted for a row, 0 = none */
    size_t classes;    /* that are told apart, 0 = no classifier */
    char **class_name; /* [classes], owned; NULL where they are the numbers from 0 */
    /* Whether loss and gradient in OB_MODE_TRAIN are a sample; set by start. */
    bool random;
    enum ob_mode mode;
    uint64_t step; /* in OB_MODE_TRAIN */
    uint64_t dropout_seed;
    /* ob_problem_accumulate(): batches of more rows than `micro` are means over pieces of
     * so many; 0 = none are. The rows of such a batch, and room for one piece's vector.
     */
    size_t micro;
    uint32_t *micro_row; /* [micro_room], owned */
    size_t micro_rows, micro_room;
    void *micro_sum; /* [n], owned; NULL before the first */
    /* ob_problem_filter() and ob_problem_smooth(). */
    void (*filter)(void *self, const void *theta, void *grad);
    void *filter_self;
    bool smooth;
    bool batched;             /* rows have been chosen by ob_problem_batch() */
    struct ob_placed *placed; /* where it is on a device, owned; NULL = here */
    struct ob_share *share;   /* borrowed; NULL = of this process alone */
    bool apart;               /* of its rows this rank has its own */
    bool leads;               /* ob_problem_lead(): others follow */
    struct ob_problem_counts counts;
    /* The optima, found once on first demand. */
    bool ref_asked;
    size_t ref_count;  /* 0 = none is known */
    double *ref_theta; /* [ref_count * n], one behind the other */
    double ref_loss;
};

/* The family, ended by NULL; and one by name (NULL with OB_ECONFIG in *err). */
const struct ob_problem_type *const *ob_problem_types(void);
const struct ob_problem_type *ob_problem_find(const char *name, struct ob_err *err);

/* For plug-ins (conf/plugin.h): whether this type can be one of the family, and adding
 * it, behind the others; it must stay where it is. One thread. OB_ECONFIG where it is not
 * complete, its name is taken, or there are too many. */
enum { OB_PROBLEMS_MORE = 64 };
bool ob_problem_may_add(const struct ob_problem_type *t, struct ob_err *err);
void ob_problem_add(const struct ob_problem_type *t);

/*
 * Builds a problem over the dataset, which may be released afterwards. opts is a filled
 * options struct of the type (copied). NULL with *err: no target, targets that the model
 * cannot take (OB_EDATA, with the column and the value), too little memory.
 */
struct ob_problem *ob_problem_create(const struct ob_problem_type *type, const void *opts,
                                     const struct ob_problem_common *common,
                                     const struct ob_dataset *data, struct ob_err *err);
void ob_problem_destroy(struct ob_problem *p);

unsigned ob_problem_can(const struct ob_problem *p);

/*
 * Restricts eval, hessian, hvp and curvature to n rows, 1 <= n <= p->rows (indices below
 * p->rows, repeats allowed, copied); NULL and 0 go back to all rows. Metrics and the
 * reference are always over all rows. Needs OB_CAN_BATCH; fails only for want of memory.
 */
bool ob_problem_batch(struct ob_problem *p, const uint32_t *row, size_t n,
                      struct ob_err *err);

/*
 * From the next batch on: one of more than `rows` rows is taken in pieces of so many, the
 * last being what is left, and value and derivatives are the means over the pieces, each
 * of the same weight, as if their gradients had been accumulated one after the other.
 * Only one piece needs room. 0 ends it.
 */
void ob_problem_accumulate(struct ob_problem *p, size_t rows);

/* Until the next call every gradient that ob_problem_eval() gives passes through fn,
 * which may change it (grad [n] at theta [n], in the dtype); NULL ends that. */
void ob_problem_filter(struct ob_problem *p,
                       void (*fn)(void *self, const void *theta, void *grad), void *self);

/* Whether gradients lack the l1 term: those of the smooth part of the objective, for who
 * takes the other by its proximal operator. The loss has it all the same. */
void ob_problem_smooth(struct ob_problem *p, bool on);

/* With such a gradient at theta [n]: makes it the shortest subgradient of the objective,
 * which is 0 at its minima alone. Nothing to do where gradients have the l1 term. */
void ob_problem_least_slope(const struct ob_problem *p, const void *theta, void *grad);

/* The proximal operator of length * l1 * sum |w_i|: what is penalised in theta [n] goes
 * length * l1 towards 0, at most to it, in the dtype. */
void ob_problem_shrink(const struct ob_problem *p, double length, void *theta);

/*
 * From here on what is left out is that of `step` (OB_MODE_TRAIN), or nothing is
 * (OB_MODE_EVAL, where a problem begins). Both are the same where p->random is false.
 * Metrics, predictions and units are always those of OB_MODE_EVAL.
 */
void ob_problem_mode(struct ob_problem *p, enum ob_mode mode, uint64_t step);

/* Value and, unless grad is NULL, gradient of the objective at theta [n]. */
void ob_problem_eval(struct ob_problem *p, const void *theta, void *grad,
                     struct ob_eval *out);

/* Second derivatives of the objective (the l1 term has none). Each needs its bit of
 * ob_problem_can() and fails only for want of memory. h [n * n] is row-major and
 * symmetric; v, dir and out [n] are in the dtype. */
bool ob_problem_hessian(struct ob_problem *p, const void *theta, double *h,
                        struct ob_err *err);
bool ob_problem_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                    struct ob_err *err);
/* dir' H dir, the second derivative along dir; counts as a Hessian product. */
bool ob_problem_curvature(struct ob_problem *p, const void *theta, const void *dir,
                          double *out, struct ob_err *err);

/*
 * The generalised Gauss-Newton matrix: with z the outputs of the model for the current
 * rows and J their Jacobian by theta,
 *
 *   G = J' (d2 loss / dz2) J + l2 on the weights
 *
 * (Schraudolph 2002; for squared losses the matrix J'J of Gauss and Newton, scaled as the
 * loss is). It is positive semi-definite wherever the loss is convex in z, and the
 * Hessian where z is linear in theta. g [n * n], row-major, symmetric; v and out [n] in
 * the dtype. Needs OB_CAN_GAUSS_NEWTON; fails only for want of memory; counts as a
 * Hessian or as a product with one.
 */
bool ob_problem_gauss_newton(struct ob_problem *p, const void *theta, double *g,
                             struct ob_err *err);
bool ob_problem_gauss_newton_product(struct ob_problem *p, const void *theta,
                                     const void *v, void *out, struct ob_err *err);

/*
 * The objective at k points, in the dtype of the run: parameter j of point i is
 * point[j * k + i] and is rounded to the dtype; loss [k] is what ob_problem_eval() gives
 * there. For pictures of the surface: never counts as evaluations of the run. Fails only
 * for want of memory.
 */
bool ob_problem_values(struct ob_problem *p, size_t k, const double *point, double *loss,
                       struct ob_err *err);

/*
 * What the model says about all rows, in double: out [rows * outputs], row by row. Of a
 * classifier the probabilities: of each class, or with one output of class 1. Needs
 * OB_CAN_PREDICT; fails only for want of memory.
 */
bool ob_problem_predict(struct ob_problem *p, const void *theta, double *out,
                        struct ob_err *err);

/* How often a row of class i was taken for one of class j: count [classes * classes],
 * entry i * classes + j, over all rows. Needs OB_CAN_CONFUSION. */
bool ob_problem_confusion(struct ob_problem *p, const void *theta, uint64_t *count,
                          struct ob_err *err);

/* For each tensor of weights how many of its units are dead: their output is 0 for every
 * one of the first OB_UNITS_ROWS rows, and they cannot learn from any of these. dead
 * [layout.count]; OB_UNITS_NONE for other tensors. Needs OB_CAN_UNITS. */
bool ob_problem_units(struct ob_problem *p, const void *theta, size_t *dead,
                      struct ob_err *err);

/* The box in which a function is usually looked at: low [n], high [n]. False where the
 * problem has none. */
bool ob_problem_domain(const struct ob_problem *p, double *low, double *high);

/* Appends one line on why the loss or the gradient is not finite at theta [n], such as
 * "log(x - 2) at column 9: the logarithm of a negative number, -1.3". Nothing where they
 * are finite, or where the problem cannot tell. */
void ob_problem_trouble(struct ob_problem *p, const void *theta, struct ob_buf *out);

/* An optimum of the objective where one is known, by a closed form or from the
 * literature: theta [n] (NULL allowed) and its loss. Where there are several it is the
 * first. False where there is none: another model, penalties that move it, dependent
 * columns, or data so large (rows * n > 2e7 or rows * n^2 > 4e9) that it would take
 * longer or more memory than the run. Found on first demand, in double, on the data as
 * rounded to the dtype.
 */
bool ob_problem_reference(struct ob_problem *p, double *theta, double *loss);
/* All of them, at most `most`: theta [most * n], one behind the other, and their common
 * loss. Returns how many. */
size_t ob_problem_optima(struct ob_problem *p, size_t most, double *theta, double *loss);
/* |theta - optimum|, of the nearest; NaN where there is none. */
double ob_problem_distance(struct ob_problem *p, const void *theta);

/* For `start` of a type: these elements are weights, which the penalties run over.
 * Called in ascending order. */
void ob_problem_penalise(struct ob_problem *p, size_t offset, size_t n);

/* A metric of this family by name, or NULL. */
const struct ob_metric *ob_problem_metric(const struct ob_problem_type *type,
                                          const char *name);
/* Its value at theta [n], over all rows. */
double ob_problem_measure(struct ob_problem *p, const struct ob_metric *m,
                          const void *theta);
/* What a metric of the family needs and this problem has not, in static words, such as
 * "it compares predict with data.target"; NULL where it has a meaning. */
const char *ob_metric_lacks(const struct ob_metric *m, const struct ob_problem *p);

#endif
