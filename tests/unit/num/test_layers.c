/*
 * The operations between matrix products: each against the plainest loop over the same
 * formulas, to the bit, in both precisions, on every processor variant and through pools;
 * losses and their derivatives against differences.
 */
#include <config.h>

#define OB_REAL_BITS 32
#include "optbench/num/activation.h"
#include "optbench/num/formulas.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "optbench/num/activation.h"
#include "optbench/num/formulas.h"

#include "../../../src/num/layers.h"
#include "num_test.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"

enum { ROWS = 4500, UNITS = 7, MOST = UNITS * (ROWS + 100) };

union numbers {
    float f32[MOST];
    double f64[MOST];
};

static union numbers kept, z, h, g, rg, rz, rh, bias, want[4];

static double get(enum ob_dtype dtype, const union numbers *x, size_t i)
{
    return dtype == OB_F32 ? (double)x->f32[i] : x->f64[i];
}

static void put(enum ob_dtype dtype, union numbers *x, size_t i, double v)
{
    if (dtype == OB_F32)
        x->f32[i] = (float)v;
    else
        x->f64[i] = v;
}

static void fill(struct dice *dice, enum ob_dtype dtype, union numbers *x)
{
    for (size_t i = 0; i < MOST; i++)
        put(dtype, x, i, roll_real(dice, -3, 3));
}

static void assert_same(enum ob_dtype dtype, const union numbers *a,
                        const union numbers *b)
{
    ob_assert_bytes(a, b, MOST * ob_dtype_size(dtype));
}

/* ---- activations ---- */

#define ROW(name)                                                                        \
    {                                                                                    \
        { ob_act_##name##_f32, ob_act_##name##_d1_f32, ob_act_##name##_d2_f32 },         \
        {                                                                                \
            ob_act_##name##_f64, ob_act_##name##_d1_f64, ob_act_##name##_d2_f64          \
        }                                                                                \
    }
static const struct formulas {
    float (*f32[3])(float);
    double (*f64[3])(double);
} formulas[OB_ACTIVATIONS] = {
    [OB_ACT_IDENTITY] = ROW(identity),
    [OB_ACT_RELU] = ROW(relu),
    [OB_ACT_LEAKY_RELU] = ROW(leaky_relu),
    [OB_ACT_ELU] = ROW(elu),
    [OB_ACT_GELU] = ROW(gelu),
    [OB_ACT_GELU_TANH] = ROW(gelu_tanh),
    [OB_ACT_SILU] = ROW(silu),
    [OB_ACT_SIGMOID] = ROW(sigmoid),
    [OB_ACT_TANH] = ROW(tanh),
    [OB_ACT_SOFTPLUS] = ROW(softplus),
};

/* want: z and h of forward, g and rg of backward_along; rh and rz come from the same
 * start as z does. */
#define DEFINE_EXPECT(T, S)                                                              \
    static void expect_##S(const struct ob_block *b, const struct formulas *f,           \
                           bool with_bias)                                               \
    {                                                                                    \
        for (size_t u = 0; u < b->units; u++)                                            \
            for (size_t i = u * b->ld; i < u * b->ld + b->rows; i++) {                   \
                T x = with_bias ? z.S[i] + bias.S[u] : z.S[i];                           \
                T d1 = f->S[1](kept.S[i]), d2 = f->S[2](kept.S[i]);                      \
                want[0].S[i] = x;                                                        \
                want[1].S[i] = f->S[0](x);                                               \
                want[2].S[i] = g.S[i] * d1;                                              \
                want[3].S[i] = rg.S[i] * d1 + g.S[i] * (d2 * rz.S[i]);                   \
                rh.S[i] = d1 * x;                                                        \
            }                                                                            \
    }

DEFINE_EXPECT(float, f32)
DEFINE_EXPECT(double, f64)

static union numbers start[4], along;

