#include <config.h>

#include "optbench/num/blas.h"

#include <cblas.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"

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

void ob_gemm(const struct ob_gemm *g)
{
    CBLAS_TRANSPOSE ta = g->trans_a ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE tb = g->trans_b ? CblasTrans : CblasNoTrans;
    int m = dim(g->m), n = dim(g->n), k = dim(g->k);
    int lda = dim(g->lda), ldb = dim(g->ldb), ldc = dim(g->ldc);
    pthread_once(&once, start);
    if (g->dtype == OB_F32)
        cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, (float)g->alpha, g->a, lda, g->b, ldb,
                    (float)g->beta, g->c, ldc);
    else
        cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, g->alpha, g->a, lda, g->b, ldb,
                    g->beta, g->c, ldc);
}
