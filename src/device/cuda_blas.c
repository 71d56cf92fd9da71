#include <config.h>

#include <limits.h>

#include "cuda.h"

/* What the library takes for Hopper when it may choose; asked for once, so that products
 * can be captured and the choice of their algorithm does not depend on what is free. */
enum { WORKSPACE = 32 << 20 };

static bool blas_said(struct ob_err *err, const char *function, cublasStatus_t status)
{
    return status == OB_CUBLAS_SUCCESS || ob_fail(err, OB_EDEVICE, "%s: %s", function,
                                                  blas.cublasGetStatusString(status));
}

static bool prepare(struct cuda *c, struct ob_err *err)
{
    if (!blas_said(err, "cublasCreate", blas.cublasCreate_v2(&c->product)))
        return false;
    return cuda_said(err, "cuMemAlloc", cu.cuMemAlloc_v2(&c->workspace, WORKSPACE)) &&
           blas_said(err, "cublasSetStream",
                     blas.cublasSetStream_v2(c->product, c->stream)) &&
           blas_said(err, "cublasSetWorkspace",
                     blas.cublasSetWorkspace_v2(
                         c->product, (void *)(uintptr_t)c->workspace, WORKSPACE)) &&
           blas_said(err, "cublasSetMathMode",
                     blas.cublasSetMathMode(c->product, OB_CUBLAS_DEFAULT_MATH)) &&
           blas_said(
               err, "cublasSetAtomicsMode",
               blas.cublasSetAtomicsMode(c->product, OB_CUBLAS_ATOMICS_NOT_ALLOWED));
}

bool cuda_gemm_ready(struct ob_device *d, struct ob_err *err)
{
    struct cuda *c = cuda_of(d);
    if (c->product)
        return true;
    OB_REQUIRE(!c->capturing);
    if (!cuda_load_cublas(err))
        return false;
    cuda_enter(c);
    if (prepare(c, err))
        return true;
    cuda_gemm_finish(c);
    return false;
}

void cuda_gemm_finish(struct cuda *c)
{
    if (c->product)
        blas.cublasDestroy_v2(c->product);
    if (c->workspace)
        cu.cuMemFree_v2(c->workspace);
    c->product = NULL;
    c->workspace = 0;
}

/* The product row by row is the transposed one column by column: A and B change places.
 */
static cublasStatus_t multiply(struct cuda *c, const struct ob_device_gemm *g)
{
    const size_t size = ob_dtype_size(g->dtype);
    const cublasOperation_t of_a = g->trans_a ? OB_CUBLAS_OP_T : OB_CUBLAS_OP_N,
                            of_b = g->trans_b ? OB_CUBLAS_OP_T : OB_CUBLAS_OP_N;
    const int m = (int)g->m, n = (int)g->n, k = (int)g->k;
    const uintptr_t a = g->a->handle.address + g->a_at * size,
                    b = g->b->handle.address + g->b_at * size,
                    to = g->c->handle.address + g->c_at * size;
    const double one = 1, beta = g->add ? 1 : 0;
    const float one32 = 1, beta32 = g->add ? 1 : 0;
    if (g->dtype == OB_F32)
        return blas.cublasSgemm_v2(c->product, of_b, of_a, n, m, k, &one32,
                                   (const float *)b, (int)g->ldb, (const float *)a,
                                   (int)g->lda, &beta32, (float *)to, (int)g->ldc);
    return blas.cublasDgemm_v2(c->product, of_b, of_a, n, m, k, &one, (const double *)b,
                               (int)g->ldb, (const double *)a, (int)g->lda, &beta,
                               (double *)to, (int)g->ldc);
}

static bool fits(const struct ob_device_gemm *g)
{
    return g->m <= INT_MAX && g->n <= INT_MAX && g->k <= INT_MAX && g->lda <= INT_MAX &&
           g->ldb <= INT_MAX && g->ldc <= INT_MAX;
}

void cuda_gemm(struct ob_device *d, const struct ob_device_gemm *g)
{
    struct ob_err err;
    if (!fits(g)) {
        device_fail(d, OB_EDEVICE,
                    "cuBLAS takes no matrix of more than %d rows or columns", INT_MAX);
        return;
    }
    if (!cuda_gemm_ready(d, &err)) {
        device_fail(d, err.code, "%s", err.text);
        return;
    }
    cuda_enter(cuda_of(d));
    const cublasStatus_t status = multiply(cuda_of(d), g);
    if (status != OB_CUBLAS_SUCCESS)
        device_fail(d, OB_EDEVICE, "cublas%cgemm: %s", g->dtype == OB_F32 ? 'S' : 'D',
                    blas.cublasGetStatusString(status));
}
