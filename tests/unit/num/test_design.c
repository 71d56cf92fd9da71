/*
 * Designs against the naive tree: every pass, both precisions, all losses, sizes on both
 * sides of every boundary, all processor variants and several pools, to the bit.
 */
#include <config.h>

#define OB_REAL_BITS 32
#include "optbench/num/formulas.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "optbench/num/formulas.h"

#include "num_test.h"
#include "optbench/base/mem.h"
#include "optbench/num/design.h"

enum { MOST_ROWS = 7000, MOST_COLS = 11 };

struct sample {
    size_t rows, cols;
    double *column[MOST_COLS];
    double *y;
    double theta[MOST_COLS], v[MOST_COLS];
    float theta32[MOST_COLS], v32[MOST_COLS];
};

static void make(struct sample *s, struct dice *dice, size_t rows, size_t cols,
                 bool binary)
{
    s->rows = rows;
    s->cols = cols;
    s->y = calloc(rows, sizeof *s->y);
    for (size_t j = 0; j < cols; j++) {
        s->column[j] = calloc(rows, sizeof *s->y);
        s->theta[j] = (double)(s->theta32[j] = (float)roll_real(dice, -2, 2));
        s->v[j] = (double)(s->v32[j] = (float)roll_real(dice, -2, 2));
        for (size_t i = 0; i < rows; i++)
            s->column[j][i] = (double)(float)roll_real(dice, -3, 3);
    }
    for (size_t i = 0; i < rows; i++)
        s->y[i] =
            binary ? (double)(roll(dice) & 1) : (double)(float)roll_real(dice, -9, 9);
}

static void drop(struct sample *s)
{
    for (size_t j = 0; j < s->cols; j++)
        free(s->column[j]);
    free(s->y);
}

