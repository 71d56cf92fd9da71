/* cuBLAS: products of matrices stored by columns, as the work of a stream. */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#define X(result, name, args) SIM_API result name args;
OB_CUDA_CUBLAS(X)
#undef X

enum {
    BLAS_NOT_INITIALIZED = 1,
    BLAS_ALLOC_FAILED = 3,
    BLAS_INVALID_VALUE = 7,
    BLAS_FAILED = 13
};

struct cublasContext {
    struct sim_stream *stream;
    bool single_tf32;
};

cublasStatus_t cublasCreate_v2(cublasHandle_t *out)
{
    int rc = sim_enter("cublasCreate_v2", SIM_UNCAPTURED, BLAS_ALLOC_FAILED);
    if (rc == SIM_GO) {
        *out = calloc(1, sizeof **out);
        sim_count("cuBLAS handle", 1);
        rc = *out ? SIM_OK : BLAS_ALLOC_FAILED;
    } else if (rc == SIM_INVALID_CONTEXT) {
        rc = BLAS_NOT_INITIALIZED;
    }
    return sim_leave(rc);
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t h)
{
    int rc = sim_enter("cublasDestroy_v2", SIM_ANYWHERE, BLAS_NOT_INITIALIZED);
    if (sim_gives_back(rc)) {
        free(h);
        sim_count("cuBLAS handle", -1);
        rc = rc == SIM_GO ? SIM_OK : rc;
    }
    return sim_leave(rc);
}

