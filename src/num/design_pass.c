#include <config.h>

#include "design_priv.h"

/* What the tasks of one call share; each works on the chunk of its number. */
struct job {
    struct ob_design *d;
    enum ob_sample_loss loss;
    const void *theta;
    const void *v; /* direction of the second-order passes */
    void *out;     /* predict: z; pass: not NULL where the gradient is wanted */
    size_t first;  /* chunk that predict begins with */
};

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

static void pass_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    struct ob_rows rows = ob_design_chunk(d, chunk);
    d->clamped[chunk] = job->d->kernels->pass[job->loss](
        &rows, job->theta, job->out, at(d->partial, d->dtype, chunk * (d->cols + 1)));
}

/* The sums over all chunks, [cols + 1] of the columns and what stands behind them: those
 * of the only chunk, or folded behind the chunks' own. */
static const void *totals(struct ob_design *d)
{
    size_t n = d->cols + 1;
    void *end = at(d->partial, d->dtype, d->chunks * n);
    if (d->chunks == 1)
        return d->partial;
    d->kernels->fold(d->chunks, n, n, d->partial, end);
    return end;
}

void ob_design_pass(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                    double scale, const void *theta, void *grad, struct ob_pass_out *out)
{
    struct job job = { .d = d, .loss = loss, .theta = theta, .out = grad };
    if (d->chunks == 1)
        pass_chunk(&job, 0);
    else
        ob_pool_run(pool, pass_chunk, &job, d->chunks);
    const void *sum = totals(d);
    if (grad)
        multiply(d->dtype, d->cols, scale, sum, grad);
    out->loss = d->dtype == OB_F32
                    ? (double)(((const float *)sum)[d->cols] * (float)scale)
                    : ((const double *)sum)[d->cols] * scale;
    out->clamped = 0;
    for (size_t c = 0; c < d->chunks; c++)
        out->clamped += d->clamped[c];
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
static void hessian_lane(void *ctx, size_t lane)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    double h[OB_CHUNK], *sums = d->wide + lane * pairs(d);
    for (size_t p = 0; p < pairs(d); p++)
        sums[p] = 0;
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
    ob_pool_run(pool, hessian_lane, &job, lanes(d));
    ob_kernels(OB_F64)->fold(lanes(d), pairs(d), pairs(d), d->wide, sum);
    for (size_t j = 0; j < d->cols; j++)
        for (size_t k = 0; k <= j; k++, sum++)
            h[j * d->cols + k] = h[k * d->cols + j] = scale * *sum;
    return true;
}

static void hvp_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    struct ob_design *d = job->d;
    struct ob_rows rows = ob_design_chunk(d, chunk);
    job->d->kernels->hvp[job->loss](&rows, job->theta, job->v,
                                    at(d->partial, d->dtype, chunk * (d->cols + 1)));
}

void ob_design_hvp(struct ob_design *d, struct ob_pool *pool, enum ob_sample_loss loss,
                   double scale, const void *theta, const void *v, void *out)
{
    struct job job = { .d = d, .loss = loss, .theta = theta, .v = v };
    ob_pool_run(pool, hvp_chunk, &job, d->chunks);
    multiply(d->dtype, d->cols, scale, totals(d), out);
}

static void along_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
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
    ob_pool_run(pool, along_chunk, &job, d->chunks);
    ob_kernels(OB_F64)->fold(d->chunks, 1, 1, d->wide, &sum);
    *out = scale * sum;
    return true;
}

static void predict_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
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
