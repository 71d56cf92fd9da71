#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"

bool net_start(struct ob_problem *p, const struct ob_dataset *d,
               const struct net_setup *setup, struct ob_err *err)
{
    struct network *net = p->state;
    net->dtype = p->dtype;
    net->features = d->features;
    net->now = &net->full;
    if (!net_target(p, d, setup, err) || !net_plan(p, setup, err) ||
        !net_data_init(net, &net->full, p, d, err) || !net_rooms_init(p, err))
        return false;
    net->seen = ob_alloc(p->layout.n, ob_dtype_size(p->dtype), err);
    return net->seen != NULL;
}

void net_finish(struct ob_problem *p)
{
    struct network *net = p->state;
    for (size_t i = 0; net->layer && i < net->layers; i++)
        ob_params_finish(ob_layer_params, &net->layer[i].opts);
    net_rooms_finish(net);
    net_data_finish(&net->full);
    net_data_finish(&net->batch);
    free(net->layer);
    free(net->seen);
    net->layer = NULL;
    net->seen = NULL;
}

bool net_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err)
{
    struct network *net = p->state;
    net->now = &net->full;
    if (n == 0)
        return true;
    if (!net_data_choose(p, &net->batch, &net->full, row, n, err))
        return false;
    net->now = &net->batch;
    return true;
}

/* ---- all blocks ---- */

/* What is wanted of every block: its loss, and with `out` its gradient, or with `v` its
 * product with the Hessian or with the Gauss-Newton matrix. */
struct sweep {
    struct ob_problem *p;
    const void *theta, *v;
    void *out; /* [n] */
    const struct net_data *data;
    bool train, gauss;
    size_t first; /* block of the wave */
    size_t begun; /* ... of the group of blocks that is run, among those of the rank */
    double loss;  /* sum, a number of the dtype */
    size_t correct;
};

static struct net_task task_of(const struct sweep *s, size_t block, size_t room)
{
    const struct network *net = s->p->state;
    struct net_task t = { .p = s->p,
                          .net = net,
                          .room = &net->room[room],
                          .data = s->data,
                          .rows = net_block(net, s->data, block),
                          .theta = s->theta,
                          .train = s->train,
                          .scale = 1 / (double)s->data->n };
    t.ld = ob_block_ld(s->p->dtype, t.rows.n);
    return t;
}

/* The loss of the block is returned; `out` is filled, or added to. */
static struct ob_block_sums compute(const struct sweep *s, const struct net_task *t,
                                    bool add, void *out)
{
    struct ob_block_sums sums = { 0 };
    struct ob_block b = net_shape(t, t->net->layers - 1);
    struct ob_block_target target = net_task_target(t);
    if (s->v) {
        (s->gauss ? net_gauss_along : net_along)(t, s->v, add, out);
        return sums;
    }
    void *z = net_forward(t);
    if (out)
        net_backward(t, add, out, &sums);
    else
        ob_block_loss(t->pool, &b, &target, t->scale, false, z, &sums);
    return sums;
}

/* The rows that other ranks found rightly classified are added. */
static void share_correct(struct sweep *s)
{
    double correct = (double)s->correct; /* a whole number below 2^53 */
    if (s->p->classes > 0)
        ob_share_sum(s->p->share, OB_F64, 1, &correct);
    s->correct = (size_t)correct;
}

/* One block after the other, the pool at work inside the products. Of several ranks each
 * has its own: one rank all there is, or what they came to is added up anyhow (fast). */
static void in_turn(struct sweep *s)
{
    struct ob_share *share = s->p->share;
    const size_t n = s->p->layout.n, own = ob_share_count(share, net_blocks(s->data));
    for (size_t k = 0; k < own; k++) {
        struct net_task t = task_of(s, ob_share_chunk(share, k), 0);
        t.pool = s->p->pool;
        struct ob_block_sums sums = compute(s, &t, k > 0, s->out);
        s->loss = ob_dtype_round(s->p->dtype, s->loss + sums.loss);
        s->correct += sums.correct;
    }
    if (!share)
        return;
    if (s->out && own == 0)
        memset(s->out, 0, n * ob_dtype_size(s->p->dtype));
    if (s->out)
        ob_share_sum(share, s->p->dtype, n, s->out);
    ob_share_sum(share, OB_F64, 1, &s->loss);
    share_correct(s);
}

/* A block of a wave, into its own place. */
static void one_block(void *ctx, size_t i)
{
    const struct sweep *s = ctx;
    struct network *net = s->p->state;
    size_t block = ob_share_chunk(s->p->share, s->begun + i), at = block - s->first;
    size_t stride = s->p->layout.n + 1;
    char *out = (char *)net->partial + at * stride * ob_dtype_size(s->p->dtype);
    struct net_task t = task_of(s, block, i);
    struct ob_block_sums sums = compute(s, &t, false, s->out ? out : NULL);
    ob_put(s->p->dtype, out, stride - 1, sums.loss);
    net->correct[at] = sums.correct;
}

