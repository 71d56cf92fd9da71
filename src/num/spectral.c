#include <config.h>

#include <math.h>
#include <string.h>

#define OB_REAL_BITS 64
#include "optbench/num/fpow.h"

#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"
#include "optbench/num/matmul.h"
#include "optbench/num/spectral.h"

size_t ob_spectral_work(size_t n)
{
    return n * n + 3 * n;
}

static bool own_algebra(size_t n)
{
    return n <= OB_DENSE_MAX;
}

/* Exponent that brings the largest entry into [1/2, 1); *finite says whether all are
 * numbers. */
static int exponent_of(size_t n, const double *a, bool *finite)
{
    double most = 0;
    int exponent = 0;
    *finite = true;
    for (size_t i = 0; i < n; i++) {
        *finite = *finite && isfinite(a[i]);
        most = fmax(most, fabs(a[i]));
    }
    if (*finite)
        frexp(most, &exponent);
    return exponent;
}

static bool lower_finite(size_t n, const double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            if (!isfinite(a[i * n + j]))
                return false;
    return true;
}

bool ob_eigenbasis(size_t n, double *a, double *w, double *v, double *work)
{
    if (own_algebra(n))
        return ob_eigen_symmetric(n, a, w, v, work);
    if (!lower_finite(n, a) || !ob_lapack_eigen_symmetric(n, a, w, true))
        return false;
    memcpy(v, a, n * n * sizeof *v);
    return true;
}

double ob_inverse_power(double x, unsigned p)
{
    return ob_pow_f64(x, -1.0 / p);
}

/* a = V diag(w^(-1/p)), then out = a V'. */
bool ob_inverse_root(struct ob_root *r, struct ob_pool *pool)
{
    size_t n = r->n;
    double *v = r->work, *w = v + n * n;
    if (!ob_eigenbasis(n, r->a, w, v, w + n))
        return false;
    r->lowest = w[0];
    r->highest = w[n - 1];
    for (size_t k = 0; k < n; k++)
        w[k] = ob_inverse_power(fmax(w[k], r->least), r->p);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            r->a[i * n + k] = v[i * n + k] * w[k];
    ob_matmul(pool, OB_MATH_REPRODUCIBLE,
              &(struct ob_gemm){ .dtype = OB_F64,
                                 .trans_b = true,
                                 .m = n,
                                 .n = n,
                                 .k = n,
                                 .alpha = 1,
                                 .a = r->a,
                                 .b = v,
                                 .c = r->out,
                                 .lda = n,
                                 .ldb = n,
                                 .ldc = n });
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            r->out[j * n + i] = r->out[i * n + j];
    return true;
}

/* Column k of a from row k on becomes (below the diagonal) the Householder vector v with
 * v_k = 1. Returns its factor beta. */
static double reflect_column(size_t n, double *a, size_t k)
{
    double sigma = 0, x0 = a[k * n + k];
    for (size_t i = k + 1; i < n; i++)
        sigma += a[i * n + k] * a[i * n + k];
    if (sigma == 0)
        return 0;
    double norm = sqrt(x0 * x0 + sigma);
    double v0 = x0 <= 0 ? x0 - norm : -sigma / (x0 + norm);
    for (size_t i = k + 1; i < n; i++)
        a[i * n + k] /= v0;
    return 2 * v0 * v0 / (sigma + v0 * v0);
}

/* rows k .. n-1 of b, columns from `first` on: b -= beta v (v' b), with v in column k of
 * a; row [n]. */
static void reflect(size_t n, const double *a, size_t k, double beta, double *b,
                    size_t first, double *row)
{
    if (beta == 0)
        return;
    for (size_t j = first; j < n; j++)
        row[j] = b[k * n + j];
    for (size_t i = k + 1; i < n; i++)
        for (size_t j = first; j < n; j++)
            row[j] += a[i * n + k] * b[i * n + j];
    for (size_t j = first; j < n; j++)
        b[k * n + j] -= beta * row[j];
    for (size_t i = k + 1; i < n; i++)
        for (size_t j = first; j < n; j++)
            b[i * n + j] -= beta * a[i * n + k] * row[j];
}

static void own_orthonormal(size_t n, double *a, double *work)
{
    double *q = work, *beta = q + n * n, *row = beta + n;
    for (size_t k = 0; k < n; k++) {
        beta[k] = reflect_column(n, a, k);
        reflect(n, a, k, beta[k], a, k + 1, row);
    }
    for (size_t i = 0; i < n * n; i++)
        q[i] = i % (n + 1) == 0;
    for (size_t k = n; k-- > 0;)
        reflect(n, a, k, beta[k], q, k, row);
    memcpy(a, q, n * n * sizeof *a);
}

bool ob_orthonormal(size_t n, double *a, double *work)
{
    bool finite;
    int exponent = exponent_of(n * n, a, &finite);
    if (!finite)
        return false;
    for (size_t i = 0; i < n * n; i++)
        a[i] = ldexp(a[i], -exponent);
    if (!own_algebra(n))
        return ob_lapack_orthonormal(n, a, work);
    own_orthonormal(n, a, work);
    return true;
}
