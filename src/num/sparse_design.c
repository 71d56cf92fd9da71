#include <config.h>

#include "optbench/num/sparse_design.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/reduce.h"

static size_t chunks_of(size_t rows)
{
    return (rows + OB_CHUNK - 1) / OB_CHUNK;
}

static void *at(const struct ob_sparse_design *d, void *p, size_t i)
{
    return (char *)p + i * ob_dtype_size(d->dtype);
}

static void put(enum ob_dtype dtype, void *p, size_t i, double v)
{
    if (dtype == OB_F32)
        ((float *)p)[i] = (float)v;
    else
        ((double *)p)[i] = v;
}

double ob_sparse_design_y(const struct ob_sparse_design *d, size_t i)
{
    OB_REQUIRE(i < d->rows);
    return d->dtype == OB_F32 ? (double)((const float *)d->y)[i]
                              : ((const double *)d->y)[i];
}

/* ---- life ---- */

static void free_arrays(struct ob_sparse_design *d)
{
    void **array[] = { &d->y, &d->minus_y, &d->z, &d->u, &d->value };
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        free(*array[i]);
        *array[i] = NULL;
    }
    free(d->sums);
    free(d->clamped);
    d->sums = NULL;
    d->clamped = NULL;
    d->cap = 0;
}

/* Room for `cap` rows in every array. */
static bool make_arrays(struct ob_sparse_design *d, size_t cap, struct ob_err *err)
{
    void **array[] = { &d->y, &d->minus_y, &d->z, &d->u, &d->value };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof array / sizeof *array; i++)
        ok = (*array[i] = ob_alloc(cap, ob_dtype_size(d->dtype), err));
    ok = ok && (d->sums = ob_alloc(chunks_of(cap), sizeof *d->sums, err)) &&
         (d->clamped = ob_alloc(chunks_of(cap), sizeof *d->clamped, err));
    d->cap = ok ? cap : 0;
    return ok;
}

void ob_sparse_design_finish(struct ob_sparse_design *d)
{
    free_arrays(d);
    free(d->wide);
    ob_sparse_finish(&d->x);
    ob_sparse_finish(&d->turned);
    *d = (struct ob_sparse_design){ .dtype = d->dtype };
}

static bool copy_rows(struct ob_sparse_design *d, const struct ob_sparse *x,
                      enum ob_ones ones, struct ob_err *err)
{
    size_t shift = ones == OB_ONES_FIRST;
    bool ok = ob_sparse_init(&d->x, d->dtype, d->cols, err);
    for (size_t i = 0; ok && i < x->rows; i++) {
        ok = !shift || ob_sparse_add(&d->x, 0, 1, err);
        for (size_t k = x->begin[i]; ok && k < x->begin[i + 1]; k++)
            ok = ob_sparse_add(&d->x, x->col[k] + shift, ob_sparse_value(x, k), err);
        if (ok && ones == OB_ONES_LAST)
            ok = ob_sparse_add(&d->x, d->cols - 1, 1, err);
        ok = ok && ob_sparse_end_row(&d->x, err);
    }
    if (ok)
        ob_sparse_trim(&d->x);
    return ok;
}

bool ob_sparse_design_init(struct ob_sparse_design *d, enum ob_dtype dtype,
                           const struct ob_sparse *x, enum ob_ones ones, const double *y,
                           struct ob_err *err)
{
    *d = (struct ob_sparse_design){ .dtype = dtype,
                                    .kernels = ob_kernels(dtype),
                                    .rows = x->rows,
                                    .cols = x->cols + (ones != OB_ONES_NONE) };
    OB_REQUIRE(d->rows >= 1 && d->cols >= 1);
    bool ok = copy_rows(d, x, ones, err) && ob_sparse_transpose(&d->turned, &d->x, err) &&
              make_arrays(d, d->rows, err) &&
              (d->wide = ob_alloc(d->cols, sizeof *d->wide, err));
    for (size_t i = 0; ok && i < d->rows; i++) {
        put(dtype, d->y, i, y[i]);
        put(dtype, d->minus_y, i, -y[i]);
    }
    if (!ok)
        ob_sparse_design_finish(d);
    return ok;
}