#define FORMULAS(T, S)                                                                   \
    static T value_##S(enum ob_sample_loss l, T z, T y)                                  \
    {                                                                                    \
        return l == OB_LOSS_HALF_SQUARED ? ob_half_squared_##S(z, 0)                     \
               : l == OB_LOSS_SQUARED    ? ob_squared_##S(z, 0)                          \
               : l == OB_LOSS_BCE_LOGITS ? ob_bce_logits_##S(z, y)                       \
                                         : ob_bce_##S(z, y);                             \
    }                                                                                    \
    static T d1_##S(enum ob_sample_loss l, T z, T y)                                     \
    {                                                                                    \
        return l == OB_LOSS_HALF_SQUARED ? ob_half_squared_d1_##S(z, 0)                  \
               : l == OB_LOSS_SQUARED    ? ob_squared_d1_##S(z, 0)                       \
               : l == OB_LOSS_BCE_LOGITS ? ob_bce_logits_d1_##S(z, y)                    \
                                         : ob_bce_d1_##S(z, y);                          \
    }                                                                                    \
    static T d2_##S(enum ob_sample_loss l, T z, T y)                                     \
    {                                                                                    \
        return l == OB_LOSS_HALF_SQUARED ? ob_half_squared_d2_##S(z, 0)                  \
               : l == OB_LOSS_SQUARED    ? ob_squared_d2_##S(z, 0)                       \
               : l == OB_LOSS_BCE_LOGITS ? ob_bce_logits_d2_##S(z, y)                    \
                                         : ob_bce_d2_##S(z, y);                          \
    }                                                                                    \
    /* The contract of design.h, written down in the plainest way. */                    \
    static void expect_##S(const struct sample *s, enum ob_sample_loss l, double scale,  \
                           const T *theta, const T *v, T *grad, T *loss, T *hv,          \
                           double *along, double *h, T *z)                               \
    {                                                                                    \
        bool residual = l == OB_LOSS_HALF_SQUARED || l == OB_LOSS_SQUARED;               \
        T *e = calloc(s->rows, sizeof *e), *u = calloc(s->rows, sizeof *u);              \
        T *term = calloc(s->rows, sizeof *term);                                         \
        double *wide = calloc(s->rows, sizeof *wide);                                    \
        for (size_t i = 0; i < s->rows; i++) {                                           \
            e[i] = residual ? -(T)s->y[i] : 0;                                           \
            z[i] = 0;                                                                    \
            for (size_t j = 0; j < s->cols; j++) {                                       \
                e[i] = e[i] + theta[j] * (T)s->column[j][i];                             \
                z[i] = z[i] + theta[j] * (T)s->column[j][i];                             \
                u[i] = u[i] + v[j] * (T)s->column[j][i];                                 \
            }                                                                            \
            term[i] = value_##S(l, e[i], (T)s->y[i]);                                    \
        }                                                                                \
        *loss = (T)scale * tree_##S(s->rows, term);                                      \
        for (size_t j = 0; j < s->cols; j++) {                                           \
            for (size_t i = 0; i < s->rows; i++)                                         \
                term[i] = d1_##S(l, e[i], (T)s->y[i]) * (T)s->column[j][i];              \
            grad[j] = (T)scale * tree_##S(s->rows, term);                                \
            for (size_t i = 0; i < s->rows; i++)                                         \
                term[i] = (d2_##S(l, e[i], (T)s->y[i]) * u[i]) * (T)s->column[j][i];     \
            hv[j] = (T)scale * tree_##S(s->rows, term);                                  \
            for (size_t k = 0; k < s->cols; k++) {                                       \
                size_t a = j > k ? j : k, b = j > k ? k : j;                             \
                for (size_t i = 0; i < s->rows; i++)                                     \
                    wide[i] = (double)d2_##S(l, e[i], (T)s->y[i]) *                      \
                              (double)(T)s->column[a][i] * (double)(T)s->column[b][i];   \
                h[j * s->cols + k] = scale * tree_f64(s->rows, wide);                    \
            }                                                                            \
        }                                                                                \
        for (size_t i = 0; i < s->rows; i++)                                             \
            wide[i] = (double)d2_##S(l, e[i], (T)s->y[i]) * (double)u[i] * (double)u[i]; \
        *along = scale * tree_f64(s->rows, wide);                                        \
        free(e), free(u), free(term), free(wide);                                        \
    }

FORMULAS(float, f32)
FORMULAS(double, f64)

union numbers {
    float f32[MOST_ROWS];
    double f64[MOST_ROWS];
};

/* All passes of one sample, one loss, one dtype, one pool. */
static void check(const struct sample *s, enum ob_sample_loss l, enum ob_dtype dtype,
                  struct ob_pool *pool)
{
    static union numbers grad, hv, z, want_grad, want_hv, want_z;
    static double h[MOST_COLS * MOST_COLS], want_h[MOST_COLS * MOST_COLS];
    double scale = l == OB_LOSS_SQUARED ? 1 : 1.0 / (double)s->rows, along, want_along;
    double want_loss = 0;
    bool single = dtype == OB_F32;
    const void *theta = single ? (const void *)s->theta32 : s->theta;
    const void *v = single ? (const void *)s->v32 : s->v;
    if (single) {
        float loss;
        expect_f32(s, l, scale, theta, v, want_grad.f32, &loss, want_hv.f32, &want_along,
                   want_h, want_z.f32);
        want_loss = (double)loss;
    } else {
        expect_f64(s, l, scale, theta, v, want_grad.f64, &want_loss, want_hv.f64,
                   &want_along, want_h, want_z.f64);
    }

    struct ob_design d;
    struct ob_pass_out out, again;
    const double *columns[MOST_COLS];
    for (size_t j = 0; j < s->cols; j++)
        columns[j] = s->column[j];
    assert_true(ob_design_init(&d, dtype, s->rows, s->cols, columns, s->y, NULL));
    ob_design_pass(&d, pool, l, scale, theta, &grad, &out);
    ob_design_pass(&d, pool, l, scale, theta, NULL, &again);
    ob_assert_bytes(&out.loss, &want_loss, sizeof want_loss);
    ob_assert_bytes(&out.loss, &again.loss, sizeof want_loss);
    ob_assert_bytes(&grad, &want_grad, s->cols * ob_dtype_size(dtype));
    ob_design_hvp(&d, pool, l, scale, theta, v, &hv);
    ob_assert_bytes(&hv, &want_hv, s->cols * ob_dtype_size(dtype));
    assert_true(ob_design_curvature(&d, pool, l, scale, theta, v, &along, NULL));
    ob_assert_bytes(&along, &want_along, sizeof along);
    assert_true(ob_design_hessian(&d, pool, l, scale, theta, h, NULL));
    ob_assert_bytes(h, want_h, s->cols * s->cols * sizeof *h);
    ob_design_predict(&d, pool, theta, &z);
    ob_assert_bytes(&z, &want_z, s->rows * ob_dtype_size(dtype));
    ob_design_finish(&d);
}

static const size_t edges[] = { 1,    2,    3,    15,   16,   17,   31,   49,  64,  65,
                                128,  129,  255,  256,  257,  300,  511,  512, 513, 1000,
                                2047, 2048, 2049, 2304, 4096, 4097, 5000, 6400 };

static void every_pass_is_the_tree(void **state)
{
    (void)state;
    static const unsigned sizes[] = { 1, 2, 3, 5 };
    struct dice dice = { 2 };
    struct ob_pool *pool[OB_COUNT(sizes)];
    for (size_t p = 0; p < OB_COUNT(sizes); p++)
        assert_non_null(pool[p] = ob_pool_create(sizes[p], NULL));
    for (size_t k = 0; k < OB_COUNT(edges) + 12; k++) {
        size_t rows = k < OB_COUNT(edges) ? edges[k] : roll_size(&dice, 1, 5000);
        enum ob_sample_loss l = (enum ob_sample_loss)(k % OB_SAMPLE_LOSSES);
        struct sample s;
        make(&s, &dice, rows, roll_size(&dice, 1, MOST_COLS), l >= OB_LOSS_BCE_LOGITS);
        check(&s, l, OB_F32, pool[k % OB_COUNT(sizes)]);
        check(&s, l, OB_F64, pool[(k + 1) % OB_COUNT(sizes)]);
        check(&s, (enum ob_sample_loss)((l + 2) % OB_SAMPLE_LOSSES), OB_F32, NULL);
        drop(&s);
    }
    for (size_t p = 0; p < OB_COUNT(sizes); p++)
        ob_pool_destroy(pool[p]);
}

/* Columns that are used up make the same design, and nothing is left of them. */
static void taken_columns_make_the_same(void **state)
{
    (void)state;
    enum { ROWS = 70001, COLS = 3 };
    struct ob_design copied, taken;
    double *own[COLS] = { NULL };
    const double *lent[COLS] = { NULL };
    double *y = ob_alloc(ROWS, sizeof *y, NULL);
    for (size_t j = 1; j < COLS; j++) { /* column 0 is of ones */
        own[j] = ob_alloc(ROWS, sizeof **own, NULL);
        lent[j] = own[j];
        for (size_t i = 0; i < ROWS; i++)
            own[j][i] = (double)(i % 1013) / (double)j;
    }
    for (size_t i = 0; i < ROWS; i++)
        y[i] = (double)(i % 77) + 1;
    assert_true(ob_design_init(&copied, OB_F32, ROWS, COLS, lent, y, NULL));
    assert_true(ob_design_take(&taken, OB_F32, ROWS, COLS, own, y, NULL));
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(ob_design_x(&taken, i, 0) == 1);
        for (size_t j = 0; j < COLS; j++)
            assert_true(ob_design_x(&taken, i, j) == ob_design_x(&copied, i, j));
        assert_true(ob_design_y(&taken, i) == ob_design_y(&copied, i));
        assert_true(own[1][i] == 0 && own[2][i] == 0 && y[i] == 0);
    }
    ob_design_finish(&copied);
    ob_design_finish(&taken);
    for (size_t j = 0; j < COLS; j++)
        free(own[j]);
    free(y);
}

