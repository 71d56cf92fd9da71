#include <config.h>

#include "design_priv.h"

#include <string.h>

/* What the tasks of one call share; each works on one chunk, the task's number among
 * those of this rank. */
struct job {
    struct ob_design *d;
    enum ob_sample_loss loss;
    const void *theta;
    const void *v; /* direction of the second-order passes */
    void *out;     /* predict: z; pass: not NULL where the gradient is wanted */
    size_t first;  /* chunk that predict begins with */
};

/* The chunks that are computed here, and the k-th of them. */
static size_t own_chunks(const struct ob_design *d)
{
    return ob_share_count(d->share, d->chunks);
}

static size_t own_chunk(const struct ob_design *d, size_t k)
{
    return ob_share_chunk(d->share, k);
}

static void *at(void *p, enum ob_dtype dtype, size_t i)
{
    return (char *)p + i * ob_dtype_size(dtype);
}

/* out[i] = scale * p[i], in dtype. The sums have just been stored one by one; volatile
 * keeps the compiler from loading two at once, which would have to wait for the cache. */
static void multiply(enum ob_dtype dtype, size_t n, double scale, const void *p,
                     void *out)
{
    if (dtype == OB_F32)
        for (size_t i = 0; i < n; i++)
            ((float *)out)[i] = ((const volatile float *)p)[i] * (float)scale;
    else
        for (size_t i = 0; i < n; i++)
            ((double *)out)[i] = ((const volatile double *)p)[i] * scale;
}

/* ---- loss and gradient ---- */

static void pass_chunk(void *ctx, size_t task)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    const size_t chunk = own_chunk(d, task);
    struct ob_rows rows = ob_design_chunk(d, chunk);
    d->clamped[chunk] = job->d->kernels->pass[job->loss](
        &rows, job->theta, job->out, at(d->partial, d->dtype, chunk * (d->cols + 1)));
}

/* The sums over all chunks, [cols + 1] of the columns and what stands behind them: those
 * of the only chunk, or folded behind the chunks' own. */
static const void *totals(struct ob_design *d)
{
    const size_t n = d->cols + 1, cap = (d->cap + OB_CHUNK - 1) / OB_CHUNK;
    void *end = at(d->partial, d->dtype, cap * n);
    if (d->chunks == 1 && !d->share)
        return d->partial;
    d->kernels->fold(d->chunks, n, n, d->partial, end);
    ob_share_sum(d->share, d->dtype, n, end);
    return end;
}

static size_t clamped(struct ob_design *d, enum ob_sample_loss loss)
{
    double sum = 0; /* of whole numbers */
    for (size_t k = 0; k < own_chunks(d); k++)
        sum += (double)d->clamped[own_chunk(d, k)];
    if (loss == OB_LOSS_BCE)
        ob_share_sum(d->share, OB_F64, 1, &sum);
    return (size_t)sum;
}

void ob_design_pass(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                    double scale, const void *theta, void *grad, struct ob_pass_out *out)
{
    struct job job = { .d = d, .loss = loss, .theta = theta, .out = grad };
    if (own_chunks(d) == 1)
        pass_chunk(&job, 0);
    else
        ob_pool_run(pool, pass_chunk, &job, own_chunks(d));
    const void *sum = totals(d);
    if (grad)
        multiply(d->dtype, d->cols, scale, sum, grad);
    out->loss = d->dtype == OB_F32
                    ? (double)(((const float *)sum)[d->cols] * (float)scale)
                    : ((const double *)sum)[d->cols] * scale;
    out->clamped = clamped(d, loss);
}

/* ---- second derivatives ---- */

static size_t pairs(const struct ob_design *d)
{
    return d->cols * (d->cols + 1) / 2;
}

static size_t lanes(const struct ob_design *d)
{
    return d->chunks < OB_LANES ? d->chunks : OB_LANES;
}

/* One lane of the tree over the chunks: its chunks in order, so that memory is needed for
 * OB_LANES partial matrices and not for all chunks. */