/* Everything of one activation; what lies between the units must stay. */
static void check_activation(struct ob_pool *pool, const struct ob_block *b,
                             enum ob_activation f, bool with_bias)
{
    enum ob_dtype t = b->dtype;
    const void *add = with_bias ? &bias : NULL;
    start[0] = z, start[1] = h, start[2] = g, start[3] = rg;
    along = rh;
    want[0] = z, want[1] = h, want[2] = g, want[3] = rg;
    if (t == OB_F32)
        expect_f32(b, &formulas[f], with_bias);
    else
        expect_f64(b, &formulas[f], with_bias);
    union numbers *expected_along = calloc(1, sizeof along);
    *expected_along = rh;
    rh = along;

    ob_layer_forward(pool, b, f, add, &z, &h);
    assert_same(t, &z, &want[0]);
    assert_same(t, &h, &want[1]);
    z = start[0];
    ob_layer_forward(pool, b, f, add, &z, &z);
    for (size_t u = 0; u < b->units; u++)
        for (size_t i = u * b->ld; i < u * b->ld + b->rows; i++)
            assert_true(get(t, &z, i) == get(t, &want[1], i));
    z = start[0];
    ob_layer_forward_along(pool, b, f, &kept, add, &z, &rh);
    assert_same(t, &rh, expected_along);
    assert_same(t, &z, &want[0]);
    z = start[0];
    ob_layer_backward_along(pool, b, f, &kept, &rz, &g, &rg);
    assert_same(t, &g, &want[2]);
    assert_same(t, &rg, &want[3]);
    g = start[2];
    ob_layer_backward(pool, b, f, &kept, &g);
    assert_same(t, &g, &want[2]);
    z = start[0], h = start[1], g = start[2], rg = start[3], rh = along;
    free(expected_along);
}

static const size_t sizes[] = { 1, 3, 16, 17, 64, 100, 255, 257, 500, 2048, 2049, 4500 };

static void activations(void **state)
{
    (void)state;
    struct dice dice = { 11 };
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (size_t k = 0; k < 2 * OB_COUNT(sizes); k++) {
        size_t rows = sizes[k / 2];
        struct ob_block b = { .dtype = k % 2 ? OB_F64 : OB_F32,
                              .units = rows > 600 ? 2 : UNITS,
                              .rows = rows,
                              .ld = rows + roll(&dice) % 50 };
        union numbers *all[] = { &kept, &z, &h, &g, &rg, &rz, &rh, &bias };
        for (size_t i = 0; i < OB_COUNT(all); i++)
            fill(&dice, b.dtype, all[i]);
        for (enum ob_activation f = 0; f < OB_ACTIVATIONS; f++)
            check_activation(k % 3 ? pool : NULL, &b, f, (f + k) % 2);
    }
    ob_pool_destroy(pool);
    for (enum ob_activation f = 0; f < OB_ACTIVATIONS; f++)
        assert_non_null(ob_activation_names[f]);
    assert_null(ob_activation_names[OB_ACTIVATIONS]);
    assert_string_equal(ob_activation_names[OB_ACT_GELU_TANH], "gelu_tanh");
}

