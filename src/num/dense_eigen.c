#include <config.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"

/* Sweeps per eigenvalue after which the iteration is given up; three are usual. */
enum { SWEEPS = 60 };

/* Off-diagonal entries this small, where the largest of the matrix is about 1, are zero:
 * their squares must not vanish in the shift. */
#define NEGLIGIBLE 0x1p-500

/* Divides the lower triangle by the power of two that brings its largest entry into
 * [1/2, 1), which is exact, so that squares can neither overflow nor vanish. Returns the
 * exponent; *finite says whether all entries are numbers. */
static int normalise(size_t n, double *a, bool *finite)
{
    double most = 0;
    int exponent = 0;
    *finite = true;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            *finite = *finite && isfinite(a[i * n + j]);
            most = fmax(most, fabs(a[i * n + j]));
        }
    frexp(most, &exponent);
    for (size_t i = 0; i < n && *finite; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * n + j] = ldexp(a[i * n + j], -exponent);
    return exponent;
}

/* x [m] becomes the Householder vector v, v_0 = 1, with (I - beta v v') x = alpha e_0. */
static double reflector(size_t m, double *x, size_t stride, double *alpha)
{
    double sigma = 0, x0 = x[0];
    for (size_t i = 1; i < m; i++)
        sigma += x[i * stride] * x[i * stride];
    *alpha = x0;
    x[0] = 1;
    if (sigma == 0)
        return 0;
    *alpha = sqrt(x0 * x0 + sigma);
    double v0 = x0 <= 0 ? x0 - *alpha : -sigma / (x0 + *alpha);
    for (size_t i = 1; i < m; i++)
        x[i * stride] /= v0;
    return 2 * v0 * v0 / (sigma + v0 * v0);
}

/* To tridiagonal form, diagonal d [n], subdiagonal e [n - 1]; the Householder vectors
 * stay below the subdiagonal of a, their factors on its diagonal. Golub and Van
 * Loan 8.3.1. */
static void tridiagonalise(size_t n, double *a, double *d, double *e, double *p)
{
    for (size_t k = 0; k + 1 < n; k++) {
        size_t m = n - k - 1;
        double *v = a + (k + 1) * n + k; /* stride n */
        double *b = a + (k + 1) * n + k + 1;
        d[k] = a[k * n + k];
        double beta = a[k * n + k] = reflector(m, v, n, &e[k]);
        double pv = 0;
        for (size_t i = 0; i < m; i++) {
            p[i] = 0;
            for (size_t j = 0; j < m; j++)
                p[i] += (j <= i ? b[i * n + j] : b[j * n + i]) * v[j * n];
            p[i] *= beta;
            pv += p[i] * v[i * n];
        }
        for (size_t i = 0; i < m; i++)
            p[i] -= beta / 2 * pv * v[i * n];
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j <= i; j++)
                b[i * n + j] -= v[i * n] * p[j] + p[i] * v[j * n];
    }
    if (n)
        d[n - 1] = a[n * n - 1];
}

/* v = H_0 H_1 ... of the vectors that tridiagonalise() left in a. */
static void accumulate(size_t n, const double *a, double *v, double *row)
{
    for (size_t i = 0; i < n * n; i++)
        v[i] = i % (n + 1) == 0;
    for (size_t k = n > 1 ? n - 1 : 0; k-- > 0;) {
        const double *u = a + (k + 1) * n + k;
        double beta = a[k * n + k];
        for (size_t j = k + 1; j < n; j++)
            row[j] = 0;
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = k + 1; j < n; j++)
                row[j] += u[(i - k - 1) * n] * v[i * n + j];
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = k + 1; j < n; j++)
                v[i * n + j] -= beta * u[(i - k - 1) * n] * row[j];
    }
}

/* One implicit QR sweep with Wilkinson's shift over the unreduced block lo .. hi; the
 * rotations go into the columns of v. Golub and Van Loan, algorithm 8.3.2. */
