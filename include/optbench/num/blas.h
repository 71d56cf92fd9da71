/*
 * Matrix products through OpenBLAS, which itself stays at one thread: the pool runs it
 * over blocks of rows whose size is fixed, so that the bits do not depend on the number
 * of threads. They do depend on the BLAS version and the kernel it picked
 * (ob_blas_name()): the contract called `blas`, not `reproducible`. Row-major, no
 * aliasing.
 */
#ifndef OB_NUM_BLAS_H
#define OB_NUM_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/dtype.h"
#include "optbench/num/pool.h"

struct ob_gemm {
    enum ob_dtype dtype;
    bool trans_a, trans_b;
    size_t m, n, k;       /* C is m x n, op(A) m x k, op(B) k x n */
    double alpha, beta;   /* C = alpha op(A) op(B) + beta C */
    const void *a, *b;    /* borrowed */
    size_t lda, ldb, ldc; /* elements from one stored row to the next */
    void *c;
};

void ob_gemm(struct ob_pool *pool, const struct ob_gemm *g);

/* y = A x, A m x n row-major with ld. */
void ob_gemv(struct ob_pool *pool, enum ob_dtype dtype, size_t m, size_t n, const void *a,
             size_t ld, const void *x, void *y);

/* Version and kernel, such as "OpenBLAS 0.3.21 Cooperlake"; for run.json. */
const char *ob_blas_name(void);

#endif
