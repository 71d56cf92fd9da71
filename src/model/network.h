/*
 * Feed-forward networks, shared by the kinds softmax and mlp: layers of weights, bias,
 * activation and dropout, and a loss over the scores of the last one. Private to
 * src/model.
 *
 *   network_plan.c    layers and tensors from the options
 *   network_data.c    the rows, as the products want them
 *   network_target.c  what is predicted, and which loss compares it
 *   network_room.c    where blocks are worked on
 *   network_ops.c     the products and sums of one layer
 *   network_pass.c    one block of rows forward and back (Rumelhart, Hinton, Williams,
 *                     "Learning representations by back-propagating errors", 1986)
 *   network_along.c   the same for products with the Hessian (Pearlmutter, "Fast exact
 *                     multiplication by the Hessian", 1994)
 *   network_second.c  whole Hessians, Gauss-Newton matrices, curvature along a direction
 *   network.c         blocks over all rows, and the members of ob_problem_type
 *   network_init.c    the start of the parameters
 *   network_look.c    metrics, predictions, confusion, dead units
 *
 * Rows are cut into blocks of OB_CHUNK. In a narrow network (no tensor has more than
 * OB_MATH_AUTO_ELEMENTS elements) blocks are tasks of the pool, NET_WAVE at a time; their
 * gradients are folded by the tree of kernels.h, and waves are added in order. In a wide
 * one a block follows the other, and the pool works inside the products. Which of the two
 * follows from the shape alone, so the bits depend on no pool.
 */
#ifndef OB_MODEL_NETWORK_H
#define OB_MODEL_NETWORK_H

#include "optbench/data/dataset.h"
#include "optbench/model/layer.h"
#include "optbench/model/problem.h"
#include "optbench/num/design.h"
#include "optbench/num/layer_ops.h"
#include "optbench/num/sparse.h"

enum {
    NET_WAVE = 16,         /* blocks whose gradients are kept at once */
    NET_CLASSES = 1 << 16, /* at most */
    NET_LAYERS = 1000,     /* at most */
    NET_UNITS = 10000000,  /* of one layer, at most */
};

/* What a kind makes of its options. */
struct net_setup {
    bool prefix;                          /* tensors are called after their layer */
    const size_t *hidden;                 /* [layers - 1] units */
    const enum ob_activation *activation; /* [layers - 1] */
    const double *dropout;                /* [layers - 1] */
    const bool *bias;                     /* [layers] */
    size_t layers;                        /* the output included */
    enum ob_block_loss loss;
    double smoothing, delta;
};

struct net_layer {
    char name[OB_LAYER_NAME_MAX]; /* "linear1", "output" */
    size_t in, out;
    enum ob_activation activation;
    double dropout; /* behind the activation */
    bool bias;
    size_t weight, bias_at;    /* places in the flat vector */
    size_t tensor;             /* of the weights; that of the bias follows */
    bool apart;                /* what goes on is not stored where `kept` is */
    struct ob_layer_opts opts; /* own copy; of its words only init and bias_init count */
};

/* Some rows of the data. Narrow networks have the features of a block in columns, wide
 * ones in rows; sparse data are neither. */
struct net_data {
    struct ob_design columns; /* narrow, with the target */
    void *rows;               /* wide: [cap * features], owned */
    struct ob_sparse sparse;
    void *y;       /* of rows and sparse: [cap], owned */
    size_t n, cap; /* rows present, and how many there is room for */
};

/* One block of the rows. */
struct net_rows {
    size_t first, n;
    const void *x, *y; /* x NULL: sparse */
    size_t ld;         /* of x */
};

/* Where one block is worked on. Unit u of row i at [u * ld + i]. */
struct net_room {
    void *memory; /* owned, of all of it */
    void **kept;  /* [layers] what the derivative of the activation reads */
    void **out;   /* [layers] what goes on: kept[l] itself unless `apart` */
    void *g[2];   /* gradients of two layers that follow each other, in turn */
    void *sums;   /* [widest] */
    /* For products with the Hessian; NULL until the first. */
    void *memory_along;
    void **along;     /* [layers] derivative of the sums */
    void **out_along; /* [layers] and of what goes on */
    void *rg[2];
    double *wide; /* sparse: sums of the first layer's gradient, [out * in] */
};

struct network {
    struct net_layer *layer; /* [layers], owned */
    size_t layers;
    size_t features, outputs, widest; /* units of the widest layer */
    enum ob_dtype dtype;
    bool narrow;
    struct ob_block_target target; /* y is that of the block in hand */
    struct net_data full, batch;
    const struct net_data *now; /* &full or &batch */
    bool has_batch;

    struct net_room *room; /* [rooms], owned; as many blocks are in hand at once */
    size_t rooms;
    void *partial; /* [wave + 1][n + 1] gradient and loss of each block of a wave, and
                      what they are folded to; those of other ranks stay 0. Owned, NULL
                      where blocks are taken in turn */
    size_t wave;   /* blocks of the longest wave */
    size_t correct[NET_WAVE];

    /* The last evaluation over all rows in OB_MODE_EVAL. */
    void *seen; /* [n] where, owned; NULL = none yet */
    bool seen_valid;
    size_t seen_correct;
};

/* p->state is a struct network. The start of a kind, behind its options. */
bool net_start(struct ob_problem *p, const struct ob_dataset *d,
               const struct net_setup *setup, struct ob_err *err);

/* ---- of the parts ---- */

