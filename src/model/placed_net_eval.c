/* One evaluation of a network on a device, as launches of kernels. */
#include "placed_net.h"

#include "optbench/device/network.h"

/* Some rows of an evaluation: of a wave, or of a piece of one. */
struct part {
    struct net_placed *s;
    const struct ob_placed_call *call;
    const struct net_placed_rows *data;
    uint64_t all;         /* rows of the evaluation; 0: now[OB_NOW_ROWS] says */
    uint64_t first, span; /* at most so many rows, from there on */
    uint64_t wave;        /* where its wave begins */
    bool folds;           /* gradients of blocks are kept, and folded behind each wave: of
                             narrow networks, and of products that cannot be halted */
};

#define LAUNCH(part, id, groups, ...)                                                    \
    do {                                                                                 \
        const struct ob_device_arg arg_[] = { __VA_ARGS__ };                             \
        ob_device_launch((part)->s->device, (part)->s->kernel[NET_KERNEL_##id], groups,  \
                         arg_, sizeof arg_ / sizeof *arg_);                              \
    } while (0)

/* What kernels want to know of the rows. */
#define ROWS(part)                                                                       \
    OB_ARG((part)->call->now), OB_ARG_U64((part)->all), OB_ARG_U64((part)->first),       \
        OB_ARG_U64((part)->span)

/* ... and of the layer: NET_LAYER_ARGS of kernels/layers.h. */
#define LAYER(s, l)                                                                      \
    OB_ARG_I32((int32_t)(s)->net->layer[l].activation),                                  \
        OB_ARG_I32(keeps_output(&(s)->net->layer[l])),                                   \
        OB_ARG_U64((s)->net->layer[l].bias ? (s)->net->layer[l].bias_at : UINT64_MAX),   \
        OB_ARG_U64((s)->kept_at[l]), OB_ARG_U64((s)->out_at[l]), OB_ARG((s)->facts),     \
        OB_ARG_U64(OB_NET_FACTORS + (l)), OB_ARG_U64((s)->problem->dropout_seed),        \
        OB_ARG_U32((uint32_t)(l)),                                                       \
        OB_ARG_U32(ob_dropout_least((s)->net->layer[l].dropout))

static uint64_t cuts(uint64_t n, uint64_t size)
{
    return (n + size - 1) / size;
}

static bool keeps_output(const struct net_layer *layer)
{
    return layer->activation == OB_ACT_IDENTITY ||
           ob_activation_keeps_output(layer->activation);
}

/* Whether a product by net_plain, m rows and n columns, has small tiles: where there are
 * few rows, or large tiles would leave most of the device idle. */
static bool is_small(const struct net_placed *s, uint64_t m, uint64_t n)
{
    return m <= 16 || cuts(m, 64) * cuts(n, 64) < 2u * ob_device_facts(s->device)->units;
}

static size_t plain_groups(const struct net_placed *s, uint64_t m, uint64_t n)
{
    return (size_t)(is_small(s, m, n) ? cuts(m, 16) * cuts(n, 64)
                                      : cuts(m, 64) * cuts(n, 64));
}

static size_t dots_groups(uint64_t m, uint64_t n)
{
    return (size_t)(cuts(m, 16) * cuts(n, 16));
}

static struct ob_device_gemm product(const struct part *p)
{
    return (struct ob_device_gemm){ .dtype = p->s->net->dtype };
}

/* ---- what a layer reads ---- */

struct input {
    struct ob_device_mem *mem;
    uint64_t at, ld;
    bool rows; /* row by row, else unit by unit */
};

static struct input input_of(const struct part *p, size_t l)
{
    const struct net_placed *s = p->s;
    if (l > 0)
        return (struct input){ s->room, s->out_at[l - 1], s->ld, false };
    if (s->net->narrow)
        return (struct input){ p->data->x, p->first, p->data->ld, false };
    return (struct input){ p->data->x, p->first * p->data->ld, p->data->ld, true };
}

/* ---- forward ---- */

static void forward_vendor(const struct part *p, size_t l)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    const struct input in = input_of(p, l);
    struct ob_device_gemm g = product(p);
    g.m = layer->out, g.n = p->span, g.k = layer->in;
    g.a = p->call->theta, g.a_at = layer->weight, g.lda = layer->in;
    g.b = in.mem, g.b_at = in.at, g.ldb = in.ld, g.trans_b = in.rows;
    g.c = s->room, g.c_at = s->kept_at[l], g.ldc = s->ld;
    ob_device_gemm(s->device, &g);
    LAUNCH(p, activate, layer->out * cuts(p->span, OB_LANES), OB_ARG(p->call->theta),
           OB_ARG(s->room), OB_ARG_U64(s->ld), OB_ARG_U64(layer->out), ROWS(p),
           LAYER(s, l));
}

