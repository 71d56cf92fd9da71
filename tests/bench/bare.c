#include <config.h>

#include "bare.h"

#include <math.h>

#include "optbench/num/cpu.h"

#define INLINE static inline __attribute__((always_inline))

/* Where the target has shorter registers the compiler takes several. */
typedef float lanes __attribute__((vector_size(32)));
typedef float quarter __attribute__((vector_size(16)));
typedef unsigned long long words __attribute__((vector_size(64)));

enum { LANES = 8, VECTORS = BARE_ROWS / LANES };

INLINE float add_up(lanes a, lanes b)
{
    lanes v = a + b;
    quarter s = __builtin_shufflevector(v, v, 0, 1, 2, 3) +
                __builtin_shufflevector(v, v, 4, 5, 6, 7);
    return (s[0] + s[1]) + (s[2] + s[3]);
}

INLINE void fit(struct bare_line *line, size_t steps, struct bare_row *ring, size_t mask)
{
    const lanes *a = (const lanes *)line->x[0], *b = (const lanes *)line->x[1];
    const lanes *y = (const lanes *)line->y;
    const float mean = 1 / (float)line->rows, lr = line->lr;
    float ta = line->theta[0], tb = line->theta[1];
    for (size_t k = 0; k < steps; k++) {
        lanes loss = { 0 }, ga = loss, gb = loss, loss1 = loss, ga1 = loss, gb1 = loss;
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v += 2) {
            lanes e = ta * a[v] + tb * b[v] - y[v];
            lanes e1 = ta * a[v + 1] + tb * b[v + 1] - y[v + 1];
            loss += e * e;
            ga += e * a[v];
            gb += e * b[v];
            loss1 += e1 * e1;
            ga1 += e1 * a[v + 1];
            gb1 += e1 * b[v + 1];
        }
        float da = mean * add_up(ga, ga1), db = mean * add_up(gb, gb1);
        float square = da * da + db * db;
        ta -= lr * da;
        tb -= lr * db;
        ring[k & mask] = (struct bare_row){ .loss = 0.5F * mean * add_up(loss, loss1),
                                            .theta_delta = sqrtf(lr * lr * square),
                                            .grad_norm = sqrtf(square),
                                            .theta = ta };
    }
    line->theta[0] = ta;
    line->theta[1] = tb;
}

INLINE unsigned long long read(const void *p, size_t n)
{
    const words *w = p;
    words s0 = { 0 }, s1 = s0, s2 = s0, s3 = s0;
    for (size_t i = 0; i < n / sizeof *w; i += 8) {
        s0 += w[i] ^ w[i + 4];
        s1 += w[i + 1] ^ w[i + 5];
        s2 += w[i + 2] ^ w[i + 6];
        s3 += w[i + 3] ^ w[i + 7];
    }
    s0 += s1 + s2 + s3;
    return s0[0] + s0[1] + s0[2] + s0[3] + s0[4] + s0[5] + s0[6] + s0[7];
}

#define DEFINE_BARE(name, attribute)                                                     \
    attribute static void fit_##name(struct bare_line *line, size_t steps,               \
                                     struct bare_row *ring, size_t mask)                 \
    {                                                                                    \
        fit(line, steps, ring, mask);                                                    \
    }                                                                                    \
    attribute static unsigned long long read_##name(const void *p, size_t n)             \
    {                                                                                    \
        return read(p, n);                                                               \
    }

DEFINE_BARE(baseline, )
#ifdef OB_X86
DEFINE_BARE(v3, __attribute__((target("arch=x86-64-v3"))))
DEFINE_BARE(v4, __attribute__((target("arch=x86-64-v4"))))
#endif

static const struct {
    void (*fit)(struct bare_line *line, size_t steps, struct bare_row *ring, size_t mask);
    unsigned long long (*read)(const void *p, size_t n);
} bare[OB_ISAS] = {
    [OB_ISA_BASELINE] = { fit_baseline, read_baseline },
#ifdef OB_X86
    [OB_ISA_V3] = { fit_v3, read_v3 },
    [OB_ISA_V4] = { fit_v4, read_v4 },
#endif
};

void bare_line_fit(struct bare_line *line, size_t steps, struct bare_row *ring,
                   size_t mask)
{
    bare[ob_cpu_isa()].fit(line, steps, ring, mask);
}

unsigned long long bare_read(const void *p, size_t n)
{
    return bare[ob_cpu_isa()].read(p, n);
}

void bare_triad(size_t n, float *a, const float *b, const float *c, float s)
{
    for (size_t i = 0; i < n; i += 4) {
        quarter sum = *(const quarter *)(b + i) + s * *(const quarter *)(c + i);
#ifdef OB_X86
        __builtin_ia32_movntps(a + i, sum);
#else
        *(quarter *)(a + i) = sum;
#endif
    }
}