/* "linear1", ..., "output": layer number i of so many. */
void net_layer_name(size_t i, size_t layers, char name[static OB_LAYER_NAME_MAX]);

bool net_plan(struct ob_problem *p, const struct net_setup *setup, struct ob_err *err);

/* Checks the targets, and finds out how many outputs there are. */
bool net_target(struct ob_problem *p, const struct ob_dataset *d,
                const struct net_setup *setup, struct ob_err *err);

bool net_data_init(const struct network *net, struct net_data *data,
                   const struct ob_problem *p, const struct ob_dataset *d,
                   struct ob_err *err);
void net_data_finish(struct net_data *data);
bool net_data_choose(const struct ob_problem *p, struct net_data *batch,
                     const struct net_data *from, const uint32_t *row, size_t n,
                     struct ob_err *err);
size_t net_blocks(const struct net_data *data);
struct net_rows net_block(const struct network *net, const struct net_data *data,
                          size_t i);

/* Room for blocks of all rows, and what products with the Hessian need besides. */
bool net_rooms_init(struct ob_problem *p, struct ob_err *err);
bool net_rooms_along(struct ob_problem *p, struct ob_err *err);
void net_rooms_finish(struct network *net);

/* One block in hand. */
struct net_task {
    const struct ob_problem *p;
    const struct network *net;
    struct net_room *room;
    struct ob_pool *pool; /* for the products; NULL = this thread */
    const struct net_data *data;
    struct net_rows rows;
    size_t ld; /* of the room, for so many rows */
    const void *theta;
    bool train;   /* dropout acts */
    double scale; /* of the gradient */
};

/* The scores of the block; lent from the room. */
void *net_forward(const struct net_task *t);

/* Behind net_forward(): replaces the scores by scale dloss/dz and fills grad [n], or adds
 * to it. */
void net_backward(const struct net_task *t, bool add, void *grad,
                  struct ob_block_sums *sums);
/* The same from g on, which takes the place of scale dloss/dz and is spoilt. */
void net_pull_back(const struct net_task *t, void *g, bool add, void *grad);

/* out [n] = Hessian of the block times v, or adds to it; does the forward pass itself. */
void net_along(const struct net_task *t, const void *v, bool add, void *out);

/* The same with the generalised Gauss-Newton matrix of the block. */
void net_gauss_along(const struct net_task *t, const void *v, bool add, void *out);

/* Pieces that both passes have. */
struct ob_block net_shape(const struct net_task *t, size_t layer);
bool net_drops(const struct net_task *t, size_t layer);
struct ob_dropout net_dropout(const struct net_task *t, size_t layer);
const void *net_at(const struct net_task *t, const void *v, size_t i);
void net_times_input(const struct net_task *t, const void *w, void *z);
void net_input_gradient(const struct net_task *t, const void *g, bool add, void *dw);
void net_times(const struct net_task *t, size_t layer, const void *w, const void *h,
               bool add, void *z);
void net_weight_gradient(const struct net_task *t, size_t layer, const void *g,
                         const void *h, bool add, void *dw);
void net_times_transposed(const struct net_task *t, size_t layer, const void *w,
                          const void *g, bool add, void *out);
void net_bias_gradient(const struct net_task *t, size_t layer, const void *g, bool add,
                       void *db);
struct ob_block_target net_task_target(const struct net_task *t);

/* Rows that are classified rightly, over all of them; known already where the last
 * evaluation was at the same theta. */
size_t net_correct(struct ob_problem *p, const void *theta);
void net_remember(struct ob_problem *p, const void *theta, size_t correct);

/* Calls see() with the scores of each of the first `most` blocks that is this rank's,
 * nothing left out. */
void net_each_block(struct ob_problem *p, const void *theta, size_t most,
                    void (*see)(void *ctx, const struct net_task *t, void *z), void *ctx);

/* ---- members of ob_problem_type ---- */

const char *net_unshared(const struct ob_problem *p);
void net_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out);
void net_finish(struct ob_problem *p);
bool net_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err);
bool net_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
             struct ob_err *err);
bool net_curvature(struct ob_problem *p, const void *theta, const void *dir, double *out,
                   struct ob_err *err);
bool net_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err);
bool net_gauss_newton(struct ob_problem *p, const void *theta, double *g,
                      struct ob_err *err);
bool net_gauss_newton_product(struct ob_problem *p, const void *theta, const void *v,
                              void *out, struct ob_err *err);
bool net_init(const struct ob_problem *p, const struct ob_model_opts *opts,
              struct ob_draw *draw, double *theta, struct ob_err *err);
bool net_predict(struct ob_problem *p, const void *theta, double *out,
                 struct ob_err *err);
bool net_confusion(struct ob_problem *p, const void *theta, uint64_t *count,
                   struct ob_err *err);
bool net_units(struct ob_problem *p, const void *theta, size_t *dead, struct ob_err *err);
extern const struct ob_metric net_metrics[], net_class_metrics[];
extern const struct ob_placed_type net_placed_type; /* placed_net.h */

#define NET_MEMBERS                                                                      \
    .eval = net_eval, .hessian = net_hessian, .finish = net_finish, .batch = net_batch,  \
    .hvp = net_hvp, .curvature = net_curvature, .gauss_newton = net_gauss_newton,        \
    .gauss_newton_product = net_gauss_newton_product, .init = net_init,                  \
    .predict = net_predict, .confusion = net_confusion, .units = net_units,              \
    .placed = &net_placed_type, .unshared = net_unshared

#endif
