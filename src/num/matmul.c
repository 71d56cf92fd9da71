#include <config.h>

#include "matmul.h"

/* Multiplications that are worth a task, and the parts of C that a task computes. */
enum { SOME = 1 << 16, PART_ROWS = 64, PART_COLS = 480 };

#define EXTERN(v)                                                                        \
    extern const struct ob_matmul_kernels ob_matmul_f32_##v, ob_matmul_f64_##v
EXTERN(baseline);
#ifdef OB_X86
EXTERN(v3);
EXTERN(v4);
#endif

const struct ob_matmul_kernels *ob_matmul_of(enum ob_isa isa, enum ob_dtype dtype)
{
#define OF(v) (dtype == OB_F32 ? &ob_matmul_f32_##v : &ob_matmul_f64_##v)
#ifdef OB_X86
    if (isa == OB_ISA_V4)
        return OF(v4);
    if (isa == OB_ISA_V3)
        return OF(v3);
#else
    (void)isa;
#endif
    return OF(baseline);
}

const char *ob_math_name(enum ob_math math)
{
    static const char *const names[OB_MATHS] = { "reproducible", "blas", "fast" };
    return names[math];
}

/* C cut into parts, row of parts by row of parts. */
struct job {
    const struct ob_gemm *g;
    const struct ob_matmul_kernels *kernels;
    size_t rows, cols; /* of a part */
    size_t across;     /* parts side by side */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t cuts(size_t n, size_t size)
{
    return (n + size - 1) / size;
}

static struct ob_part part(const struct job *job, size_t task)
{
    struct ob_part p = { .i = task / job->across * job->rows,
                         .j = task % job->across * job->cols };
    p.rows = least(job->rows, job->g->m - p.i);
    p.cols = least(job->cols, job->g->n - p.j);
    return p;
}

/* ---- reproducible ---- */

static void own_part(void *ctx, size_t task)
{
    const struct job *job = ctx;
    struct ob_part p = part(job, task);
    (job->g->trans_b ? job->kernels->dots : job->kernels->plain)(job->g, &p);
}

static void own(struct ob_pool *pool, const struct ob_gemm *g)
{
    bool small = (double)g->m * (double)g->n * (double)g->k < SOME;
    struct job job = {
        .g = g,
        .kernels = ob_matmul_of(ob_cpu_isa(), g->dtype),
        .rows = pool && !small ? PART_ROWS : g->m,
        .cols = pool && !small ? PART_COLS : g->n,
    };
    job.across = cuts(g->n, job.cols);
    ob_pool_run(pool, own_part, &job, job.across * cuts(g->m, job.rows));
}

/* ---- OpenBLAS ---- */

static void blas_part(void *ctx, size_t task)
{
    const struct job *job = ctx;
    struct ob_part p = part(job, task);
    struct ob_gemm g = *job->g;
    size_t size = ob_dtype_size(g.dtype);
    g.a = (const char *)g.a + p.i * (g.trans_a ? 1 : g.lda) * size;
    g.b = (const char *)g.b + p.j * (g.trans_b ? g.ldb : 1) * size;
    g.c = (char *)g.c + (p.i * g.ldc + p.j) * size;
    g.m = p.rows;
    g.n = p.cols;
    ob_gemm(&g);
}

/*
 * Into how many parts the longer side of C is cut. Each part packs all of the other
 * matrix for itself, so that slices of 64 cost a tenth, of 128 half of that: thin ones
 * are for what would otherwise keep a thread or two.
 */
static size_t blas_parts(const struct ob_gemm *g)
{
    size_t side = g->m > g->n ? g->m : g->n;
    double work = (double)g->m * (double)g->n * (double)g->k;
    size_t most = cuts(side, 128) < 4 ? cuts(side, 64) : cuts(side, 128);
    size_t want = work > 16e6 ? 16 : (size_t)(work / 1e6) + 1;
    return least(most, cuts(side, 256) > want ? cuts(side, 256) : want);
}

static void blas(struct ob_pool *pool, const struct ob_gemm *g, size_t parts)
{
    struct job job = { .g = g, .rows = g->m, .cols = g->n };
    size_t *side = g->m > g->n ? &job.rows : &job.cols;
    *side = (cuts(*side, parts) + 15) / 16 * 16;
    job.across = cuts(g->n, job.cols);
    ob_pool_run(pool, blas_part, &job, job.across * cuts(g->m, job.rows));
}

void ob_matmul(struct ob_pool *pool, enum ob_math math, const struct ob_gemm *g)
{
    if (math == OB_MATH_REPRODUCIBLE)
        own(pool, g);
    else if (math == OB_MATH_BLAS)
        blas(pool, g, blas_parts(g));
    else
        blas(pool, g, least(ob_pool_threads(pool), blas_parts(g)));
}