/* A batch gives what a design of the same rows gives, also after a larger batch. */
static void batches_are_designs(void **state)
{
    (void)state;
    struct dice dice = { 5 };
    struct sample s;
    make(&s, &dice, 3000, 4, false);
    const double *columns[MOST_COLS];
    for (size_t j = 0; j < s.cols; j++)
        columns[j] = s.column[j];
    struct ob_design all, batch, same;
    assert_true(ob_design_init(&all, OB_F32, s.rows, s.cols, columns, s.y, NULL));
    assert_true(ob_design_init_batch(&batch, &all, 2500, NULL));
    static const size_t sizes[] = { 2500, 2100, 40, 300, 1, 256 };
    for (size_t k = 0; k < OB_COUNT(sizes); k++) {
        uint32_t index[2500];
        static double picked[MOST_COLS + 1][2500];
        const double *p[MOST_COLS];
        for (size_t i = 0; i < sizes[k]; i++) {
            index[i] = (uint32_t)roll_size(&dice, 0, s.rows - 1);
            for (size_t j = 0; j < s.cols; j++)
                picked[j][i] = s.column[j][index[i]];
            picked[MOST_COLS][i] = s.y[index[i]];
        }
        for (size_t j = 0; j < s.cols; j++)
            p[j] = picked[j];
        assert_true(
            ob_design_init(&same, OB_F32, sizes[k], s.cols, p, picked[MOST_COLS], NULL));
        ob_design_gather(&batch, &all, index, sizes[k]);
        float a[MOST_COLS], b[MOST_COLS];
        struct ob_pass_out x, y;
        ob_design_pass(&batch, NULL, OB_LOSS_SQUARED, 1, s.theta32, a, &x);
        ob_design_pass(&same, NULL, OB_LOSS_SQUARED, 1, s.theta32, b, &y);
        ob_assert_bytes(a, b, s.cols * sizeof *a);
        ob_assert_bytes(&x.loss, &y.loss, sizeof x.loss);
        assert_true(ob_design_x(&batch, 0, 1) == ob_design_x(&same, 0, 1));
        assert_true(ob_design_y(&batch, 0) == ob_design_y(&same, 0));
        ob_design_finish(&same);
    }
    ob_design_finish(&batch);
    ob_design_finish(&all);
    drop(&s);
}