/* Adds what the blocks of a wave gave, over the tree. */
static void add_wave(struct sweep *s, size_t blocks)
{
    struct network *net = s->p->state;
    const struct ob_kernels *k = ob_kernels(s->p->dtype);
    size_t n = s->p->layout.n, size = ob_dtype_size(s->p->dtype);
    char *partial = net->partial, *sum = partial + net->wave * (n + 1) * size;
    size_t from = s->out ? 0 : n;
    k->fold(blocks, n + 1, n + 1 - from, partial + from * size, sum + from * size);
    ob_share_sum(s->p->share, s->p->dtype, n + 1 - from, sum + from * size);
    s->loss = ob_dtype_round(s->p->dtype, s->loss + ob_at(s->p->dtype, sum, n));
    for (size_t i = 0; i < blocks; i++)
        if (ob_share_owns(s->p->share, s->first + i))
            s->correct += net->correct[i];
    if (s->out && s->first == 0)
        memcpy(s->out, sum, n * size);
    else if (s->out)
        k->axpy(n, 1, sum, s->out);
}

/* `begun` and `end` count the blocks of this rank. */
static void in_waves(struct sweep *s)
{
    struct network *net = s->p->state;
    struct ob_share *share = s->p->share;
    size_t blocks = net_blocks(s->data);
    for (s->first = 0; s->first < blocks; s->first += NET_WAVE) {
        size_t wave = blocks - s->first < NET_WAVE ? blocks - s->first : NET_WAVE;
        size_t end = ob_share_count(share, s->first + wave);
        for (s->begun = ob_share_count(share, s->first); s->begun < end;
             s->begun += net->rooms) {
            size_t left = end - s->begun;
            ob_pool_run(s->p->pool, one_block, s, left < net->rooms ? left : net->rooms);
        }
        add_wave(s, wave);
    }
    share_correct(s);
}

static void sweep(struct sweep *s)
{
    const struct network *net = s->p->state;
    if (net->narrow && net_blocks(s->data) > 1)
        in_waves(s);
    else
        in_turn(s);
}

/* ---- members of ob_problem_type ---- */

const char *net_unshared(const struct ob_problem *p)
{
    const struct network *net = p->state;
    if (net->full.sparse.begin)
        return "its sparse rows are added one after the other; data.storage = dense has "
               "them added in parts";
    if (!net->narrow && !p->share->fast && net_blocks(&net->full) > 1)
        return "a layer of more than 65536 weights adds its blocks of rows one after the "
               "other; '--reduction fast' adds them in parts, with other last bits";
    return NULL;
}

static struct sweep sweep_of(struct ob_problem *p, const void *theta)
{
    const struct network *net = p->state;
    return (struct sweep){ .p = p,
                           .theta = theta,
                           .data = net->now,
                           .train = p->random && p->mode == OB_MODE_TRAIN };
}

void net_remember(struct ob_problem *p, const void *theta, size_t correct)
{
    struct network *net = p->state;
    memcpy(net->seen, theta, p->layout.n * ob_dtype_size(p->dtype));
    net->seen_valid = true;
    net->seen_correct = correct;
}

static void remember(const struct sweep *s)
{
    const struct network *net = s->p->state;
    if (s->p->classes > 0 && !s->train && s->data == &net->full)
        net_remember(s->p, s->theta, s->correct);
}

void net_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    struct sweep s = sweep_of(p, theta);
    s.out = grad;
    sweep(&s);
    remember(&s);
    out->loss = ob_dtype_round(p->dtype, s.loss / (double)s.data->n);
    out->clamped = 0;
}

void net_each_block(struct ob_problem *p, const void *theta, size_t most,
                    void (*see)(void *ctx, const struct net_task *t, void *z), void *ctx)
{
    const struct network *net = p->state;
    struct sweep s = sweep_of(p, theta);
    s.data = &net->full;
    s.train = false;
    for (size_t i = 0; i < net_blocks(s.data) && i < most; i++) {
        if (!ob_share_owns(p->share, i))
            continue;
        struct net_task t = task_of(&s, i, 0);
        t.pool = p->pool;
        see(ctx, &t, net_forward(&t));
    }
}

size_t net_correct(struct ob_problem *p, const void *theta)
{
    struct network *net = p->state;
    size_t bytes = p->layout.n * ob_dtype_size(p->dtype);
    if (!net->seen_valid || memcmp(net->seen, theta, bytes) != 0) {
        struct sweep s = sweep_of(p, theta);
        s.data = &net->full;
        s.train = false;
        sweep(&s);
        remember(&s);
    }
    return net->seen_correct;
}

static bool multiply(struct sweep s, const void *v, void *out, struct ob_err *err)
{
    if (!net_rooms_along(s.p, err))
        return false;
    s.v = v;
    s.out = out;
    sweep(&s);
    return true;
}

bool net_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
             struct ob_err *err)
{
    return multiply(sweep_of(p, theta), v, out, err);
}

bool net_gauss_newton_product(struct ob_problem *p, const void *theta, const void *v,
                              void *out, struct ob_err *err)
{
    struct sweep s = sweep_of(p, theta);
    s.gauss = true;
    return multiply(s, v, out, err);
}
