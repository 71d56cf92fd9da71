/* What layer_ops.c and block_loss.c share with the kernels of their variants. */
#ifndef OB_NUM_LAYERS_PRIV_H
#define OB_NUM_LAYERS_PRIV_H

#include "optbench/num/cpu.h"
#include "optbench/num/kernels.h"
#include "optbench/num/layer_ops.h"

/* Dropout for one unit; the fields of struct ob_dropout as Philox takes them. */
struct ob_drop {
    uint32_t key[2];
    uint32_t counter[4]; /* of the first four samples */
    uint32_t least;      /* a word below it drops its element */
    double scale;
};

/* One activation over n samples of one unit. bias and rbias: one number, or NULL. */
struct ob_activation_kernels {
    void (*forward)(size_t n, const void *bias, void *z, void *h);
    void (*backward)(size_t n, const void *kept, void *g);
    void (*forward_along)(size_t n, const void *kept, const void *rbias, void *rz,
                          void *rh);
    void (*backward_along)(size_t n, const void *kept, const void *rz, void *g, void *rg);
};

/* A loss over the rows of one chunk, b->rows <= OB_CHUNK: adds to *correct and returns
 * the sum of the losses. */
struct ob_loss_kernels {
    double (*pass)(const struct ob_block *b, const struct ob_block_target *t,
                   double scale, bool grad, void *z, size_t *correct);
    void (*along)(const struct ob_block *b, const struct ob_block_target *t, double scale,
                  const void *z, void *rz);
};

/* All on the calling thread. */
struct ob_layer_kernels {
    struct ob_activation_kernels activation[OB_ACTIVATIONS];
    struct ob_loss_kernels loss[OB_BLOCK_LOSSES];
    double (*sum)(size_t n, const void *g); /* over one chunk */
    bool (*any)(size_t n, const void *h);   /* one that is not zero */
    void (*drop)(size_t n, const struct ob_drop *d, const void *in, void *out);
    void (*probabilities)(const struct ob_block *b, void *z); /* of one chunk */
    void (*best)(const struct ob_block *b, const void *z, uint32_t *best);
};

/* The second level of the tree of kernels.h, for sums of chunks that come one by one. */
struct ob_chunk_sums {
    enum ob_dtype dtype;
    size_t chunks;
    double lane[OB_LANES]; /* numbers of the dtype */
};

void ob_chunk_sums_add(struct ob_chunk_sums *s, double sum);
/* The fold; s is spent. */
double ob_chunk_sums_fold(struct ob_chunk_sums *s);

/* The kernels of the variant in use, and those of one that ob_cpu_has(). */
const struct ob_layer_kernels *ob_layers(enum ob_dtype dtype);
const struct ob_layer_kernels *ob_layers_of(enum ob_isa isa, enum ob_dtype dtype);

#endif