/* Kernels of every variant on the same rows. */
static void variants_agree(void **state)
{
    (void)state;
    struct dice dice = { 7 };
    for (size_t k = 0; k < 40; k++) {
        size_t rows = k < 20 ? edges[k] : roll_size(&dice, 1, OB_CHUNK);
        size_t cols = roll_size(&dice, 1, 6);
        static float x[6 * OB_CHUNK], y[OB_CHUNK];
        static double x64[6 * OB_CHUNK], y64[OB_CHUNK];
        memset(x, 0, sizeof x), memset(x64, 0, sizeof x64);
        memset(y, 0, sizeof y), memset(y64, 0, sizeof y64);
        for (size_t i = 0; i < rows; i++) {
            y64[i] = y[i] = (float)(roll(&dice) & 1);
            for (size_t j = 0; j < cols; j++) {
                x64[j * OB_CHUNK + i] = roll_real(&dice, -40, 40);
                x[j * OB_CHUNK + i] = (float)x64[j * OB_CHUNK + i];
            }
        }
        float t[6];
        double t64[6];
        for (size_t j = 0; j < cols; j++)
            t[j] = (float)(t64[j] = roll_real(&dice, -1, 1));
        for (int dtype = 0; dtype < 2; dtype++)
            for (int loss = 0; loss < OB_SAMPLE_LOSSES; loss++) {
                double want[8] = { 0 }, bend = 0;
                size_t clamped = 0;
                for (enum ob_isa isa = 0; isa < OB_ISAS; isa++) {
                    const struct ob_kernels *kernels =
                        ob_kernels_of(isa, (enum ob_dtype)dtype);
                    struct ob_rows r = { dtype ? (void *)x64 : x, OB_CHUNK,
                                         dtype ? (void *)y64 : y, rows, cols };
                    const void *theta = dtype ? (void *)t64 : t;
                    double got[8] = { 0 };
                    if (!kernels)
                        continue;
                    size_t c = kernels->pass[loss](&r, theta, true, got);
                    double b = kernels->along[loss](&r, theta, theta);
                    if (isa == OB_ISA_BASELINE)
                        memcpy(want, got, sizeof want), clamped = c, bend = b;
                    ob_assert_bytes(got, want, sizeof want);
                    ob_assert_bytes(&b, &bend, sizeof b);
                    assert_int_equal(c, clamped);
                }
            }
    }
}

/* Experiment "logistic" of the notebooks in small: raw scores push the sigmoid to its
 * ends. */
static void saturation_is_zero_slope(void **state)
{
    (void)state;
    const double x[] = { 60, 70, -80, 90 }, y[] = { 0, 1, 0, 1 };
    const double *columns[] = { x };
    struct ob_design d;
    struct ob_pass_out out;
    float theta = 50, grad;
    assert_true(ob_design_init(&d, OB_F32, 4, 1, columns, y, NULL));
    ob_design_pass(&d, NULL, OB_LOSS_BCE, 0.25, &theta, &grad, &out);
    assert_int_equal(out.clamped, 1);
    assert_true(grad == 0);
    assert_true(out.loss == 25);
    ob_design_finish(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pass_is_the_tree),
        cmocka_unit_test(taken_columns_make_the_same),
        cmocka_unit_test(batches_are_designs),
        cmocka_unit_test(variants_agree),
        cmocka_unit_test(saturation_is_zero_slope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
