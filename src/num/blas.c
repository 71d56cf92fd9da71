#include <config.h>

#include "optbench/num/blas.h"

#include <cblas.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"

/* Rows of one task; part of what decides the bits. */
enum { BLOCK = 128 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char name[128];

static void start(void)
{
    openblas_set_num_threads(1);
    /* "OpenBLAS 0.3.21 DYNAMIC_ARCH ...": the version is the second word. */
    const char *version = strchr(openblas_get_config(), ' ');
    version = version ? version + 1 : "";
    snprintf(name, sizeof name, "OpenBLAS %.*s %s", (int)strcspn(version, " "), version,
             openblas_get_corename());
}

const char *ob_blas_name(void)
{
    pthread_once(&once, start);
    return name;
}

static int dim(size_t n)
{
    OB_REQUIRE(n <= INT_MAX);
    return (int)n;
}

static void gemm_block(void *ctx, size_t task)
{
    const struct ob_gemm *g = ctx;
    size_t at = task * BLOCK, size = ob_dtype_size(g->dtype);
    size_t rows = g->m - at < BLOCK ? g->m - at : BLOCK;
    const char *a = (const char *)g->a + at * (g->trans_a ? 1 : g->lda) * size;
    char *c = (char *)g->c + at * g->ldc * size;
    CBLAS_TRANSPOSE ta = g->trans_a ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE tb = g->trans_b ? CblasTrans : CblasNoTrans;
    int m = dim(rows), n = dim(g->n), k = dim(g->k);
    int lda = dim(g->lda), ldb = dim(g->ldb), ldc = dim(g->ldc);
    if (g->dtype == OB_F32)
        cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, (float)g->alpha,
                    (const float *)(const void *)a, lda, g->b, ldb, (float)g->beta,
                    (float *)(void *)c, ldc);
    else
        cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, g->alpha,
                    (const double *)(const void *)a, lda, g->b, ldb, g->beta,
                    (double *)(void *)c, ldc);
}

void ob_gemm(struct ob_pool *pool, const struct ob_gemm *g)
{
    pthread_once(&once, start);
    struct ob_gemm copy = *g;
    ob_pool_run(pool, gemm_block, &copy, (g->m + BLOCK - 1) / BLOCK);
}

void ob_gemv(struct ob_pool *pool, enum ob_dtype dtype, size_t m, size_t n, const void *a,
             size_t ld, const void *x, void *y)
{
    ob_gemm(pool, &(struct ob_gemm){
                      .dtype = dtype,
                      .m = m,
                      .n = 1,
                      .k = n,
                      .alpha = 1,
                      .a = a,
                      .b = x,
                      .c = y,
                      .lda = ld,
                      .ldb = 1,
                      .ldc = 1,
                  });
}
