/*
 * Matrix products C = alpha op(A) op(B) + beta C, under one of three promises. Row-major;
 * the struct of blas.h says what is multiplied. C must not overlap A or B; with beta = 0
 * it is written and never read.
 *
 * `reproducible` is our own and prescribes every addition, so that the bits are the same
 * on every processor and for any pool (no fused multiply-add):
 *   - B not transposed: c_ij starts from beta c_ij (+0 for beta = 0) and adds the
 *     products (alpha a_ik) b_kj in the order of k.
 *   - B transposed: sixteen lanes start from +0; the product a_ik b_jk goes to lane
 *     k mod 16 in the order of k; then the lanes are folded in halves (lane l += lane
 *     l + 8, then 4, 2, 1), multiplied by alpha, and beta c_ij is added. It is the order
 *     for sums over samples and along rows.
 *
 * `blas` is OpenBLAS over blocks of C that follow from the shape alone: the same bits for
 * any pool, on the same version and core of OpenBLAS. `fast` cuts by the number of
 * threads.
 *
 * The training thread calls, the pool's threads help; a task of the pool calls with pool
 * = NULL, also from several threads at once. m, n and k are at least 1.
 */
#ifndef OB_NUM_MATMUL_H
#define OB_NUM_MATMUL_H

#include "optbench/num/blas.h"
#include "optbench/num/pool.h"

enum ob_math {
    OB_MATH_REPRODUCIBLE,
    OB_MATH_BLAS,
    OB_MATH_FAST,
    OB_MATHS /* how many */
};

/* "reproducible", "blas", "fast", as in config files. */
const char *ob_math_name(enum ob_math math);

void ob_matmul(struct ob_pool *pool, enum ob_math math, const struct ob_gemm *g);

#endif
