/*
 * LAPACK for matrices beyond OB_DENSE_MAX, through LAPACKE: same meaning as the functions
 * of the same end in dense.h, but with the bits of whatever LAPACK is installed.
 * Row-major, lower triangle.
 */
#ifndef OB_NUM_LAPACK_H
#define OB_NUM_LAPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

bool ob_lapack_cholesky(size_t n, double *a);
void ob_lapack_cholesky_solve(size_t n, const double *l, double *b);

/* pivot [n] as LAPACK counts, for ob_lapack_lu_solve() alone. */
bool ob_lapack_lu(size_t n, double *a, int *pivot);
void ob_lapack_lu_solve(size_t n, const double *lu, const int *pivot, double *b);

/* Eigenvalues ascending in w [n]; a becomes the eigenvectors, one a column. */
bool ob_lapack_eigen_symmetric(size_t n, double *a, double *w, bool vectors);

/* a becomes Q of a = Q R; tau [n] is work space. */
bool ob_lapack_orthonormal(size_t n, double *a, double *tau);

#endif