#define FORWARD(p, id, groups)                                                           \
    LAUNCH(p, id, groups, OB_ARG((p)->call->theta), OB_ARG_U64(layer->weight),           \
           OB_ARG(in.mem), OB_ARG_U64(in.at), OB_ARG_U64(in.ld), OB_ARG(s->room),        \
           OB_ARG_U64(s->ld), OB_ARG_U64(layer->out), OB_ARG_U64(layer->in), ROWS(p),    \
           LAYER(s, l))

static void forward(const struct part *p, size_t l)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    const struct input in = input_of(p, l);
    if (s->vendor)
        forward_vendor(p, l);
    else if (in.rows)
        FORWARD(p, forward_rows, dots_groups(layer->out, p->span));
    else if (is_small(s, layer->out, p->span))
        FORWARD(p, forward_small, plain_groups(s, layer->out, p->span));
    else
        FORWARD(p, forward, plain_groups(s, layer->out, p->span));
}

static void loss(const struct part *p)
{
    struct net_placed *s = p->s;
    const size_t last = s->net->layers - 1;
    LAUNCH(p, loss, (size_t)cuts(p->span, OB_LANES),
           OB_ARG_I32((int32_t)s->net->target.loss), OB_ARG(s->room),
           OB_ARG_U64(s->out_at[last]), OB_ARG_U64(s->kept_at[last]), OB_ARG_U64(s->ld),
           OB_ARG_U64(s->net->outputs),
           OB_ARG_I32((int32_t)s->net->layer[last].activation), OB_ARG(p->data->y),
           OB_ARG_U64(p->first), OB_ARG(s->facts), OB_ARG_I32(p->call->grad != NULL),
           OB_ARG(s->value), OB_ARG(s->hit), OB_ARG_U64(p->first - p->wave), ROWS(p));
}

/* ---- back ---- */

/* Where a gradient goes: the whole vector, or the blocks of a wave. */
struct into {
    struct ob_device_mem *mem;
    uint64_t at, stride; /* block b of the part at `at` + b * stride */
    bool add;
};

static struct into into_of(const struct part *p)
{
    const uint64_t n = p->s->problem->layout.n;
    if (p->folds)
        return (struct into){ p->s->partial, (p->first - p->wave) / OB_CHUNK * n, n,
                              false };
    return (struct into){ p->call->grad, 0, 0, p->first > 0 };
}

/* Block by block, for a product of the maker's sums over all rows that it is given. */
static void weights_vendor(const struct part *p, size_t l, uint64_t g_at,
                           const struct into *to)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    const struct input in = input_of(p, l);
    for (uint64_t from = 0; from < p->span; from += OB_CHUNK) {
        struct ob_device_gemm g = product(p);
        g.m = layer->out, g.n = layer->in;
        g.k = p->span - from < OB_CHUNK ? p->span - from : OB_CHUNK;
        g.a = s->room, g.a_at = g_at + from, g.lda = s->ld;
        g.b = in.mem, g.b_at = in.at + (in.rows ? from * in.ld : from);
        g.ldb = in.ld, g.trans_b = !in.rows;
        g.c = to->mem, g.ldc = layer->in;
        g.c_at = to->at + from / OB_CHUNK * to->stride + layer->weight;
        ob_device_gemm(s->device, &g);
    }
}

static void weights(const struct part *p, size_t l, uint64_t g_at, const struct into *to)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    const struct input in = input_of(p, l);
    const uint64_t m = layer->out, k = layer->in;
    if (s->vendor)
        weights_vendor(p, l, g_at, to);
    else if (in.rows)
        LAUNCH(p, weights_rows, (size_t)(cuts(m, 64) * cuts(k, 64)), OB_ARG(s->room),
               OB_ARG_U64(g_at), OB_ARG_U64(s->ld), OB_ARG(in.mem), OB_ARG_U64(in.at),
               OB_ARG_U64(in.ld), OB_ARG_U64(m), OB_ARG_U64(k), OB_ARG(to->mem),
               OB_ARG_U64(to->at + layer->weight), OB_ARG_I32(to->add), ROWS(p));
    else
        LAUNCH(p, weights, dots_groups(m, k) * (size_t)cuts(p->span, OB_CHUNK),
               OB_ARG(s->room), OB_ARG_U64(g_at), OB_ARG_U64(s->ld), OB_ARG(in.mem),
               OB_ARG_U64(in.at), OB_ARG_U64(in.ld), OB_ARG_U64(m), OB_ARG_U64(k),
               OB_ARG(to->mem), OB_ARG_U64(to->at + layer->weight),
               OB_ARG_U64(to->stride), OB_ARG_I32(to->add), ROWS(p));
}

static void bias(const struct part *p, size_t l, uint64_t g_at, const struct into *to)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    LAUNCH(p, bias, layer->out * (size_t)cuts(p->span, OB_CHUNK), OB_ARG(s->room),
           OB_ARG_U64(g_at), OB_ARG_U64(s->ld), OB_ARG_U64(layer->out), OB_ARG(to->mem),
           OB_ARG_U64(to->at + layer->bias_at), OB_ARG_U64(to->stride),
           OB_ARG_I32(to->add), ROWS(p));
}

