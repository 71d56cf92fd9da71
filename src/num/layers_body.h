/*
 * The loops of layer_ops.h in one precision for one instruction set: included by
 * layers_f32.c and layers_f64.c, compiled per variant as kernels_body.h is.
 */
#include <stddef.h>

#include "kernels_tree.h"
#include "layers.h"
#include "optbench/num/activation.h"
#include "optbench/num/formulas.h"

#define NAME_(a, b) a##_##b
#define NAME(a, b)  NAME_(a, b)

/* ---- activations ---- */

struct activation {
    real (*value)(real z);
    real (*d1)(real kept);
    real (*d2)(real kept);
};

/* In place the loop has one array, so that the compiler need not ask whether they
 * overlap; adding +0 for no bias would change -0. */
INLINE void forward(const struct activation *f, size_t n, const real *bias, real *z,
                    real *h)
{
    real b = bias ? *bias : 0;
    if (h == z && bias) {
        for (size_t i = 0; i < n; i++)
            z[i] = f->value(z[i] + b);
        return;
    }
    if (h == z) {
        for (size_t i = 0; i < n; i++)
            z[i] = f->value(z[i]);
        return;
    }
    real *restrict in = z, *restrict out = h;
    for (size_t i = 0; i < n; i++) {
        real x = bias ? in[i] + b : in[i];
        in[i] = x;
        out[i] = f->value(x);
    }
}

INLINE void backward(const struct activation *f, size_t n, const real *restrict kept,
                     real *restrict g)
{
    for (size_t i = 0; i < n; i++)
        g[i] = g[i] * f->d1(kept[i]);
}

INLINE void forward_along(const struct activation *f, size_t n, const real *restrict kept,
                          const real *rbias, real *rz, real *rh)
{
    real b = rbias ? *rbias : 0;
    if (rh == rz) {
        for (size_t i = 0; i < n; i++)
            rz[i] = f->d1(kept[i]) * (rbias ? rz[i] + b : rz[i]);
        return;
    }
    real *restrict in = rz, *restrict out = rh;
    for (size_t i = 0; i < n; i++) {
        real x = rbias ? in[i] + b : in[i];
        in[i] = x;
        out[i] = f->d1(kept[i]) * x;
    }
}

INLINE void backward_along(const struct activation *f, size_t n,
                           const real *restrict kept, const real *restrict rz,
                           real *restrict g, real *restrict rg)
{
    for (size_t i = 0; i < n; i++) {
        real d1 = f->d1(kept[i]), d2 = f->d2(kept[i]);
        rg[i] = rg[i] * d1 + g[i] * (d2 * rz[i]);
        g[i] = g[i] * d1;
    }
}

/* The entry points of one activation; `f` is constant in each, so the formulas are
 * inlined. */