/* The rows of all kernels of all variants are those of the baseline. */
static void variants_agree(void **state)
{
    (void)state;
    struct dice dice = { 12 };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++)
        for (enum ob_isa isa = OB_ISA_V3; isa < OB_ISAS; isa++) {
            if (!ob_cpu_has(isa))
                continue;
            const struct ob_layer_kernels *a = ob_layers_of(OB_ISA_BASELINE, t),
                                          *v = ob_layers_of(isa, t);
            for (enum ob_activation f = 0; f < OB_ACTIVATIONS; f++) {
                fill(&dice, t, &z);
                want[0] = z;
                fill(&dice, t, &kept);
                v->activation[f].forward(777, &bias, &z, &h);
                a->activation[f].forward(777, &bias, &want[0], &want[1]);
                ob_assert_bytes(&h, &want[1], 777 * ob_dtype_size(t));
                v->activation[f].backward(777, &kept, &z);
                a->activation[f].backward(777, &kept, &want[0]);
                ob_assert_bytes(&z, &want[0], 777 * ob_dtype_size(t));
                assert_true(v->sum(777, &z) == a->sum(777, &z));
            }
            struct ob_block b = { t, 5, 1500, 1510 };
            for (size_t i = 0; i < b.rows; i++)
                put(t, &kept, i, (double)(roll(&dice) % 5));
            for (enum ob_block_loss l = 0; l < OB_BLOCK_LOSSES; l++) {
                struct ob_block_target target = { l, 0.1, 0.8, &kept };
                size_t right[2] = { 0 };
                fill(&dice, t, &z);
                want[0] = z;
                b.units = l == OB_BLOCK_CROSS_ENTROPY ? 5 : 1;
                rz = want[1] = g;
                v->loss[l].along(&b, &target, 0.3, &z, &rz);
                a->loss[l].along(&b, &target, 0.3, &want[0], &want[1]);
                assert_same(t, &rz, &want[1]);
                assert_true(v->loss[l].pass(&b, &target, 0.3, true, &z, &right[0]) ==
                            a->loss[l].pass(&b, &target, 0.3, true, &want[0], &right[1]));
                assert_same(t, &z, &want[0]);
                assert_int_equal(right[0], right[1]);
                v->probabilities(&b, &z);
                a->probabilities(&b, &want[0]);
                assert_same(t, &z, &want[0]);
            }
        }
}

static void sums_and_live_units(void **state)
{
    (void)state;
    struct dice dice = { 13 };
    struct ob_pool *pool = ob_pool_create(2, NULL);
    for (size_t k = 0; k < OB_COUNT(sizes); k++) {
        struct ob_block b = { .units = 3, .rows = sizes[k], .ld = sizes[k] + 5 };
        bool alive[3] = { false, false, true };
        for (b.dtype = OB_F32; b.dtype <= OB_F64; b.dtype++) {
            fill(&dice, b.dtype, &g);
            ob_layer_sums(k % 2 ? pool : NULL, &b, &g, &h);
            for (size_t u = 0; u < b.units; u++)
                if (b.dtype == OB_F32)
                    assert_true(h.f32[u] == tree_f32(b.rows, g.f32 + u * b.ld));
                else
                    assert_true(h.f64[u] == tree_f64(b.rows, g.f64 + u * b.ld));
        }
        b.dtype = OB_F64;
        memset(&h, 0, sizeof h);
        h.f64[b.ld - 1] = 1; /* behind the rows */
        h.f64[b.ld + b.rows - 1] = -1e-300;
        ob_layer_alive(&b, &h, alive);
        assert_true(!alive[0] && alive[1] && alive[2]);
    }
    ob_pool_destroy(pool);
}

/* The mask from the contract's own words, through the generator of base. */
static void dropout(void **state)
{
    (void)state;
    struct dice dice = { 14 };
    struct ob_block b = { .units = 5, .rows = 1003, .ld = 1010 };
    struct ob_dropout d = { .p = 0.3,
                            .seed = 0x123456789abcdef0u,
                            .step = 0x7fff00000005u,
                            .layer = 3,
                            .first_row = 4096 };
    size_t kept_count = 0;
    for (b.dtype = OB_F32; b.dtype <= OB_F64; b.dtype++) {
        fill(&dice, b.dtype, &z);
        want[0] = h;
        for (size_t u = 0; u < b.units; u++)
            for (size_t i = 0; i < b.rows; i++) {
                uint32_t key[2] = { 0x9abcdef0u, 0x12345678u }, word[4];
                uint32_t counter[4] = { (uint32_t)(4096 + i) / 4, (uint32_t)u, 5,
                                        0x80037fffu };
                ob_philox4x32(counter, key, word);
                bool keep = (double)word[i % 4] >= d.p * 0x1p32;
                size_t at = u * b.ld + i;
                kept_count += keep;
                if (b.dtype == OB_F32)
                    want[0].f32[at] = keep ? z.f32[at] * (float)(1 / 0.7) : 0;
                else
                    want[0].f64[at] = keep ? z.f64[at] * (1 / (1 - 0.3)) : 0;
            }
        ob_layer_dropout(NULL, &b, &d, &z, &h);
        assert_same(b.dtype, &h, &want[0]);
        for (enum ob_isa isa = 0; isa < OB_ISAS; isa++) {
            struct ob_drop drop = { { 1, 2 }, { 3, 4, 5, 6 }, 1u << 31, 2 };
            if (!ob_cpu_has(isa))
                continue;
            ob_layers_of(isa, b.dtype)->drop(b.rows, &drop, &z, &rz);
            ob_layers_of(OB_ISA_BASELINE, b.dtype)->drop(b.rows, &drop, &z, &rh);
            ob_assert_bytes(&rz, &rh, b.rows * ob_dtype_size(b.dtype));
        }
    }
    ob_assert_near((double)kept_count / (2.0 * 5 * 1003), 0.7, 0.02);
    d.p = 0;
    b.dtype = OB_F64;
    ob_layer_dropout(NULL, &b, &d, &z, &z);
    d.p = 1 - 0x1p-53;
    want[0] = z;
    ob_layer_dropout(NULL, &b, &d, &z, &h);
    for (size_t i = 0; i < b.rows; i++)
        assert_true(get(OB_F64, &h, i) == 0);
    assert_same(OB_F64, &z, &want[0]);
}

