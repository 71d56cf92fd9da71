#include <config.h>

#include "bare_cubic.h"

#include "optbench/num/cpu.h"

#define INLINE static inline __attribute__((always_inline))

/* Where the target has shorter registers the compiler takes several. */
typedef float floats __attribute__((vector_size(64)));
typedef double doubles __attribute__((vector_size(64)));

/* Two registers a round, so that additions do not wait for each other. */
#define DEFINE_CUBIC(name, real, vector)                                                 \
    INLINE real name##_total(const vector *a, const vector *b)                           \
    {                                                                                    \
        vector v = *a + *b;                                                              \
        real sum = 0;                                                                    \
        for (size_t l = 0; l < sizeof v / sizeof(real); l++)                             \
            sum += v[l];                                                                 \
        return sum;                                                                      \
    }                                                                                    \
    INLINE void name##_round(const vector *x, const vector *y, const real *t,            \
                             vector s[5])                                                \
    {                                                                                    \
        vector square = *x * *x, cube = square * *x;                                     \
        vector e = t[0] + t[1] * *x + t[2] * square + t[3] * cube - *y;                  \
        vector g = 2 * e;                                                                \
        s[0] += e * e;                                                                   \
        s[1] += g;                                                                       \
        s[2] += g * *x;                                                                  \
        s[3] += g * square;                                                              \
        s[4] += g * cube;                                                                \
    }                                                                                    \
    INLINE void name(size_t n, const real *x, const real *y, const real *t, real *out)   \
    {                                                                                    \
        const vector *xs = (const vector *)x, *ys = (const vector *)y;                   \
        vector even[5] = { { 0 } }, odd[5] = { { 0 } };                                  \
        for (size_t i = 0; i < n * sizeof(real) / sizeof(vector); i += 2) {              \
            name##_round(xs + i, ys + i, t, even);                                       \
            name##_round(xs + i + 1, ys + i + 1, t, odd);                                \
        }                                                                                \
        for (size_t k = 0; k < 5; k++)                                                   \
            out[k] = name##_total(&even[k], &odd[k]);                                    \
    }
DEFINE_CUBIC(cubic32, float, floats)
DEFINE_CUBIC(cubic64, double, doubles)

INLINE void bowl(size_t n, const double *restrict p, const double *restrict q,
                 double *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        double a = 2 - p[i] - q[i], b = 4 - 3 * p[i] - q[i];
        out[i] = a * a + b * b;
    }
}

#define DEFINE_BARE(name, attribute)                                                     \
    attribute static void f32_##name(size_t n, const float *x, const float *y,           \
                                     const float *t, float *out)                         \
    {                                                                                    \
        cubic32(n, x, y, t, out);                                                        \
    }                                                                                    \
    attribute static void f64_##name(size_t n, const double *x, const double *y,         \
                                     const double *t, double *out)                       \
    {                                                                                    \
        cubic64(n, x, y, t, out);                                                        \
    }                                                                                    \
    attribute static void bowl_##name(size_t n, const double *p, const double *q,        \
                                      double *out)                                       \
    {                                                                                    \
        bowl(n, p, q, out);                                                              \
    }

DEFINE_BARE(baseline, )
#ifdef OB_X86
DEFINE_BARE(v3, __attribute__((target("arch=x86-64-v3"))))
DEFINE_BARE(v4, __attribute__((target("arch=x86-64-v4"))))
#endif

static const struct {
    void (*f32)(size_t n, const float *x, const float *y, const float *t, float *out);
    void (*f64)(size_t n, const double *x, const double *y, const double *t, double *out);
    void (*bowl)(size_t n, const double *p, const double *q, double *out);
} bare[OB_ISAS] = {
    [OB_ISA_BASELINE] = { f32_baseline, f64_baseline, bowl_baseline },
#ifdef OB_X86
    [OB_ISA_V3] = { f32_v3, f64_v3, bowl_v3 },
    [OB_ISA_V4] = { f32_v4, f64_v4, bowl_v4 },
#endif
};

void bare_cubic_f32(size_t n, const float *x, const float *y, const float *theta,
                    float *out)
{
    bare[ob_cpu_isa()].f32(n, x, y, theta, out);
}

void bare_cubic_f64(size_t n, const double *x, const double *y, const double *theta,
                    double *out)
{
    bare[ob_cpu_isa()].f64(n, x, y, theta, out);
}

void bare_bowl(size_t n, const double *p, const double *q, double *out)
{
    bare[ob_cpu_isa()].bowl(n, p, q, out);
}

void bare_bowl_gradient(const double *theta, double *out)
{
    double a = 2 - theta[0] - theta[1], b = 4 - 3 * theta[0] - theta[1];
    out[0] = a * a + b * b;
    out[1] = -(2 * a) - 3 * (2 * b);
    out[2] = -(2 * a) - 2 * b;
}
