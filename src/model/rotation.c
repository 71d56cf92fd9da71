#include "rotation.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"

/* The reflection that takes column k of a, from row k on, to a multiple of e_k: its
 * vector replaces the column, and the sign of the new diagonal entry is returned. */
static double reflector(size_t n, double *a, size_t k, double *v)
{
    double squares = 0;
    for (size_t i = k; i < n; i++)
        squares += a[i * n + k] * a[i * n + k];
    double sign = a[k * n + k] > 0 ? -1 : 1;
    for (size_t i = k; i < n; i++)
        v[i] = a[i * n + k];
    v[k] -= sign * sqrt(squares);
    squares = 0;
    for (size_t i = k; i < n; i++)
        squares += v[i] * v[i];
    for (size_t i = k; i < n; i++)
        v[i] /= sqrt(squares);
    return sign;
}

/* Columns [from, n) of m -= 2 v v' m. */
static void reflect(size_t n, double *m, size_t k, size_t from, const double *v)
{
    for (size_t j = from; j < n; j++) {
        double product = 0;
        for (size_t i = k; i < n; i++)
            product += v[i] * m[i * n + j];
        for (size_t i = k; i < n; i++)
            m[i * n + j] -= 2 * v[i] * product;
    }
}

void rotation_draw(size_t n, uint64_t seed, double *q)
{
    double *a = ob_xcalloc(n * n, sizeof *a), *v = ob_xcalloc(n * n, sizeof *v);
    double *sign = ob_xcalloc(n, sizeof *sign);
    for (size_t i = 0; i < n * n; i++)
        a[i] = ob_normal_at(seed, OB_STREAM_ROTATION, i);
    for (size_t k = 0; k < n; k++) {
        sign[k] = reflector(n, a, k, v + k * n);
        reflect(n, a, k, k, v + k * n);
    }
    for (size_t i = 0; i < n; i++)
        q[i * n + i] = 1;
    for (size_t k = n; k-- > 0;)
        reflect(n, q, k, k, v + k * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            q[i * n + j] *= sign[j];
    free(a);
    free(v);
    free(sign);
}
