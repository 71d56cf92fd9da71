#include <config.h>

#include "optbench/num/lapack.h"

#include <lapacke.h>
#include <limits.h>

#include "optbench/base/compiler.h"

static lapack_int dim(size_t n)
{
    OB_REQUIRE(n <= INT_MAX);
    return (lapack_int)n;
}

static lapack_int leading(size_t n)
{
    return n ? dim(n) : 1;
}

/* The lower triangle by rows is the upper by columns: symmetric matrices need no copy. */
bool ob_lapack_cholesky(size_t n, double *a)
{
    return LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', dim(n), a, leading(n)) == 0;
}

void ob_lapack_cholesky_solve(size_t n, const double *l, double *b)
{
    LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'U', dim(n), 1, l, leading(n), b, leading(n));
}

/* By columns the array holds A', so that is what is factored and solved transposed. */
bool ob_lapack_lu(size_t n, double *a, int *pivot)
{
    return LAPACKE_dgetrf(LAPACK_COL_MAJOR, dim(n), dim(n), a, leading(n), pivot) == 0;
}

void ob_lapack_lu_solve(size_t n, const double *lu, const int *pivot, double *b)
{
    LAPACKE_dgetrs(LAPACK_COL_MAJOR, 'T', dim(n), 1, lu, leading(n), pivot, b,
                   leading(n));
}

bool ob_lapack_eigen_symmetric(size_t n, double *a, double *w, bool vectors)
{
    if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'U', dim(n), a, leading(n),
                       w) != 0)
        return false;
    for (size_t i = 0; vectors && i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double t = a[i * n + j];
            a[i * n + j] = a[j * n + i];
            a[j * n + i] = t;
        }
    return true;
}

bool ob_lapack_orthonormal(size_t n, double *a, double *tau)
{
    return LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, dim(n), dim(n), a, leading(n), tau) == 0 &&
           LAPACKE_dorgqr(LAPACK_ROW_MAJOR, dim(n), dim(n), dim(n), a, leading(n), tau) ==
               0;
}