/* ---- losses ---- */

/* The loss of one sample by its definition. */
static double loss_of(const struct ob_block_target *t, size_t units, size_t i, size_t ld)
{
    const double *y = t->y;
    double x = z.f64[i], e = x - y[i], s = 0, all = 0;
    switch (t->loss) {
    case OB_BLOCK_CROSS_ENTROPY:
        for (size_t k = 0; k < units; k++) {
            s += exp(z.f64[k * ld + i]);
            all += z.f64[k * ld + i] / (double)units;
        }
        return log(s) - (1 - t->smoothing) * z.f64[(size_t)y[i] * ld + i] -
               t->smoothing * all;
    case OB_BLOCK_BCE_LOGITS:
        return log(1 + exp(x)) - y[i] * x;
    case OB_BLOCK_MSE:
        return e * e;
    case OB_BLOCK_HALF_MSE:
        return e * e / 2;
    default:
        return fabs(e) <= t->delta ? e * e / 2 : t->delta * (fabs(e) - t->delta / 2);
    }
}

static double mean_loss(const struct ob_block *b, const struct ob_block_target *t)
{
    struct ob_block_sums sums;
    ob_block_loss(NULL, b, t, 1, false, &z, &sums);
    return sums.loss / (double)b->rows;
}

static void check_loss(struct ob_pool *pool, const struct ob_block *b,
                       const struct ob_block_target *t)
{
    double scale = 1 / (double)b->rows, sum = 0, step = 1e-5;
    struct ob_block_sums sums, again;
    size_t at = (b->units - 1) * b->ld + b->rows / 2;
    for (size_t i = 0; i < b->rows; i++)
        sum += loss_of(t, b->units, i, b->ld);
    h = z;
    ob_block_loss(pool, b, t, scale, false, &z, &sums);
    assert_same(OB_F64, &h, &z);
    ob_assert_near(sums.loss, sum, 1e-12 * fabs(sum) + 1e-12);

    z.f64[at] += step;
    double up = mean_loss(b, t);
    z.f64[at] -= 2 * step;
    double down = mean_loss(b, t);
    z = h;
    ob_block_loss(pool, b, t, scale, true, &z, &again);
    assert_true(again.loss == sums.loss && again.correct == sums.correct);
    ob_assert_near(z.f64[at] * (double)b->rows,
                   (up - down) / (2 * step) * (double)b->rows,
                   1e-7 + 1e-10 * (double)b->rows);

    /* H r by the difference of two gradients. */
    kept = rz;
    ob_block_loss_along(pool, b, t, scale, &h, &kept);
    for (size_t i = 0; i < MOST; i++)
        g.f64[i] = h.f64[i] + step * rz.f64[i], rg.f64[i] = h.f64[i] - step * rz.f64[i];
    ob_block_loss(pool, b, t, scale, true, &g, &again);
    ob_block_loss(pool, b, t, scale, true, &rg, &again);
    for (size_t u = 0; u < b->units; u++)
        for (size_t i = u * b->ld; i < u * b->ld + b->rows; i++)
            ob_assert_near(kept.f64[i] / scale,
                           (g.f64[i] - rg.f64[i]) / (2 * step * scale), 1e-6);
    z = h;
}

