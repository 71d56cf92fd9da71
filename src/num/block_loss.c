#include <config.h>

#include "layers.h"

#include "optbench/base/compiler.h"

/* One call, a task for each chunk of rows. */
struct job {
    const struct ob_block *b;
    const struct ob_layer_kernels *kernels;
    const struct ob_block_target *target;
    double scale;
    bool grad;
    const void *scores;
    void *z;
    size_t first; /* chunk of task 0 */
    double loss[OB_LANES];
    size_t correct[OB_LANES];
};

/* The rows of one chunk, and where they begin. */
static struct ob_block chunk_of(const struct job *job, size_t task, size_t *at)
{
    struct ob_block b = *job->b;
    *at = (job->first + task) * OB_CHUNK;
    b.rows = b.rows - *at < OB_CHUNK ? b.rows - *at : OB_CHUNK;
    return b;
}

static const void *in(const struct job *job, const void *p, size_t at)
{
    return (const char *)p + at * ob_dtype_size(job->b->dtype);
}

static void *out(const struct job *job, size_t at)
{
    return (char *)job->z + at * ob_dtype_size(job->b->dtype);
}

static size_t chunks(const struct ob_block *b)
{
    return (b->rows + OB_CHUNK - 1) / OB_CHUNK;
}

static void loss_chunk(void *ctx, size_t task)
{
    struct job *job = ctx;
    size_t at;
    struct ob_block b = chunk_of(job, task, &at);
    struct ob_block_target t = *job->target;
    t.y = in(job, t.y, at);
    job->correct[task] = 0;
    job->loss[task] = job->kernels->loss[t.loss].pass(&b, &t, job->scale, job->grad,
                                                      out(job, at), &job->correct[task]);
}

void ob_block_loss(struct ob_pool *pool, const struct ob_block *b,
                   const struct ob_block_target *t, double scale, bool grad, void *z,
                   struct ob_block_sums *sums)
{
    OB_REQUIRE(b->units == 1 || t->loss == OB_BLOCK_CROSS_ENTROPY);
    struct job job = { .b = b,
                       .kernels = ob_layers(b->dtype),
                       .target = t,
                       .scale = scale,
                       .grad = grad,
                       .z = z };
    struct ob_chunk_sums total = { .dtype = b->dtype };
    sums->correct = 0;
    for (; job.first < chunks(b); job.first += OB_LANES) {
        size_t left = chunks(b) - job.first, tasks = left < OB_LANES ? left : OB_LANES;
        ob_pool_run(pool, loss_chunk, &job, tasks);
        for (size_t i = 0; i < tasks; i++) {
            ob_chunk_sums_add(&total, job.loss[i]);
            sums->correct += job.correct[i];
        }
    }
    sums->loss = ob_chunk_sums_fold(&total);
}

static void along_chunk(void *ctx, size_t task)
{
    struct job *job = ctx;
    size_t at;
    struct ob_block b = chunk_of(job, task, &at);
    struct ob_block_target t = *job->target;
    t.y = in(job, t.y, at);
    job->kernels->loss[t.loss].along(&b, &t, job->scale, in(job, job->scores, at),
                                     out(job, at));
}

void ob_block_loss_along(struct ob_pool *pool, const struct ob_block *b,
                         const struct ob_block_target *t, double scale, const void *z,
                         void *rz)
{
    OB_REQUIRE(b->units == 1 || t->loss == OB_BLOCK_CROSS_ENTROPY);
    struct job job = { .b = b,
                       .kernels = ob_layers(b->dtype),
                       .target = t,
                       .scale = scale,
                       .scores = z,
                       .z = rz };
    ob_pool_run(pool, along_chunk, &job, chunks(b));
}

static void probabilities_chunk(void *ctx, size_t task)
{
    struct job *job = ctx;
    size_t at;
    struct ob_block b = chunk_of(job, task, &at);
    job->kernels->probabilities(&b, out(job, at));
}

void ob_block_probabilities(struct ob_pool *pool, const struct ob_block *b, void *z)
{
    struct job job = { .b = b, .kernels = ob_layers(b->dtype), .z = z };
    ob_pool_run(pool, probabilities_chunk, &job, chunks(b));
}

void ob_block_best(const struct ob_block *b, const void *z, uint32_t *best)
{
    ob_layers(b->dtype)->best(b, z, best);
}