bool ob_sparse_design_gather(struct ob_sparse_design *batch,
                             const struct ob_sparse_design *from, const uint32_t *index,
                             size_t n, struct ob_err *err)
{
    size_t size = ob_dtype_size(from->dtype);
    if (!batch->x.begin) {
        *batch = (struct ob_sparse_design){ .dtype = from->dtype,
                                            .kernels = from->kernels,
                                            .cols = from->cols };
        if (!ob_sparse_init(&batch->x, from->dtype, from->cols, err) ||
            !(batch->wide = ob_alloc(from->cols, sizeof *batch->wide, err)))
            return false;
    }
    if (n > batch->cap) {
        free_arrays(batch);
        if (!make_arrays(batch, n, err))
            return false;
    }
    if (!ob_sparse_choose(&batch->x, &from->x, index, n, err))
        return false;
    batch->rows = n;
    for (size_t i = 0; i < n; i++) {
        memcpy(at(batch, batch->y, i), at(from, from->y, index[i]), size);
        memcpy(at(batch, batch->minus_y, i), at(from, from->minus_y, index[i]), size);
    }
    return true;
}

/* ---- passes ---- */

/* What the tasks of one call share; each works on the chunk of its number. */
struct job {
    struct ob_sparse_design *d;
    enum ob_sample_loss loss;
    double *h; /* hessian: row-major */
    const struct ob_sparse *turned;
};

static size_t chunk_rows(const struct ob_sparse_design *d, size_t chunk)
{
    size_t left = d->rows - chunk * OB_CHUNK;
    return left < OB_CHUNK ? left : OB_CHUNK;
}

/* z = X theta, less y where the loss wants residuals. */
static void scores(struct ob_sparse_design *d, struct ob_pool *pool,
                   enum ob_sample_loss loss, const void *theta)
{
    bool residual = loss == OB_LOSS_HALF_SQUARED || loss == OB_LOSS_SQUARED;
    const struct ob_sparse_sum sum = { .start = residual ? d->minus_y : NULL,
                                       .scale = 1 };
    ob_sparse_times(&d->x, pool, theta, &sum, d->z);
}

/* out = scale * X' r. */
static void gather_columns(struct ob_sparse_design *d, struct ob_pool *pool, double scale,
                           const void *r, void *out)
{
    const struct ob_sparse_sum sum = { .scale = scale };
    if (d->turned.begin)
        ob_sparse_times(&d->turned, pool, r, &sum, out);
    else
        ob_sparse_scatter(&d->x, r, scale, d->wide, out);
}

static void slopes_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    struct ob_sparse_design *d = job->d;
    size_t first = chunk * OB_CHUNK, n = chunk_rows(d, chunk);
    d->clamped[chunk] = d->kernels->slopes[job->loss](
        n, at(d, d->y, first), at(d, d->z, first), at(d, d->value, first));
}

void ob_sparse_design_pass(struct ob_sparse_design *d, struct ob_pool *pool,
                           enum ob_sample_loss loss, double scale, const void *theta,
                           void *grad, struct ob_pass_out *out)
{
    struct job job = { .d = d, .loss = loss };
    const struct ob_vec value = { .dtype = d->dtype, .n = d->rows, .data = d->value };
    scores(d, pool, loss, theta);
    ob_pool_run(pool, slopes_chunk, &job, chunks_of(d->rows));
    out->loss = ob_dtype_round(d->dtype, scale * ob_sum(pool, &value));
    out->clamped = 0;
    for (size_t c = 0; c < chunks_of(d->rows); c++)
        out->clamped += d->clamped[c];
    if (grad)
        gather_columns(d, pool, scale, d->z, grad);
}

static void bends_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    struct ob_sparse_design *d = job->d;
    size_t first = chunk * OB_CHUNK;
    d->kernels->bends[job->loss](chunk_rows(d, chunk), at(d, d->y, first),
                                 at(d, d->z, first));
}