static void backward_vendor(const struct part *p, size_t l, uint64_t g_at, uint64_t to_at)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    struct ob_device_gemm g = product(p);
    g.m = layer->in, g.n = p->span, g.k = layer->out;
    g.a = p->call->theta, g.a_at = layer->weight, g.lda = layer->in, g.trans_a = true;
    g.b = s->room, g.b_at = g_at, g.ldb = s->ld;
    g.c = s->room, g.c_at = to_at, g.ldc = s->ld;
    ob_device_gemm(s->device, &g);
    LAUNCH(p, deactivate, layer->in * (size_t)cuts(p->span, OB_LANES), OB_ARG(s->room),
           OB_ARG_U64(to_at), OB_ARG_U64(s->ld), OB_ARG_U64(layer->in), ROWS(p),
           LAYER(s, l - 1));
}

#define BACKWARD(p, id)                                                                  \
    LAUNCH(p, id, plain_groups(s, layer->in, (p)->span), OB_ARG((p)->call->theta),       \
           OB_ARG_U64(layer->weight), OB_ARG(s->room), OB_ARG_U64(g_at),                 \
           OB_ARG_U64(to_at), OB_ARG_U64(s->ld), OB_ARG_U64(layer->in),                  \
           OB_ARG_U64(layer->out), ROWS(p), LAYER(s, l - 1))

/* Through layer l to the sums of the one below. */
static void backward(const struct part *p, size_t l, uint64_t g_at, uint64_t to_at)
{
    struct net_placed *s = p->s;
    const struct net_layer *layer = &s->net->layer[l];
    if (s->vendor)
        backward_vendor(p, l, g_at, to_at);
    else if (is_small(s, layer->in, p->span))
        BACKWARD(p, backward_small);
    else
        BACKWARD(p, backward);
}

static void gradient(const struct part *p)
{
    struct net_placed *s = p->s;
    const struct into to = into_of(p);
    const size_t last = s->net->layers - 1;
    uint64_t g_at = s->out_at[last];
    for (size_t l = last;; l--) {
        if (s->net->layer[l].bias)
            bias(p, l, g_at, &to);
        weights(p, l, g_at, &to);
        if (l == 0)
            return;
        backward(p, l, g_at, s->g_at[l % 2]);
        g_at = s->g_at[l % 2];
    }
}

/* ---- waves ---- */

static void piece(const struct part *p)
{
    for (size_t l = 0; l < p->s->net->layers; l++)
        forward(p, l);
    loss(p);
    if (p->call->grad)
        gradient(p);
}

static void wave(const struct part *w, bool last)
{
    struct net_placed *s = w->s;
    const size_t n = s->problem->layout.n;
    struct part p = *w;
    for (uint64_t at = 0; at < w->span; at += s->piece) {
        p.first = w->first + at;
        p.span = w->span - at < s->piece ? w->span - at : s->piece;
        piece(&p);
    }
    if (w->folds && w->call->grad)
        LAUNCH(w, fold, cuts(n, OB_LANES), OB_ARG(s->partial), OB_ARG_U64(n),
               OB_ARG(w->call->grad), ROWS(w));
    LAUNCH(w, tally, 1, OB_ARG(s->value), OB_ARG(s->hit), OB_ARG(s->tally),
           OB_ARG(w->call->out), OB_ARG_U64(w->call->out_at),
           OB_ARG_I32(s->problem->classes > 0), OB_ARG_I32(last), ROWS(w));
}

/* The rows of the table, side by side. */
static void gather(const struct part *p, size_t cap)
{
    struct net_placed *s = p->s;
    const size_t features = s->net->features;
    LAUNCH(p, gather, cuts(features * cap, OB_LANES), OB_ARG(s->full.x),
           OB_ARG(s->full.y), OB_ARG(s->batch.x), OB_ARG(s->batch.y),
           OB_ARG(p->call->rows), OB_ARG(p->call->now), OB_ARG_U64(features),
           OB_ARG_U64(s->net->narrow ? s->full.ld : 0), OB_ARG_U64(s->batch.ld),
           OB_ARG_U64(cap));
}

void net_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    struct net_placed *s = pl->state;
    const uint64_t cap = call->batch ? pl->batch_cap : pl->problem->rows;
    struct part w = { .s = s,
                      .call = call,
                      .data = call->batch ? &s->batch : &s->full,
                      .all = call->batch ? 0 : cap,
                      .folds = s->vendor || (s->net->narrow && cap > OB_CHUNK) };
    if (call->batch)
        gather(&w, (size_t)cap);
    for (; w.first < cap; w.first += s->wave) {
        w.wave = w.first;
        w.span = cap - w.first < s->wave ? cap - w.first : s->wave;
        wave(&w, cap - w.first <= s->wave);
    }
}