static void sweep(size_t n, double *d, double *e, double *v, size_t lo, size_t hi)
{
    double half = (d[hi - 1] - d[hi]) / 2, b2 = e[hi - 1] * e[hi - 1];
    double root = sqrt(half * half + b2);
    double x = d[lo] - (d[hi] - b2 / (half + (half < 0 ? -root : root)));
    double z = e[lo];
    for (size_t k = lo; k < hi; k++) {
        double r = sqrt(x * x + z * z);
        double c = r > 0 ? x / r : 1, s = r > 0 ? -z / r : 0;
        double a = d[k], b = e[k], g = d[k + 1];
        if (k > lo)
            e[k - 1] = r;
        d[k] = c * c * a - 2 * c * s * b + s * s * g;
        d[k + 1] = s * s * a + 2 * c * s * b + c * c * g;
        e[k] = c * s * (a - g) + (c * c - s * s) * b;
        if (k + 1 < hi) {
            x = e[k];
            z = -s * e[k + 1];
            e[k + 1] *= c;
        }
        for (size_t i = 0; v && i < n; i++) {
            double p = v[i * n + k], q = v[i * n + k + 1];
            v[i * n + k] = c * p - s * q;
            v[i * n + k + 1] = s * p + c * q;
        }
    }
}

static bool diagonalise(size_t n, double *d, double *e, double *v)
{
    size_t hi = n ? n - 1 : 0;
    for (size_t left = SWEEPS * n; hi > 0; left--) {
        for (size_t k = 0; k < hi; k++)
            if (fabs(e[k]) <= DBL_EPSILON * (fabs(d[k]) + fabs(d[k + 1])) ||
                fabs(e[k]) < NEGLIGIBLE)
                e[k] = 0;
        while (hi > 0 && e[hi - 1] == 0)
            hi--;
        if (hi == 0)
            break;
        size_t lo = hi;
        while (lo > 0 && e[lo - 1] != 0)
            lo--;
        if (left == 0)
            return false;
        sweep(n, d, e, v, lo, hi);
    }
    return true;
}

static void swap_columns(size_t n, double *v, size_t j, size_t k)
{
    for (size_t i = 0; i < n; i++) {
        double t = v[i * n + j];
        v[i * n + j] = v[i * n + k];
        v[i * n + k] = t;
    }
}

/* Ascending, and each vector with its largest component (the first of equals) positive.
 */
static void put_in_order(size_t n, double *w, double *v)
{
    for (size_t j = 0; j < n; j++) {
        size_t least = j, largest = 0;
        for (size_t k = j + 1; k < n; k++)
            if (w[k] < w[least])
                least = k;
        double t = w[j];
        w[j] = w[least];
        w[least] = t;
        if (!v)
            continue;
        swap_columns(n, v, j, least);
        for (size_t i = 1; i < n; i++)
            if (fabs(v[i * n + j]) > fabs(v[largest * n + j]))
                largest = i;
        for (size_t i = 0, negative = v[largest * n + j] < 0; negative && i < n; i++)
            v[i * n + j] = -v[i * n + j];
    }
}

bool ob_eigen_symmetric(size_t n, double *a, double *w, double *v, double *work)
{
    bool finite;
    int exponent = normalise(n, a, &finite);
    if (!finite)
        return false;
    tridiagonalise(n, a, w, work, work + n);
    if (v)
        accumulate(n, a, v, work + n);
    if (!diagonalise(n, w, work, v))
        return false;
    for (size_t i = 0; i < n; i++)
        w[i] = ldexp(w[i], exponent);
    put_in_order(n, w, v);
    return true;
}

bool ob_condition_symmetric(size_t n, const double *a, double *cond, struct ob_err *err)
{
    size_t square;
    if (__builtin_mul_overflow(n, n, &square))
        return ob_fail(err, OB_ENOMEM, "out of memory: matrix of order %zu", n);
    double *copy = ob_alloc(square + 3 * n, sizeof *copy, err);
    if (!copy)
        return false;
    double *w = copy + square, least = (double)INFINITY, most = 0;
    memcpy(copy, a, square * sizeof *a);
    if (ob_eigen_symmetric(n, copy, w, NULL, w + n)) {
        for (size_t i = 0; i < n; i++) {
            least = fmin(least, fabs(w[i]));
            most = fmax(most, fabs(w[i]));
        }
        *cond = least > 0 ? most / least : (double)INFINITY;
    } else {
        *cond = (double)NAN;
    }
    free(copy);
    return true;
}
