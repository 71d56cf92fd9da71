/*
 * Matrix products against the order of additions that matmul.h prescribes, to the bit:
 * both precisions, all transposes, every processor variant, sizes on both sides of every
 * tile, parts and pools. OpenBLAS against the same to rounding, and against itself.
 */
#include <config.h>

#include "../../../src/num/matmul.h"
#include "num_test.h"

enum { MOST = 300 * 620 };

union numbers {
    float f32[MOST];
    double f64[MOST];
};

static union numbers a, b, before, want, got, again;

static void fill(struct dice *dice, enum ob_dtype dtype, union numbers *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dtype == OB_F32)
            x->f32[i] = (float)roll_real(dice, -1, 1);
        else
            x->f64[i] = roll_real(dice, -1, 1);
}

/* The contract in the plainest way. */
#define DEFINE_EXPECT(T, S)                                                              \
    static T a_##S(const struct ob_gemm *g, size_t i, size_t k)                          \
    {                                                                                    \
        return a.S[g->trans_a ? k * g->lda + i : i * g->lda + k];                        \
    }                                                                                    \
                                                                                         \
    static T plain_##S(const struct ob_gemm *g, size_t i, size_t j)                      \
    {                                                                                    \
        T c = g->beta == 0 ? 0 : (T)g->beta * before.S[i * g->ldc + j];                  \
        for (size_t k = 0; k < g->k; k++)                                                \
            c = c + ((T)g->alpha * a_##S(g, i, k)) * b.S[k * g->ldb + j];                \
        return c;                                                                        \
    }                                                                                    \
                                                                                         \
    static T lanes_##S(const struct ob_gemm *g, size_t i, size_t j)                      \
    {                                                                                    \
        T s[16] = { 0 };                                                                 \
        for (size_t k = 0; k < g->k; k++)                                                \
            s[k % 16] = s[k % 16] + a_##S(g, i, k) * b.S[j * g->ldb + k];                \
        for (size_t w = 8; w > 0; w /= 2)                                                \
            for (size_t l = 0; l < w; l++)                                               \
                s[l] = s[l] + s[l + w];                                                  \
        T c = (T)g->alpha * s[0];                                                        \
        return g->beta == 0 ? c : c + (T)g->beta * before.S[i * g->ldc + j];             \
    }                                                                                    \
                                                                                         \
    static void expect_##S(const struct ob_gemm *g)                                      \
    {                                                                                    \
        for (size_t i = 0; i < g->m; i++)                                                \
            for (size_t j = 0; j < g->n; j++)                                            \
                want.S[i * g->ldc + j] =                                                 \
                    g->trans_b ? lanes_##S(g, i, j) : plain_##S(g, i, j);                \
    }

DEFINE_EXPECT(float, f32)
DEFINE_EXPECT(double, f64)

/* A product of random size, layout, factors and values; C and what is expected of it. */
static struct ob_gemm make(struct dice *dice, size_t m, size_t n, size_t k)
{
    static const double factors[] = { 1, 1, 0, -0.3 };
    struct ob_gemm g = {
        .dtype = roll(dice) & 1 ? OB_F64 : OB_F32,
        .trans_a = roll(dice) & 1,
        .trans_b = roll(dice) & 1,
        .m = m,
        .n = n,
        .k = k,
        .alpha = roll(dice) & 1 ? 1 : 0.7,
        .beta = factors[roll(dice) % OB_COUNT(factors)],
        .a = &a,
        .b = &b,
        .c = &got,
    };
    g.lda = (g.trans_a ? m : k) + roll(dice) % 3;
    g.ldb = (g.trans_b ? k : n) + roll(dice) % 3;
    g.ldc = n + roll(dice) % 3;
    fill(dice, g.dtype, &a, g.lda * (g.trans_a ? k : m));
    fill(dice, g.dtype, &b, g.ldb * (g.trans_b ? n : k));
    fill(dice, g.dtype, &before, g.ldc * m);
    want = before;
    if (g.beta == 0 && g.dtype == OB_F32)
        before.f32[0] = NAN; /* which nobody reads */
    else if (g.beta == 0)
        before.f64[0] = NAN;
    if (g.dtype == OB_F32)
        expect_f32(&g);
    else
        expect_f64(&g);
    return g;
}

static void check(const struct ob_gemm *g)
{
    if (g->dtype == OB_F32)
        ob_assert_bytes(&got, &want, g->m * g->ldc * sizeof(float));
    else
        ob_assert_bytes(&got, &want, g->m * g->ldc * sizeof(double));
}

/* All variants, whole and in four parts. */
static void every_variant(const struct ob_gemm *g)
{
    for (enum ob_isa isa = 0; isa < OB_ISAS; isa++) {
        if (!ob_cpu_has(isa))
            continue;
        const struct ob_matmul_kernels *kernels = ob_matmul_of(isa, g->dtype);
        for (size_t cut = 0; cut < 2; cut++) {
            size_t i = cut * g->m / 3, j = cut * g->n / 2;
            struct ob_part part[] = { { 0, 0, i, j },
                                      { i, 0, g->m - i, j },
                                      { 0, j, i, g->n - j },
                                      { i, j, g->m - i, g->n - j } };
            got = before;
            for (size_t p = 0; p < OB_COUNT(part); p++)
                (g->trans_b ? kernels->dots : kernels->plain)(g, &part[p]);
            check(g);
        }
    }
}

static void additions_are_in_order(void **state)
{
    (void)state;
    struct dice dice = { 7 };
    for (int t = 0; t < 60; t++) {
        struct ob_gemm g = make(&dice, roll_size(&dice, 1, 30), roll_size(&dice, 1, 130),
                                roll_size(&dice, 1, 70));
        every_variant(&g);
    }
    static const size_t deep[][3] = { { 70, 65, 300 },  { 3, 50, 513 }, { 10, 7, 600 },
                                      { 129, 48, 256 }, { 1, 1, 1 },    { 65, 100, 257 },
                                      { 8, 24, 16 },    { 13, 500, 20 } };
    for (size_t t = 0; t < 3 * OB_COUNT(deep); t++) {
        const size_t *d = deep[t % OB_COUNT(deep)];
        struct ob_gemm g = make(&dice, d[0], d[1], d[2]);
        every_variant(&g);
    }
}

static void pools_change_nothing(void **state)
{
    (void)state;
    struct dice dice = { 8 };
    struct ob_pool *pool[] = { NULL, ob_pool_create(2, NULL), ob_pool_create(3, NULL) };
    for (int t = 0; t < 8; t++) {
        struct ob_gemm g = make(&dice, roll_size(&dice, 60, 140),
                                roll_size(&dice, 300, 620), roll_size(&dice, 20, 40));
        for (size_t p = 0; p < OB_COUNT(pool); p++) {
            got = before;
            ob_matmul(pool[p], OB_MATH_REPRODUCIBLE, &g);
            check(&g);
        }
        for (size_t p = 0; p < OB_COUNT(pool); p++) {
            got = before;
            ob_matmul(pool[p], OB_MATH_BLAS, &g);
            if (p == 0)
                again = got;
            ob_assert_bytes(&got, &again, g.m * g.ldc * ob_dtype_size(g.dtype));
        }
    }
    ob_pool_destroy(pool[1]);
    ob_pool_destroy(pool[2]);
}

/* |C - what is expected| is at most what rounding may do to k products below 1. */
static void assert_close(const struct ob_gemm *g)
{
    double most = 4 * (double)g->k * ob_dtype_eps(g->dtype);
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++) {
            size_t at = i * g->ldc + j;
            if (g->dtype == OB_F32)
                ob_assert_near((double)got.f32[at], (double)want.f32[at], most);
            else
                ob_assert_near(got.f64[at], want.f64[at], most);
        }
}

static void openblas_agrees(void **state)
{
    (void)state;
    struct dice dice = { 9 };
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (int t = 0; t < 40; t++) {
        struct ob_gemm g = make(&dice, roll_size(&dice, 1, t < 30 ? 20 : 280),
                                roll_size(&dice, 1, 300), roll_size(&dice, 1, 100));
        for (enum ob_math math = OB_MATH_BLAS; math < OB_MATHS; math++) {
            got = before;
            ob_matmul(t % 3 ? pool : NULL, math, &g);
            assert_close(&g);
        }
    }
    ob_pool_destroy(pool);
    assert_true(strncmp(ob_blas_name(), "OpenBLAS ", 9) == 0);
    assert_string_equal(ob_math_name(OB_MATH_FAST), "fast");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_are_in_order),
        cmocka_unit_test(pools_change_nothing),
        cmocka_unit_test(openblas_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
