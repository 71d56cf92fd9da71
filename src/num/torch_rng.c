#include <config.h>

#include "optbench/num/torch_rng.h"

#include <math.h>

#include "optbench/base/compiler.h"

/* init_genrand of mt19937 (2002 version). */
void ob_torch_init(struct ob_torch_rng *r, uint64_t seed, bool fused)
{
    uint32_t x = (uint32_t)seed;
    r->word[0] = x;
    for (uint32_t i = 1; i < OB_TORCH_WORDS; i++) {
        x = UINT32_C(1812433253) * (x ^ (x >> 30)) + i;
        r->word[i] = x;
    }
    r->used = OB_TORCH_WORDS;
    r->fused = fused;
    r->has_next = false;
    r->next = 0;
}

static uint32_t twist(uint32_t upper, uint32_t lower)
{
    uint32_t y = (upper & UINT32_C(0x80000000)) | (lower & UINT32_C(0x7fffffff));
    return (y >> 1) ^ (y & 1 ? UINT32_C(0x9908b0df) : 0);
}

static void refill(struct ob_torch_rng *r)
{
    enum { N = OB_TORCH_WORDS, M = 397 };
    uint32_t *w = r->word;
    for (size_t i = 0; i < N - M; i++)
        w[i] = w[i + M] ^ twist(w[i], w[i + 1]);
    for (size_t i = N - M; i < N - 1; i++)
        w[i] = w[i + M - N] ^ twist(w[i], w[i + 1]);
    w[N - 1] = w[M - 1] ^ twist(w[N - 1], w[0]);
    r->used = 0;
}

uint32_t ob_torch_u32(struct ob_torch_rng *r)
{
    if (r->used >= OB_TORCH_WORDS)
        refill(r);
    uint32_t y = r->word[r->used++];
    y ^= y >> 11;
    y ^= (y << 7) & UINT32_C(0x9d2c5680);
    y ^= (y << 15) & UINT32_C(0xefc60000);
    return y ^ (y >> 18);
}

uint64_t ob_torch_u64(struct ob_torch_rng *r)
{
    uint64_t high = ob_torch_u32(r);
    return high << 32 | ob_torch_u32(r);
}

int64_t ob_torch_random(struct ob_torch_rng *r)
{
    return (int64_t)(ob_torch_u64(r) & INT64_MAX);
}

int64_t ob_torch_randint(struct ob_torch_rng *r, int64_t low, int64_t high)
{
    OB_REQUIRE(low < high);
    uint64_t range = (uint64_t)high - (uint64_t)low;
    uint64_t bits = range >> 32 ? ob_torch_u64(r) : ob_torch_u32(r);
    return (int64_t)(bits % range + (uint64_t)low);
}

void ob_torch_uniform_f32(struct ob_torch_rng *r, size_t n, double low, double high,
                          float *out)
{
    float from = (float)low, span = (float)high - from;
    for (size_t i = 0; i < n; i++) {
        float x = (float)(ob_torch_u32(r) & 0xffffff) * 0x1p-24f;
        out[i] = r->fused ? fmaf(x, span, from) : x * span + from;
    }
}

void ob_torch_uniform_f64(struct ob_torch_rng *r, size_t n, double low, double high,
                          double *out)
{
    for (size_t i = 0; i < n; i++) {
        double x = (double)(ob_torch_u64(r) & ((UINT64_C(1) << 53) - 1)) * 0x1p-53;
        out[i] = r->fused ? fma(x, high - low, low) : x * (high - low) + low;
    }
}

void ob_torch_randperm(struct ob_torch_rng *r, size_t n, uint32_t *out)
{
    OB_REQUIRE(n <= UINT32_MAX);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)i;
    for (size_t i = 0; i + 1 < n; i++) {
        size_t j = i + ob_torch_u32(r) % (n - i);
        uint32_t x = out[i];
        out[i] = out[j];
        out[j] = x;
    }
}

/* kaiming_uniform_ with a = math.sqrt(5), whose square is 5.000000000000001 in Python. */
double ob_torch_linear_weight(size_t fan_in)
{
    double gain = sqrt(2.0 / (1.0 + 5.000000000000001));
    return sqrt(3.0) * (gain / sqrt((double)fan_in));
}

double ob_torch_linear_bias(size_t fan_in)
{
    return 1.0 / sqrt((double)fan_in);
}