cublasStatus_t cublasGetVersion_v2(cublasHandle_t h, int *version)
{
    (void)h;
    int rc = sim_enter("cublasGetVersion_v2", SIM_ANYWHERE, BLAS_NOT_INITIALIZED);
    if (rc == SIM_GO) {
        *version = 130000;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

const char *cublasGetStatusString(cublasStatus_t status)
{
    switch (status) {
    case 0:
        return "success";
    case BLAS_NOT_INITIALIZED:
        return "the library was not initialized";
    case BLAS_ALLOC_FAILED:
        return "the resource allocation failed";
    case BLAS_INVALID_VALUE:
        return "an unsupported value or parameter was passed";
    case BLAS_FAILED:
        return "the GPU program failed to execute";
    default:
        return "unknown error";
    }
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t h, cudaStream_t stream)
{
    int rc = sim_enter("cublasSetStream_v2", SIM_ANYWHERE, BLAS_NOT_INITIALIZED);
    if (rc == SIM_GO) {
        h->stream = (struct sim_stream *)stream;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t h, void *p, size_t bytes)
{
    (void)h;
    int rc = sim_enter("cublasSetWorkspace_v2", SIM_ANYWHERE, BLAS_INVALID_VALUE);
    if (rc == SIM_GO) {
        bool ok = !bytes || sim_memory_at((uintptr_t)p, bytes);
        if (!ok)
            sim_fault("cublasSetWorkspace_v2: this is no memory of the device");
        rc = ok ? SIM_OK : BLAS_INVALID_VALUE;
    }
    return sim_leave(rc);
}

cublasStatus_t cublasSetMathMode(cublasHandle_t h, cublasMath_t mode)
{
    int rc = sim_enter("cublasSetMathMode", SIM_ANYWHERE, BLAS_NOT_INITIALIZED);
    if (rc == SIM_GO) {
        h->single_tf32 = mode == OB_CUBLAS_TF32_MATH;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

cublasStatus_t cublasSetAtomicsMode(cublasHandle_t h, cublasAtomicsMode_t mode)
{
    (void)h, (void)mode;
    int rc = sim_enter("cublasSetAtomicsMode", SIM_ANYWHERE, BLAS_NOT_INITIALIZED);
    return sim_leave(rc == SIM_GO ? SIM_OK : rc);
}

/* ---- products ---- */

struct product {
    uint64_t a, b, c;
    double alpha, beta;
    int ta, tb, m, n, k, lda, ldb, ldc;
    bool wide, tf32;
};
_Static_assert(sizeof(struct product) <= sizeof((struct sim_work *)0)->data, "fits");

/* Ten bits of mantissa, as the tensor cores take them. */
static float cut(float x, bool tf32)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    u = tf32 ? (u + 0x1000) & ~(uint32_t)0x1fff : u;
    memcpy(&x, &u, sizeof x);
    return x;
}

static size_t at(int trans, int row, int column, int ld)
{
    return trans ? (size_t)row * (size_t)ld + (size_t)column
                 : (size_t)column * (size_t)ld + (size_t)row;
}

static void product_single(const struct product *p, const float *a, const float *b,
                           float *c)
{
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < p->m; i++) {
            float sum = 0, *out = &c[at(0, i, j, p->ldc)];
            for (int l = 0; l < p->k; l++)
                sum += cut(a[at(p->ta, i, l, p->lda)], p->tf32) *
                       cut(b[at(p->tb, l, j, p->ldb)], p->tf32);
            *out = (float)p->alpha * sum + (p->beta != 0 ? (float)p->beta * *out : 0);
        }
}

static void product_double(const struct product *p, const double *a, const double *b,
                           double *c)
{
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < p->m; i++) {
            double sum = 0, *out = &c[at(0, i, j, p->ldc)];
            for (int l = 0; l < p->k; l++)
                sum += a[at(p->ta, i, l, p->lda)] * b[at(p->tb, l, j, p->ldb)];
            *out = p->alpha * sum + (p->beta != 0 ? p->beta * *out : 0);
        }
}

/* The bytes of a stored matrix of so many rows and columns. */
static void *matrix(uint64_t p, int rows, int columns, int ld, size_t size)
{
    if (!rows || !columns)
        return sim_memory_at(p, 0);
    size_t n = (size_t)(columns - 1) * (size_t)ld + (size_t)rows;
    return sim_memory_at(p, n * size);
}

static int product_run(const void *data)
{
    const struct product *p = data;
    size_t size = p->wide ? sizeof(double) : sizeof(float);
    void *a = matrix(p->a, p->ta ? p->k : p->m, p->ta ? p->m : p->k, p->lda, size);
    void *b = matrix(p->b, p->tb ? p->n : p->k, p->tb ? p->k : p->n, p->ldb, size);
    void *c = matrix(p->c, p->m, p->n, p->ldc, size);
    if (!a || !b || !c) {
        sim_fault("a product of matrices goes beyond an allocation");
        return SIM_ILLEGAL_ADDRESS;
    }
    if (p->wide)
        product_double(p, a, b, c);
    else
        product_single(p, a, b, c);
    return SIM_OK;
}

static cublasStatus_t product(const char *name, cublasHandle_t h, const struct product *p)
{
    int rc = sim_enter(name, SIM_CONTEXT, BLAS_FAILED);
    if (rc != SIM_GO)
        return sim_leave(rc > 0 ? BLAS_FAILED : rc);
    if (p->m < 0 || p->n < 0 || p->k < 0 || p->lda < (p->ta ? p->k : p->m) ||
        p->ldb < (p->tb ? p->n : p->k) || p->ldc < p->m)
        return sim_leave(BLAS_INVALID_VALUE);
    struct sim_work w = { .kind = SIM_CALL, .run = product_run };
    memcpy(w.data, p, sizeof *p);
    rc = sim_stream_of(h->stream) ? sim_stream_put(h->stream, &w) : BLAS_NOT_INITIALIZED;
    return sim_leave(rc ? BLAS_FAILED : rc);
}

cublasStatus_t cublasSgemm_v2(cublasHandle_t h, cublasOperation_t ta,
                              cublasOperation_t tb, int m, int n, int k,
                              const float *alpha, const float *a, int lda, const float *b,
                              int ldb, const float *beta, float *c, int ldc)
{
    return product("cublasSgemm_v2", h,
                   &(struct product){ (uintptr_t)a, (uintptr_t)b, (uintptr_t)c,
                                      (double)*alpha, (double)*beta, ta, tb, m, n, k, lda,
                                      ldb, ldc, false, h->single_tf32 });
}

cublasStatus_t cublasDgemm_v2(cublasHandle_t h, cublasOperation_t ta,
                              cublasOperation_t tb, int m, int n, int k,
                              const double *alpha, const double *a, int lda,
                              const double *b, int ldb, const double *beta, double *c,
                              int ldc)
{
    return product("cublasDgemm_v2", h,
                   &(struct product){ (uintptr_t)a, (uintptr_t)b, (uintptr_t)c, *alpha,
                                      *beta, ta, tb, m, n, k, lda, ldb, ldc, true,
                                      false });
}