#define DEFINE_ACTIVATION(name)                                                          \
    static const struct activation name##_formulas = { OB_FN(ob_act_##name),             \
                                                       OB_FN(ob_act_##name##_d1),        \
                                                       OB_FN(ob_act_##name##_d2) };      \
                                                                                         \
    static void name##_forward(size_t n, const void *bias, void *z, void *h)             \
    {                                                                                    \
        forward(&name##_formulas, n, bias, z, h);                                        \
    }                                                                                    \
                                                                                         \
    static void name##_backward(size_t n, const void *kept, void *g)                     \
    {                                                                                    \
        backward(&name##_formulas, n, kept, g);                                          \
    }                                                                                    \
                                                                                         \
    static void name##_forward_along(size_t n, const void *kept, const void *rbias,      \
                                     void *rz, void *rh)                                 \
    {                                                                                    \
        forward_along(&name##_formulas, n, kept, rbias, rz, rh);                         \
    }                                                                                    \
                                                                                         \
    static void name##_backward_along(size_t n, const void *kept, const void *rz,        \
                                      void *g, void *rg)                                 \
    {                                                                                    \
        backward_along(&name##_formulas, n, kept, rz, g, rg);                            \
    }

DEFINE_ACTIVATION(identity)
DEFINE_ACTIVATION(relu)
DEFINE_ACTIVATION(leaky_relu)
DEFINE_ACTIVATION(elu)
DEFINE_ACTIVATION(gelu)
DEFINE_ACTIVATION(gelu_tanh)
DEFINE_ACTIVATION(silu)
DEFINE_ACTIVATION(sigmoid)
DEFINE_ACTIVATION(tanh)
DEFINE_ACTIVATION(softplus)

#define ACTIVATION(name)                                                                 \
    {                                                                                    \
        name##_forward, name##_backward, name##_forward_along, name##_backward_along     \
    }

/* ---- sums, units, dropout ---- */

#define TERM_PLAIN(S) (load##S(g, i))

INLINE real lane_sum(size_t n, const real *g)
{
    LANE_SUM(n, TERM_PLAIN)
}

static double sum(size_t n, const void *g)
{
    return (double)lane_sum(n, g);
}

static bool any(size_t n, const void *h)
{
    const real *x = h;
    OB_UINT some = 0;
    for (size_t i = 0; i < n; i++)
        some |= x[i] != 0;
    return some;
}

/* So many blocks of four words are made together. */
enum { BLOCKS = 16, WORDS = 4 * BLOCKS };

/* Philox4x32-10 of BLOCKS counters that differ in their first word only; word j of block
 * b becomes word[4 * b + j]. */
INLINE void philox(const struct ob_drop *d, uint32_t first, uint32_t *word)
{
    uint32_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
    uint32_t k0 = d->key[0], k1 = d->key[1];
    for (uint32_t b = 0; b < BLOCKS; b++) {
        c0[b] = first + b;
        c1[b] = d->counter[1];
        c2[b] = d->counter[2];
        c3[b] = d->counter[3];
    }
    for (int round = 0; round < 10; round++) {
        for (size_t b = 0; b < BLOCKS; b++) {
            uint64_t p = (uint64_t)c0[b] * 0xD2511F53u;
            uint64_t q = (uint64_t)c2[b] * 0xCD9E8D57u;
            c0[b] = (uint32_t)(q >> 32) ^ c1[b] ^ k0;
            c2[b] = (uint32_t)(p >> 32) ^ c3[b] ^ k1;
            c1[b] = (uint32_t)q;
            c3[b] = (uint32_t)p;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (size_t b = 0; b < BLOCKS; b++) {
        word[4 * b] = c0[b];
        word[4 * b + 1] = c1[b];
        word[4 * b + 2] = c2[b];
        word[4 * b + 3] = c3[b];
    }
}

static void drop(size_t n, const struct ob_drop *d, const void *in, void *out)
{
    const real *x = in;
    real *y = out, scale = (real)d->scale;
    for (size_t at = 0; at < n; at += WORDS) {
        uint32_t word[WORDS];
        size_t end = n - at < WORDS ? n - at : WORDS;
        philox(d, d->counter[0] + (uint32_t)(at / 4), word);
        for (size_t i = 0; i < end; i++)
            y[at + i] = word[i] >= d->least ? x[at + i] * scale : 0;
    }
}

/* ---- losses ---- */

#include "losses_body.h"

extern const struct ob_layer_kernels NAME(OB_FN(ob_layers), OB_VARIANT);
const struct ob_layer_kernels NAME(OB_FN(ob_layers), OB_VARIANT) = {
    .activation = {
        [OB_ACT_IDENTITY] = ACTIVATION(identity),
        [OB_ACT_RELU] = ACTIVATION(relu),
        [OB_ACT_LEAKY_RELU] = ACTIVATION(leaky_relu),
        [OB_ACT_ELU] = ACTIVATION(elu),
        [OB_ACT_GELU] = ACTIVATION(gelu),
        [OB_ACT_GELU_TANH] = ACTIVATION(gelu_tanh),
        [OB_ACT_SILU] = ACTIVATION(silu),
        [OB_ACT_SIGMOID] = ACTIVATION(sigmoid),
        [OB_ACT_TANH] = ACTIVATION(tanh),
        [OB_ACT_SOFTPLUS] = ACTIVATION(softplus),
    },
    .loss = {
        [OB_BLOCK_CROSS_ENTROPY] = { cross_entropy, cross_entropy_along },
        [OB_BLOCK_BCE_LOGITS] = { bce_pass, bce_along },
        [OB_BLOCK_MSE] = { mse_pass, mse_along },
        [OB_BLOCK_HALF_MSE] = { half_mse_pass, half_mse_along },
        [OB_BLOCK_HUBER] = { huber_pass, huber_along },
    },
    .sum = sum,
    .any = any,
    .drop = drop,
    .probabilities = probabilities,
    .best = best,
};