/* z = l'' and, with v, u = X v. */
static void bends(struct ob_sparse_design *d, struct ob_pool *pool,
                  enum ob_sample_loss loss, const void *theta, const void *v)
{
    struct job job = { .d = d, .loss = loss };
    scores(d, pool, loss, theta);
    ob_pool_run(pool, bends_chunk, &job, chunks_of(d->rows));
    if (v)
        ob_sparse_design_predict(d, pool, v, d->u);
}

void ob_sparse_design_hvp(struct ob_sparse_design *d, struct ob_pool *pool,
                          enum ob_sample_loss loss, double scale, const void *theta,
                          const void *v, void *out)
{
    bends(d, pool, loss, theta, v);
    if (d->dtype == OB_F32)
        for (size_t i = 0; i < d->rows; i++)
            ((float *)d->u)[i] *= ((const float *)d->z)[i];
    else
        for (size_t i = 0; i < d->rows; i++)
            ((double *)d->u)[i] *= ((const double *)d->z)[i];
    gather_columns(d, pool, scale, d->u, out);
}

static double bend_at(const struct ob_sparse_design *d, size_t i)
{
    return d->dtype == OB_F32 ? (double)((const float *)d->z)[i]
                              : ((const double *)d->z)[i];
}

static void along_chunk(void *ctx, size_t chunk)
{
    const struct job *job = ctx;
    struct ob_sparse_design *d = job->d;
    double h[OB_CHUNK];
    size_t first = chunk * OB_CHUNK, n = chunk_rows(d, chunk);
    for (size_t i = 0; i < n; i++)
        h[i] = bend_at(d, first + i);
    d->sums[chunk] = d->kernels->weighted(n, h, at(d, d->u, first), at(d, d->u, first));
}

double ob_sparse_design_curvature(struct ob_sparse_design *d, struct ob_pool *pool,
                                  enum ob_sample_loss loss, double scale,
                                  const void *theta, const void *v)
{
    struct job job = { .d = d, .loss = loss };
    size_t chunks = chunks_of(d->rows);
    double sum;
    bends(d, pool, loss, theta, v);
    ob_pool_run(pool, along_chunk, &job, chunks);
    ob_kernels(OB_F64)->fold(chunks, 1, 1, d->sums, &sum);
    return scale * sum;
}

/* Row j of the lower triangle: over the rows of the data that have column j. */
static void hessian_row(void *ctx, size_t j)
{
    const struct job *job = ctx;
    const struct ob_sparse_design *d = job->d;
    double *h = job->h + j * d->cols;
    for (size_t k = 0; k <= j; k++)
        h[k] = 0;
    for (size_t e = job->turned->begin[j]; e < job->turned->begin[j + 1]; e++) {
        size_t i = job->turned->col[e], end = d->x.begin[i + 1];
        double w = bend_at(d, i) * ob_sparse_value(job->turned, e);
        for (size_t k = d->x.begin[i]; k < end && d->x.col[k] <= j; k++)
            h[d->x.col[k]] += w * ob_sparse_value(&d->x, k);
    }
}

bool ob_sparse_design_hessian(struct ob_sparse_design *d, struct ob_pool *pool,
                              enum ob_sample_loss loss, double scale, const void *theta,
                              double *h, struct ob_err *err)
{
    struct ob_sparse turned = { 0 };
    struct job job = { .d = d, .loss = loss, .h = h, .turned = &d->turned };
    if (!d->turned.begin) {
        if (!ob_sparse_transpose(&turned, &d->x, err)) {
            ob_sparse_finish(&turned);
            return false;
        }
        job.turned = &turned;
    }
    bends(d, pool, loss, theta, NULL);
    ob_pool_run(pool, hessian_row, &job, d->cols);
    ob_sparse_finish(&turned);
    for (size_t j = 0; j < d->cols; j++)
        for (size_t k = 0; k <= j; k++)
            h[j * d->cols + k] = h[k * d->cols + j] = scale * h[j * d->cols + k];
    return true;
}

void ob_sparse_design_predict(const struct ob_sparse_design *d, struct ob_pool *pool,
                              const void *theta, void *z)
{
    ob_sparse_times(&d->x, pool, theta, &(const struct ob_sparse_sum){ .scale = 1 }, z);
}
