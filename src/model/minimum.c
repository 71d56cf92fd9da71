#include "minimum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"

/* Eigenvalues ascending; a is spoilt, work [3 * n] holds them first. */
static bool eigenvalues(size_t n, double *a, double *work)
{
    return n <= OB_DENSE_MAX ? ob_eigen_symmetric(n, a, work, NULL, work + n)
                             : ob_lapack_eigen_symmetric(n, a, work, false);
}

static bool definite(size_t n, const double *w, double eps)
{
    double largest = fmax(fabs(w[0]), fabs(w[n - 1]));
    return w[0] > (double)n * eps * largest;
}

bool minimum_of_quadratic(size_t n, double *h, const double *g, double eps, double *theta)
{
    double *copy = ob_alloc(n * n + 3 * n, sizeof *copy, NULL);
    if (!copy)
        return false;
    double *work = copy + n * n;
    memcpy(copy, h, n * n * sizeof *h);
    bool ok = eigenvalues(n, copy, work) && definite(n, work, eps) &&
              (n <= OB_DENSE_MAX ? ob_cholesky(n, h) : ob_lapack_cholesky(n, h));
    if (ok) {
        for (size_t i = 0; i < n; i++)
            theta[i] = -g[i];
        if (n <= OB_DENSE_MAX)
            ob_cholesky_solve(n, h, theta);
        else
            ob_lapack_cholesky_solve(n, h, theta);
    }
    free(copy);
    return ok;
}
