#include <config.h>

#include <math.h>
#include <string.h>

#include "optbench/num/torch_rng.h"

/* The C library's functions here, and not those of fmath.h: the bits are to be torch's.
 */

enum { BLOCK = 16, HALF = BLOCK / 2 };

#define TWO_PI (2.0 * 3.14159265358979323846)

static double scaled(const struct ob_torch_rng *r, double x, double mean, double std)
{
    return r->fused ? fma(x, std, mean) : x * std + mean;
}

/* One of a pair by Box and Muller; its other half waits. */
static double one_by_one(struct ob_torch_rng *r, double mean, double std)
{
    double u[2], z = r->next;
    if (!r->has_next) {
        ob_torch_uniform_f64(r, 2, 0, 1, u);
        double radius = sqrt(-2.0 * log(1.0 - u[1])), angle = TWO_PI * u[0];
        r->next = radius * sin(angle);
        z = radius * cos(angle);
    }
    r->has_next = !r->has_next;
    return scaled(r, z, mean, std);
}

/* ---- float32 of the fused path ---- */

/* Natural logarithm of x in (0, 1]. */
static float cephes_log(float x)
{
    static const float c[] = { 7.0376836292E-2f,  -1.1514610310E-1f, 1.1676998740E-1f,
                               -1.2420140846E-1f, 1.4249322787E-1f,  -1.6668057665E-1f,
                               2.0000714765E-1f,  -2.4999993993E-1f, 3.3333331174E-1f };
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    float e = (float)((int32_t)(bits >> 23) - 126);
    bits = (bits & UINT32_C(0x807fffff)) | UINT32_C(0x3f000000);
    memcpy(&x, &bits, sizeof x); /* the mantissa, in [0.5, 1) */
    if (x < 0.707106781186547524f) {
        e -= 1.0f;
        x = (x - 1.0f) + x;
    } else {
        x -= 1.0f;
    }
    float z = x * x, y = c[0];
    for (size_t i = 1; i < sizeof c / sizeof c[0]; i++)
        y = fmaf(y, x, c[i]);
    y = fmaf(y * x, z, e * -2.12194440e-4f);
    y = fmaf(-z, 0.5f, y);
    return fmaf(e, 0.693359375f, x + y);
}

/* Sine and cosine of x in [0, 2 pi]. */
static void cephes_sincos(float x, float *sine, float *cosine)
{
    int octant = ((int)(x * 1.27323954473516f) + 1) & ~1;
    float turns = (float)octant;
    x = fmaf(turns, -0.78515625f, x);
    x = fmaf(turns, -2.4187564849853515625e-4f, x);
    x = fmaf(turns, -3.77489497744594108e-8f, x);
    float z = x * x;
    float even = fmaf(2.443315711809948E-005f, z, -1.388731625493765E-003f);
    even = fmaf(even, z, 4.166664568298827E-002f) * z;
    even = fmaf(even, z, -(z * 0.5f)) + 1.0f;
    float odd = fmaf(-1.9515295891E-4f, z, 8.3321608736E-3f);
    odd = fmaf(odd, z, -1.6666654611E-1f) * z;
    odd = fmaf(odd, x, x);
    bool swapped = octant & 2;
    *sine = (octant & 4 ? -1.0f : 1.0f) * (swapped ? even : odd);
    *cosine = ((octant - 2) & 4 ? 1.0f : -1.0f) * (swapped ? odd : even);
}

/* ---- blocks of 16 uniforms, which become normals in their place ---- */

static void fused_block_f32(float *d, float mean, float std)
{
    for (size_t i = 0; i < HALF; i++) {
        float sine, cosine, radius = sqrtf(-2.0f * cephes_log(1.0f - d[i]));
        cephes_sincos((float)TWO_PI * d[i + HALF], &sine, &cosine);
        d[i] = fmaf(radius * cosine, std, mean);
        d[i + HALF] = fmaf(radius * sine, std, mean);
    }
}

static void plain_block_f32(float *d, float mean, float std)
{
    for (size_t i = 0; i < HALF; i++) {
        float radius = sqrtf(-2.0f * logf(1.0f - d[i]));
        float angle = (float)(TWO_PI * (double)d[i + HALF]);
        d[i] = radius * cosf(angle) * std + mean;
        d[i + HALF] = radius * sinf(angle) * std + mean;
    }
}

static void block_f32(const struct ob_torch_rng *r, float *d, double mean, double std)
{
    (r->fused ? fused_block_f32 : plain_block_f32)(d, (float)mean, (float)std);
}

static void block_f64(const struct ob_torch_rng *r, double *d, double mean, double std)
{
    for (size_t i = 0; i < HALF; i++) {
        double radius = sqrt(-2.0 * log(1.0 - d[i])), angle = TWO_PI * d[i + HALF];
        d[i] = scaled(r, radius * cos(angle), mean, std);
        d[i + HALF] = scaled(r, radius * sin(angle), mean, std);
    }
}

/* One text for both types. The last block is drawn anew where it would be cut. */
#define DEFINE_NORMAL(bits, type)                                                        \
    void ob_torch_normal_f##bits(struct ob_torch_rng *r, size_t n, double mean,          \
                                 double std, type *out)                                  \
    {                                                                                    \
        for (size_t i = 0; n < BLOCK && i < n; i++)                                      \
            out[i] = (type)one_by_one(r, mean, std);                                     \
        if (n < BLOCK)                                                                   \
            return;                                                                      \
        ob_torch_uniform_f##bits(r, n, 0, 1, out);                                       \
        for (size_t i = 0; i + BLOCK <= n; i += BLOCK)                                   \
            block_f##bits(r, out + i, mean, std);                                        \
        if (n % BLOCK == 0)                                                              \
            return;                                                                      \
        ob_torch_uniform_f##bits(r, BLOCK, 0, 1, out + n - BLOCK);                       \
        block_f##bits(r, out + n - BLOCK, mean, std);                                    \
    }

DEFINE_NORMAL(32, float)
DEFINE_NORMAL(64, double)
