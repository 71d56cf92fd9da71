/*
 * What optimizers with a matrix for each tensor ask of linear algebra: eigenbases,
 * inverse roots, orthonormal bases. In double, row-major, caller's memory; the optimizers
 * keep their matrices in the dtype of the run and come here through doubles. Called by
 * optim on the training thread.
 *
 * Up to OB_DENSE_MAX the algebra is our own (dense.h): the same bits everywhere. Above it
 * is LAPACK's on one thread (lapack.h): the same bits for any number of threads, on the
 * same version and core of OpenBLAS.
 *
 * A matrix that holds NaN or infinity is an outcome: false, and the outputs are not used.
 */
#ifndef OB_NUM_SPECTRAL_H
#define OB_NUM_SPECTRAL_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/pool.h"

/* Doubles that `work` of the calls below must hold for order n. */
size_t ob_spectral_work(size_t n);

/* Eigenvalues of the symmetric matrix a (lower triangle read, spoilt), ascending in w
 * [n], and unit eigenvectors, one a column of v [n * n]. */
bool ob_eigenbasis(size_t n, double *a, double *w, double *v, double *work);

struct ob_root {
    size_t n;
    unsigned p;   /* at least 1 */
    double least; /* > 0: eigenvalues below it, which rounding makes, count as this */
    double *a;    /* [n * n] symmetric, lower triangle read; spoilt */
    double *out;  /* [n * n] A^(-1/p), both triangles */
    double *work; /* [ob_spectral_work(n)] */
    double lowest, highest; /* out: the eigenvalues of A at the ends, as they came */
};

/* A^(-1/p) = V diag(w^(-1/p)) V' of the eigenvalues w and eigenvectors V. pool may be
 * NULL. */
bool ob_inverse_root(struct ob_root *r, struct ob_pool *pool);

/* x^(-1/p) in the same bits everywhere; x >= 0, p >= 1. */
double ob_inverse_power(double x, unsigned p);

/* a [n * n] becomes Q of a = Q R, by Householder reflections (Golub and Van Loan, Matrix
 * Computations, 4th ed., 5.2.1): orthonormal columns also where a is singular. The sign
 * of a column is whatever the reflections make it. */
bool ob_orthonormal(size_t n, double *a, double *work);

#endif
