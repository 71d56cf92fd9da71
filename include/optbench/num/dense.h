/*
 * Small dense linear algebra in double, written out so that its bits are the same
 * everywhere: Newton steps, condition numbers, closed forms. Meant for n <= OB_DENSE_MAX
 * (above it, lapack.h). Matrices are n x n row-major, caller's memory. No thread, no
 * allocation unless said.
 *
 * A matrix that is singular or indefinite is an outcome, not an error: the functions say
 * so by returning false and leave theta-like outputs alone.
 */
#ifndef OB_NUM_DENSE_H
#define OB_NUM_DENSE_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

enum { OB_DENSE_MAX = 256 };

/* A = L L' in the lower triangle of a (the upper is not read and left alone). false where
 * a pivot is not positive (A is not numerically positive definite); a is then spoilt.
 * Row by row as in Golub and Van Loan, Matrix Computations, 4th ed., algorithm 4.2.1. */
bool ob_cholesky(size_t n, double *a);

/* Solves L L' x = b in place of b, with the factor of ob_cholesky(). */
void ob_cholesky_solve(size_t n, const double *l, double *b);

/* P A = L U with partial pivoting, both factors in a; pivot [n] is the row exchanged at
 * each step. false where a pivot is exactly zero or not finite. Golub and Van
 * Loan, 3.4.1. */
bool ob_lu(size_t n, double *a, size_t *pivot);

/* Solves A x = b in place of b, with the factors of ob_lu(). */
void ob_lu_solve(size_t n, const double *lu, const size_t *pivot, double *b);

/* Eigenvalues of the symmetric matrix a (lower triangle read, spoilt), ascending in w
 * [n]. With v (not NULL, [n * n]) the unit eigenvectors, one a column: A v[:,k] = w[k]
 * v[:,k], the largest component of each positive. Householder to tridiagonal form, then
 * implicit QR with Wilkinson's shift (Golub and Van Loan, 8.3). work is [2 * n]. false
 * where A is not finite or, in theory, no convergence after 60 sweeps for each
 * eigenvalue. */
bool ob_eigen_symmetric(size_t n, double *a, double *w, double *v, double *work);

/* max |w| / min |w| of a symmetric matrix (not changed): infinity where an eigenvalue is
 * zero, NaN where A is not finite. Allocates; false with OB_ENOMEM. */
bool ob_condition_symmetric(size_t n, const double *a, double *cond, struct ob_err *err);

/*
 * min |X theta - y|, theta [cols].
 * Householder QR of [X y] built row block by row block (Golub and Van Loan, 5.1 and 5.3),
 * so that the condition number of X is not squared and the memory is (cols + 1)^2 and one
 * block. *rank is cols where the triangle is well conditioned, less where a diagonal
 * entry vanishes against the largest (theta is then the solution with those entries set
 * to 0); *residual is the sum of squared residuals. rows < cols is rank deficient. false
 * with OB_ENOMEM.
 */
struct ob_lstsq_rows {
    size_t rows, cols;
    /* Writes n entries from row `first` on to out: of column j of X, of y for j = cols.
     * Asked for each once. */
    void (*fetch)(const void *ctx, size_t j, size_t first, size_t n, double *out);
    const void *ctx;
};

bool ob_lstsq_fetch(const struct ob_lstsq_rows *from, double *theta, double *residual,
                    size_t *rank, struct ob_err *err);

/* The same of columns that lie in memory. */
bool ob_lstsq(size_t rows, size_t cols, const double *const *column, const double *y,
              double *theta, double *residual, size_t *rank, struct ob_err *err);

#endif
