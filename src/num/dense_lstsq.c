#include <config.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/kernels.h"

/* Rows taken in at a time. */
enum { BLOCK = 512 };

/* A column depends on those before it where its diagonal entry is this small against the
 * column's norm: a duplicate leaves some tens of rounding errors. */
#define DEPENDENT (256 * DBL_EPSILON)

/* The triangle of [X y] and the block of rows that is being folded in. */
struct qr {
    const struct ob_kernels *kernels;
    size_t n;      /* columns with y */
    size_t m;      /* rows in the block */
    double *r;     /* [n * n], upper triangle, row-major */
    double *block; /* column j at block + j * BLOCK */
};

/* Reflects (r_kk, block column k) on its first entry, and all later columns with it. */
static void eliminate(struct qr *q, size_t k)
{
    const struct ob_kernels *f = q->kernels;
    double *v = q->block + k * BLOCK, *r = q->r + k * q->n, x0 = r[k];
    double sigma = f->sumsq(q->m, v);
    if (sigma == 0)
        return;
    r[k] = sqrt(x0 * x0 + sigma);
    double v0 = x0 <= 0 ? x0 - r[k] : -sigma / (x0 + r[k]);
    double beta = 2 * v0 * v0 / (sigma + v0 * v0);
    f->scale(q->m, 1 / v0, v);
    for (size_t j = k + 1; j < q->n; j++) {
        double *b = q->block + j * BLOCK;
        double t = beta * (r[j] + f->dot(q->m, v, b));
        r[j] -= t;
        f->axpy(q->m, -t, v, b);
    }
}

static void triangularise(struct qr *q, const struct ob_lstsq_rows *from)
{
    for (size_t at = 0; at < from->rows; at += q->m) {
        q->m = from->rows - at < BLOCK ? from->rows - at : BLOCK;
        for (size_t j = 0; j < q->n; j++)
            from->fetch(from->ctx, j, at, q->m, q->block + j * BLOCK);
        for (size_t k = 0; k < q->n; k++)
            eliminate(q, k);
    }
}

/* Back substitution without the dependent columns, whose rows then belong to the
 * residual. */
static size_t solve(const struct qr *q, double *theta, double *residual)
{
    size_t n = q->n, cols = n - 1, rank = 0;
    *residual = q->r[n * n - 1] * q->r[n * n - 1];
    for (size_t k = cols; k-- > 0;) {
        double norm = 0, s = q->r[k * n + cols];
        for (size_t i = 0; i <= k; i++)
            norm += q->r[i * n + k] * q->r[i * n + k];
        theta[k] = 0;
        if (fabs(q->r[k * n + k]) <= DEPENDENT * sqrt(norm)) {
            *residual += s * s;
            continue;
        }
        for (size_t j = k + 1; j < cols; j++)
            s -= q->r[k * n + j] * theta[j];
        theta[k] = s / q->r[k * n + k];
        rank++;
    }
    return rank;
}

bool ob_lstsq_fetch(const struct ob_lstsq_rows *from, double *theta, double *residual,
                    size_t *rank, struct ob_err *err)
{
    struct qr q = { .kernels = ob_kernels(OB_F64), .n = from->cols + 1 };
    size_t square;
    if (__builtin_mul_overflow(q.n, q.n, &square))
        return ob_fail(err, OB_ENOMEM, "out of memory: %zu columns", from->cols);
    q.r = ob_alloc(square, sizeof *q.r, err);
    q.block = q.r ? ob_alloc(q.n, BLOCK * sizeof *q.block, err) : NULL;
    bool ok = q.block;
    if (ok) {
        triangularise(&q, from);
        *rank = solve(&q, theta, residual);
    }
    free(q.block);
    free(q.r);
    return ok;
}

/* Columns in memory: X, and behind it y. */
struct columns {
    const double *const *x;
    const double *y;
    size_t n;
};

static void copy(const void *ctx, size_t j, size_t first, size_t n, double *out)
{
    const struct columns *c = ctx;
    memcpy(out, (j < c->n ? c->x[j] : c->y) + first, n * sizeof *out);
}

bool ob_lstsq(size_t rows, size_t cols, const double *const *column, const double *y,
              double *theta, double *residual, size_t *rank, struct ob_err *err)
{
    const struct columns columns = { column, y, cols };
    return ob_lstsq_fetch(&(struct ob_lstsq_rows){ rows, cols, copy, &columns }, theta,
                          residual, rank, err);
}
