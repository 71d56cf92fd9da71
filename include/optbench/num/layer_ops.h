/*
 * What a network does between its matrix products (matmul.h), over one block of samples:
 * bias and activation, dropout, losses with their gradients in one pass, sums of
 * gradients, counts. The formulas stand in activation.h and formulas.h.
 *
 * A block is feature-major: unit u of sample i at [u * ld + i], i < rows; what lies
 * behind the rows is neither read nor written. Arrays are of the block's dtype. Rows are
 * samples of one mini-batch or one chunk of the data (OB_CHUNK); any number is allowed.
 *
 * Sums over samples run over the fixed tree of kernels.h, in the dtype; everything else
 * is element by element. So the bits are the same for any pool and processor, and sums of
 * chunks may be folded by ob_kernels()->fold.
 *
 * The training thread calls, the pool's threads help; a task of the pool calls with pool
 * = NULL, also from several threads at once. Nothing here allocates or fails.
 */
#ifndef OB_NUM_LAYER_OPS_H
#define OB_NUM_LAYER_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/num/dtype.h"
#include "optbench/num/pool.h"

/* The shape that the arrays of one call share. */
struct ob_block {
    enum ob_dtype dtype;
    size_t units; /* >= 1 */
    size_t rows;  /* samples, >= 1 */
    size_t ld;    /* elements from one unit to the next, >= rows */
};

/* A good `ld` for own blocks of so many rows: whole cache lines, and not a distance at
 * which all units fall into the same sets of a cache. */
size_t ob_block_ld(enum ob_dtype dtype, size_t rows);

/* ---- activations ---- */

enum ob_activation {
    OB_ACT_IDENTITY,
    OB_ACT_RELU,
    OB_ACT_LEAKY_RELU, /* z < 0: 0.01 z */
    OB_ACT_ELU,        /* z < 0: e^z - 1 */
    OB_ACT_GELU,       /* z times the normal distribution function at z */
    OB_ACT_GELU_TANH,  /* z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2 */
    OB_ACT_SILU,       /* z sigmoid(z) */
    OB_ACT_SIGMOID,
    OB_ACT_TANH,
    OB_ACT_SOFTPLUS,
    OB_ACTIVATIONS /* how many */
};

/* "identity", "relu", ..., in the order of the enum, ended by NULL; for OB_CHOICE. */
extern const char *const ob_activation_names[];

/* What the derivatives of f read, here called `kept`: true: the output f(z), so that z
 * need not be stored; false: z. */
bool ob_activation_keeps_output(enum ob_activation f);

/* h = f(z + bias), z = z + bias. bias [units], NULL: none. h may be z: then only h is
 * left. */
void ob_layer_forward(struct ob_pool *pool, const struct ob_block *b,
                      enum ob_activation f, const void *bias, void *z, void *h);

/* g holds dloss/dh and becomes dloss/dz = g f'. */
void ob_layer_backward(struct ob_pool *pool, const struct ob_block *b,
                       enum ob_activation f, const void *kept, void *g);

/* The directional derivative of ob_layer_forward() (Pearlmutter, "Fast exact
 * multiplication by the Hessian", 1994): rz = rz + rbias, rh = f' rz. rbias [units] is
 * the direction's part of the bias, NULL: none; rh may be rz. */
void ob_layer_forward_along(struct ob_pool *pool, const struct ob_block *b,
                            enum ob_activation f, const void *kept, const void *rbias,
                            void *rz, void *rh);

/* That of ob_layer_backward(): g holds dloss/dh, rg its directional derivative, rz what
 * ob_layer_forward_along() left; they become g f' and rg f' + g f'' rz. */
void ob_layer_backward_along(struct ob_pool *pool, const struct ob_block *b,
                             enum ob_activation f, const void *kept, const void *rz,
                             void *g, void *rg);

/* total[u] = sum over the samples of g: the gradient of a bias. */
void ob_layer_sums(struct ob_pool *pool, const struct ob_block *b, const void *g,
                   void *total);

/* alive[u] becomes true where the output h of unit u is not zero for some sample; the
 * caller begins with false. */
void ob_layer_alive(const struct ob_block *b, const void *h, bool *alive);

/* ---- dropout ---- */

/* Whether an element is kept is a function of these, its unit and its sample alone:
 * Philox4x32-10 with the key `seed` and the counter (sample / 4, unit, low half of step,
 * 2^31 + 2^16 layer + step / 2^32); word sample % 4 of it,
 * below p 2^32, drops the element. A set top bit keeps
 * these blocks apart from all streams of rng.h. */
struct ob_dropout {
    double p; /* the share that becomes zero, 0 <= p < 1; p = 0 keeps all */
    uint64_t seed;
    uint64_t step;    /* below 2^48 */
    size_t layer;     /* below 2^15 */
    size_t first_row; /* number of the block's first sample in its mini-batch (or in the
                         data), a multiple of 4; rows are numbered below 2^34 */
};

/* The least word that keeps an element; 0 where p is. */
uint32_t ob_dropout_least(double p);

/* to = from / (1 - p) where kept, +0 elsewhere. For values and for gradients; `to` may be
 * `from`. */
void ob_layer_dropout(struct ob_pool *pool, const struct ob_block *b,
                      const struct ob_dropout *d, const void *from, void *to);

/* ---- losses of the last layer ---- */

enum ob_block_loss {
    OB_BLOCK_CROSS_ENTROPY, /* of the softmax over the units; labels 0 .. units - 1 */
    OB_BLOCK_BCE_LOGITS,    /* as OB_LOSS_BCE_LOGITS, one unit */
    OB_BLOCK_MSE,           /* (z - y)^2 */
    OB_BLOCK_HALF_MSE,      /* (z - y)^2 / 2 */
    OB_BLOCK_HUBER,         /* (z - y)^2 / 2, beyond delta: delta (|z - y| - delta / 2) */
    OB_BLOCK_LOSSES         /* how many */
};

struct ob_block_target {
    enum ob_block_loss loss;
    double smoothing; /* of cross entropy, 0 .. 1: targets (1 - smoothing) [k = y] +
                         smoothing / units */
    double delta;     /* of huber, > 0 */
    const void *y;    /* [rows], borrowed, in the dtype; for cross entropy the number of
                         the class */
};

struct ob_block_sums {
    double loss;    /* sum of the losses of the samples, a number of the dtype */
    size_t correct; /* samples whose largest score (the first of equal ones) is that of
                       the label; bce: whose z > 0 is y > 1/2; otherwise 0 */
};

/* The losses of a block of scores z. With `grad` z becomes scale dloss/dz; otherwise it
 * is left alone. Only cross entropy takes more than one unit. */
void ob_block_loss(struct ob_pool *pool, const struct ob_block *b,
                   const struct ob_block_target *t, double scale, bool grad, void *z,
                   struct ob_block_sums *sums);

/* rz holds the directional derivative of the scores z and becomes that of
 * scale dloss/dz: scale H rz. z is read as scores: call this before they are replaced. */
void ob_block_loss_along(struct ob_pool *pool, const struct ob_block *b,
                         const struct ob_block_target *t, double scale, const void *z,
                         void *rz);

/* z becomes the softmax over its units, or for one unit the sigmoid. */
void ob_block_probabilities(struct ob_pool *pool, const struct ob_block *b, void *z);

/* best[i]: the unit with the largest score, the first of equal ones; one unit: 1 where z
 * > 0, else 0. NaN is never the largest; 0 where there is nothing else. */
void ob_block_best(const struct ob_block *b, const void *z, uint32_t *best);

#endif