static void hessian_lane(void *ctx, size_t task)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    const size_t lane = own_chunk(d, task); /* lanes fall to ranks as their chunks do */
    double h[OB_CHUNK], *sums = d->wide + lane * pairs(d);
    for (size_t c = lane; c < d->chunks; c += OB_LANES) {
        struct ob_rows r = ob_design_chunk(d, c);
        double *sum = sums;
        job->d->kernels->second[job->loss](&r, job->theta, h);
        for (size_t j = 0; j < d->cols; j++)
            for (size_t k = 0; k <= j; k++, sum++)
                *sum += job->d->kernels->weighted(
                    r.rows, h, (const char *)r.x + j * r.ld * ob_dtype_size(d->dtype),
                    (const char *)r.x + k * r.ld * ob_dtype_size(d->dtype));
    }
}

bool ob_design_hessian(struct ob_design *d, struct ob_pool *pool,
                       enum ob_sample_loss loss, double scale, const void *theta,
                       double *h, struct ob_err *err)
{
    size_t n;
    if (__builtin_mul_overflow(lanes(d) + 1, pairs(d), &n))
        return ob_fail(err, OB_ENOMEM, "out of memory: Hessian of %zu columns", d->cols);
    if (!ob_design_widen(d, n, err))
        return false;
    struct job job = { .d = d, .loss = loss, .theta = theta };
    double *sum = d->wide + lanes(d) * pairs(d);
    memset(d->wide, 0, lanes(d) * pairs(d) * sizeof *d->wide);
    ob_pool_run(pool, hessian_lane, &job, ob_share_count(d->share, lanes(d)));
    ob_kernels(OB_F64)->fold(lanes(d), pairs(d), pairs(d), d->wide, sum);
    ob_share_sum(d->share, OB_F64, pairs(d), sum);
    for (size_t j = 0; j < d->cols; j++)
        for (size_t k = 0; k <= j; k++, sum++)
            h[j * d->cols + k] = h[k * d->cols + j] = scale * *sum;
    return true;
}

static void hvp_chunk(void *ctx, size_t task)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    const size_t chunk = own_chunk(d, task);
    struct ob_rows rows = ob_design_chunk(d, chunk);
    job->d->kernels->hvp[job->loss](&rows, job->theta, job->v,
                                    at(d->partial, d->dtype, chunk * (d->cols + 1)));
}

void ob_design_hvp(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                   double scale, const void *theta, const void *v, void *out)
{
    struct job job = { .d = d, .loss = loss, .theta = theta, .v = v };
    ob_pool_run(pool, hvp_chunk, &job, own_chunks(d));
    multiply(d->dtype, d->cols, scale, totals(d), out);
}

static void along_chunk(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const size_t chunk = own_chunk(job->d, task);
    struct ob_rows rows = ob_design_chunk(job->d, chunk);
    job->d->wide[chunk] = job->d->kernels->along[job->loss](&rows, job->theta, job->v);
}

bool ob_design_curvature(struct ob_design *d, struct ob_pool *pool,
                         enum ob_sample_loss loss, double scale, const void *theta,
                         const void *v, double *out, struct ob_err *err)
{
    if (!ob_design_widen(d, d->chunks, err))
        return false;
    struct job job = { .d = d, .loss = loss, .theta = theta, .v = v };
    double sum;
    memset(d->wide, 0, d->chunks * sizeof *d->wide);
    ob_pool_run(pool, along_chunk, &job, own_chunks(d));
    ob_kernels(OB_F64)->fold(d->chunks, 1, 1, d->wide, &sum);
    ob_share_sum(d->share, OB_F64, 1, &sum);
    *out = scale * sum;
    return true;
}

static void predict_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    if (!ob_share_owns(job->d->share, job->first + chunk))
        return;
    struct ob_rows rows = ob_design_chunk(job->d, job->first + chunk);
    job->d->kernels->predict(&rows, job->theta,
                             at(job->out, job->d->dtype, chunk * OB_CHUNK));
}

void ob_design_predict(struct ob_design *d, struct ob_pool *pool, const void *theta,
                       void *z)
{
    ob_design_predict_chunks(d, pool, theta, 0, d->chunks, z);
}

void ob_design_predict_chunks(struct ob_design *d, struct ob_pool *pool,
                              const void *theta, size_t first, size_t n, void *z)
{
    struct job job = { .d = d, .theta = theta, .out = z, .first = first };
    ob_pool_run(pool, predict_chunk, &job, n);
}