/* One sample of each loss whose numbers are known, and the counts. */
static void known_losses(void)
{
    struct ob_block b = { OB_F64, 3, 2, 2 };
    double y[] = { 2, 0 };
    struct ob_block_target t = { .loss = OB_BLOCK_CROSS_ENTROPY, .y = y };
    struct ob_block_sums sums;
    uint32_t best[2];
    double scores[] = { 0, 1000, 0, 1000, 0, -1000 }; /* of three units */
    ob_block_loss(NULL, &b, &t, 1, false, scores, &sums);
    ob_assert_near(sums.loss, log(3) + log(2), 1e-15);
    assert_int_equal(sums.correct, 1); /* the first of equal ones */
    ob_block_best(&b, scores, best);
    assert_true(best[0] == 0 && best[1] == 0);
    scores[0] = NAN;
    ob_block_best(&b, scores, best);
    assert_int_equal(best[0], 1);
    ob_block_loss(NULL, &b, &t, 1, false, scores, &sums);
    assert_true(isnan(sums.loss));
    scores[0] = -INFINITY;
    ob_block_probabilities(NULL, &b, scores);
    assert_true(scores[0] == 0 && scores[2] == 0.5 && scores[5] == 0);
    b.units = 1;
    t.loss = OB_BLOCK_BCE_LOGITS;
    y[0] = 1;
    scores[0] = 3;
    scores[1] = 2;
    ob_block_loss(NULL, &b, &t, 1, true, scores, &sums);
    assert_int_equal(sums.correct, 1);
    ob_assert_near(scores[1], 1 / (1 + exp(-2)), 1e-15);
    ob_block_best(&b, scores, best);
    assert_true(best[0] == 0 && best[1] == 1);
}

static void losses(void **state)
{
    (void)state;
    struct dice dice = { 15 };
    static double y[ROWS];
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (enum ob_block_loss l = 0; l < OB_BLOCK_LOSSES; l++)
        for (size_t k = 0; k < OB_COUNT(sizes); k++) {
            struct ob_block_target t = { l, k % 2 ? 0.2 : 0, 0.9, y };
            struct ob_block b = { OB_F64, 1, sizes[k], sizes[k] + 3 };
            if (l == OB_BLOCK_CROSS_ENTROPY)
                b.units = k % 3 ? UNITS : 2;
            for (size_t i = 0; i < b.rows; i++)
                y[i] = l == OB_BLOCK_CROSS_ENTROPY ? (double)(roll(&dice) % b.units)
                       : l == OB_BLOCK_BCE_LOGITS  ? (double)(roll(&dice) % 2)
                                                   : roll_real(&dice, -2, 2);
            fill(&dice, OB_F64, &z);
            fill(&dice, OB_F64, &rz);
            for (size_t i = 0; l == OB_BLOCK_HUBER && i < b.rows; i++)
                if (fabs(fabs(z.f64[i] - y[i]) - t.delta) < 1e-3)
                    z.f64[i] += 0.01; /* away from the kink */
            check_loss(k % 2 ? pool : NULL, &b, &t);
        }
    ob_pool_destroy(pool);
    known_losses();
}

static void distances(void **state)
{
    (void)state;
    for (size_t rows = 1; rows < 5000; rows += 7)
        for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
            size_t ld = ob_block_ld(t, rows), bytes = ld * ob_dtype_size(t);
            assert_true(ld >= rows && bytes % 64 == 0 && bytes % 512 != 0);
            assert_true(ld < rows + 32);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations),
        cmocka_unit_test(variants_agree),
        cmocka_unit_test(sums_and_live_units),
        cmocka_unit_test(dropout),
        cmocka_unit_test(losses),
        cmocka_unit_test(distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
