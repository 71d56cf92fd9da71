#include <config.h>

#include "optbench/num/dense.h"

#include <math.h>

bool ob_cholesky(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * n;
        for (size_t j = 0; j <= i; j++) {
            const double *other = a + j * n;
            double s = row[j];
            for (size_t k = 0; k < j; k++)
                s -= row[k] * other[k];
            if (j < i)
                row[j] = s / other[j];
            else if (s > 0 && s < (double)INFINITY)
                row[i] = sqrt(s);
            else
                return false;
        }
    }
    return true;
}

void ob_cholesky_solve(size_t n, const double *l, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= l[i * n + k] * b[k];
        b[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= l[k * n + i] * b[k];
        b[i] /= l[i * n + i];
    }
}

static void swap_rows(size_t n, double *a, size_t i, size_t k)
{
    for (size_t j = 0; j < n && i != k; j++) {
        double t = a[i * n + j];
        a[i * n + j] = a[k * n + j];
        a[k * n + j] = t;
    }
}

bool ob_lu(size_t n, double *a, size_t *pivot)
{
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        pivot[k] = best;
        swap_rows(n, a, k, best);
        double p = a[k * n + k];
        if (p == 0 || !isfinite(p))
            return false;
        for (size_t i = k + 1; i < n; i++) {
            double f = a[i * n + k] /= p;
            for (size_t j = k + 1; j < n; j++)
                a[i * n + j] -= f * a[k * n + j];
        }
    }
    return true;
}

void ob_lu_solve(size_t n, const double *lu, const size_t *pivot, double *b)
{
    for (size_t i = 0; i < n; i++) {
        double t = b[i];
        b[i] = b[pivot[i]];
        b[pivot[i]] = t;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            b[i] -= lu[i * n + k] * b[k];
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= lu[i * n + k] * b[k];
        b[i] /= lu[i * n + i];
    }
}
