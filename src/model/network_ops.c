/* The products and sums of one layer over one block of rows. */
#include <stdlib.h>
#include <string.h>

#include "network.h"

const void *net_at(const struct net_task *t, const void *v, size_t i)
{
    return (const char *)v + i * ob_dtype_size(t->p->dtype);
}

struct ob_block net_shape(const struct net_task *t, size_t layer)
{
    return (struct ob_block){ .dtype = t->p->dtype,
                              .units = t->net->layer[layer].out,
                              .rows = t->rows.n,
                              .ld = t->ld };
}

struct ob_dropout net_dropout(const struct net_task *t, size_t layer)
{
    return (struct ob_dropout){ .p = t->net->layer[layer].dropout,
                                .seed = t->p->dropout_seed,
                                .step = t->p->step,
                                .layer = layer,
                                .first_row = t->rows.first };
}

bool net_drops(const struct net_task *t, size_t layer)
{
    return t->train && t->net->layer[layer].dropout > 0;
}

struct ob_block_target net_task_target(const struct net_task *t)
{
    struct ob_block_target target = t->net->target;
    target.y = t->rows.y;
    return target;
}

static struct ob_gemm product(const struct net_task *t, bool add)
{
    return (struct ob_gemm){ .dtype = t->p->dtype, .alpha = 1, .beta = add ? 1 : 0 };
}

static void multiply(const struct net_task *t, const struct ob_gemm *g)
{
    ob_matmul(t->pool, t->p->math, g);
}

/* ---- the first layer, whose input are the data ---- */

static struct ob_sparse_layer sparse_layer(const struct net_task *t)
{
    return (struct ob_sparse_layer){
        .first = t->rows.first, .n = t->rows.n, .units = t->net->layer[0].out, .ld = t->ld
    };
}

void net_times_input(const struct net_task *t, const void *w, void *z)
{
    const struct net_layer *layer = t->net->layer;
    if (!t->rows.x) {
        struct ob_sparse_layer l = sparse_layer(t);
        ob_sparse_layer_forward(&t->data->sparse, &l, w, NULL, z);
        return;
    }
    struct ob_gemm g = product(t, false);
    g.m = layer->out, g.n = t->rows.n, g.k = layer->in;
    g.a = w, g.lda = layer->in;
    g.b = t->rows.x, g.ldb = t->rows.ld, g.trans_b = !t->net->narrow;
    g.c = z, g.ldc = t->ld;
    multiply(t, &g);
}

/* The sums that a sparse block gave, rounded once. */
static void round_sums(const struct net_task *t, size_t n, bool add, void *dw)
{
    const double *wide = t->room->wide;
    for (size_t i = 0; i < n; i++)
        if (t->p->dtype == OB_F32)
            ((float *)dw)[i] = (add ? ((float *)dw)[i] : 0) + (float)wide[i];
        else
            ((double *)dw)[i] = (add ? ((double *)dw)[i] : 0) + wide[i];
}

void net_input_gradient(const struct net_task *t, const void *g, bool add, void *dw)
{
    const struct net_layer *layer = t->net->layer;
    if (!t->rows.x) {
        struct ob_sparse_layer l = sparse_layer(t);
        size_t n = layer->out * layer->in;
        memset(t->room->wide, 0, n * sizeof *t->room->wide);
        ob_sparse_layer_backward(&t->data->sparse, &l, g, t->room->wide);
        round_sums(t, n, add, dw);
        return;
    }
    struct ob_gemm c = product(t, add);
    c.m = layer->out, c.n = layer->in, c.k = t->rows.n;
    c.a = g, c.lda = t->ld;
    c.b = t->rows.x, c.ldb = t->rows.ld, c.trans_b = t->net->narrow;
    c.c = dw, c.ldc = layer->in;
    multiply(t, &c);
}

/* ---- the layers behind it ---- */

void net_times(const struct net_task *t, size_t layer, const void *w, const void *h,
               bool add, void *z)
{
    const struct net_layer *l = &t->net->layer[layer];
    struct ob_gemm g = product(t, add);
    g.m = l->out, g.n = t->rows.n, g.k = l->in;
    g.a = w, g.lda = l->in;
    g.b = h, g.ldb = t->ld;
    g.c = z, g.ldc = t->ld;
    multiply(t, &g);
}

void net_weight_gradient(const struct net_task *t, size_t layer, const void *g,
                         const void *h, bool add, void *dw)
{
    const struct net_layer *l = &t->net->layer[layer];
    struct ob_gemm c = product(t, add);
    c.m = l->out, c.n = l->in, c.k = t->rows.n;
    c.a = g, c.lda = t->ld;
    c.b = h, c.ldb = t->ld, c.trans_b = true;
    c.c = dw, c.ldc = l->in;
    multiply(t, &c);
}

void net_times_transposed(const struct net_task *t, size_t layer, const void *w,
                          const void *g, bool add, void *out)
{
    const struct net_layer *l = &t->net->layer[layer];
    struct ob_gemm c = product(t, add);
    c.m = l->in, c.n = t->rows.n, c.k = l->out;
    c.a = w, c.lda = l->in, c.trans_a = true;
    c.b = g, c.ldb = t->ld;
    c.c = out, c.ldc = t->ld;
    multiply(t, &c);
}

void net_bias_gradient(const struct net_task *t, size_t layer, const void *g, bool add,
                       void *db)
{
    struct ob_block b = net_shape(t, layer);
    ob_layer_sums(t->pool, &b, g, add ? t->room->sums : db);
    if (add)
        ob_kernels(t->p->dtype)->axpy(b.units, 1, t->room->sums, db);
}
