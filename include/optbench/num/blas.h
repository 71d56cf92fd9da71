/*
 * Matrix products through OpenBLAS, which itself stays at one thread: matmul.h shares
 * them out. Their bits depend on the version of OpenBLAS and on the kernel it picked
 * (ob_blas_name()). Row-major, no aliasing.
 */
#ifndef OB_NUM_BLAS_H
#define OB_NUM_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/dtype.h"

struct ob_gemm {
    enum ob_dtype dtype;
    bool trans_a, trans_b;
    size_t m, n, k;       /* C is m x n, op(A) m x k, op(B) k x n */
    double alpha, beta;   /* C = alpha op(A) op(B) + beta C; beta = 0 reads no C */
    const void *a, *b;    /* borrowed */
    size_t lda, ldb, ldc; /* elements from one stored row to the next */
    void *c;
};

/* On the calling thread; several may call at once. */
void ob_gemm(const struct ob_gemm *g);

/* Version and kernel, such as "OpenBLAS 0.3.21 Cooperlake"; for run.json. */
const char *ob_blas_name(void);

#endif
