/*
 * Registers and the reduction tree for kernels_body.h, in the precision of OB_REAL_BITS:
 * how the order of additions that kernels.h prescribes is spread over the vector unit of
 * one variant. Static only, like everything that a variant includes.
 */
#include "optbench/num/kernels.h"
#include "optbench/num/real.h"

#define INLINE static inline __attribute__((always_inline))

/* One register, and how many numbers it holds. The order of additions does not depend on
 * it: a lane is a lane in whatever register it sits. */
#if defined(__AVX512F__)
#    define VECTOR_BYTES 64
#elif defined(__AVX2__)
#    define VECTOR_BYTES 32
#else
#    define VECTOR_BYTES 16
#endif
enum {
    PER = VECTOR_BYTES / (int)sizeof(real),
    PER_WIDE = VECTOR_BYTES / (int)sizeof(double),
};
typedef real vector __attribute__((vector_size(VECTOR_BYTES)));
typedef double wide __attribute__((vector_size(VECTOR_BYTES)));
typedef real part __attribute__((vector_size(sizeof(real) * VECTOR_BYTES / 8)));

INLINE vector load(const real *p, size_t i)
{
    vector v;
    __builtin_memcpy(&v, p + i, sizeof v);
    return v;
}

INLINE real load_one(const real *p, size_t i)
{
    return p[i];
}

/* As many numbers as make a register of doubles, and one. */
INLINE wide widen(const real *p, size_t i)
{
    part v;
    __builtin_memcpy(&v, p + i, sizeof v);
    return __builtin_convertvector(v, wide);
}

INLINE double widen_one(const real *p, size_t i)
{
    return (double)p[i];
}

INLINE wide load_wide(const double *p, size_t i)
{
    wide v;
    __builtin_memcpy(&v, p + i, sizeof v);
    return v;
}

INLINE double load_wide_one(const double *p, size_t i)
{
    return p[i];
}

/* The folding of `width` lanes, a power of two up to OB_LANES. The widths of the steps
 * are constants, so that each becomes straight vector code. */
#define DEFINE_FOLD(name, type)                                                          \
    INLINE void name##_step(type *s, int w)                                              \
    {                                                                                    \
        for (int l = 0; l < w; l++)                                                      \
            s[l] = s[l] + s[l + w];                                                      \
    }                                                                                    \
                                                                                         \
    INLINE type name(type *s, size_t width)                                              \
    {                                                                                    \
        if (width > 128)                                                                 \
            name##_step(s, 128);                                                         \
        if (width > 64)                                                                  \
            name##_step(s, 64);                                                          \
        if (width > 32)                                                                  \
            name##_step(s, 32);                                                          \
        if (width > 16)                                                                  \
            name##_step(s, 16);                                                          \
        if (width > 8)                                                                   \
            name##_step(s, 8);                                                           \
        if (width > 4)                                                                   \
            name##_step(s, 4);                                                           \
        if (width > 2)                                                                   \
            name##_step(s, 2);                                                           \
        return width > 1 ? s[0] + s[1] : s[0];                                           \
    }

DEFINE_FOLD(fold_lanes, real)
DEFINE_FOLD(fold_wide, double)

/* The least power of two >= n and >= least, up to OB_LANES. */
INLINE size_t lanes_for(size_t n, size_t least)
{
    size_t width = least;
    while (width < n && width < OB_LANES)
        width *= 2;
    return width;
}

/*
 * The sum over one chunk of TERM(_one) or TERM(), the same expression in the index i for
 * one number and for a register: four registers of lanes at a time walk down the chunk,
 * then comes the last incomplete row of lanes. Ends the function.
 */
#define CHUNK_SUM(type, vtype, per, fold, n, TERM)                                       \
    _Alignas(64) type s[OB_LANES];                                                       \
    size_t full = (n) / OB_LANES * OB_LANES;                                             \
    size_t width = full ? OB_LANES : lanes_for(n, 1);                                    \
    for (size_t l = 0; l < width && !full; l++)                                          \
        s[l] = 0;                                                                        \
    for (size_t lane = 0; lane < OB_LANES && full; lane += 4 * per) {                    \
        vtype a0 = { 0 }, a1 = a0, a2 = a0, a3 = a0;                                     \
        for (size_t i = lane; i < full + lane; i += OB_LANES - 3 * per) {                \
            a0 = a0 + TERM(/* register */);                                              \
            i += per;                                                                    \
            a1 = a1 + TERM(/* register */);                                              \
            i += per;                                                                    \
            a2 = a2 + TERM(/* register */);                                              \
            i += per;                                                                    \
            a3 = a3 + TERM(/* register */);                                              \
        }                                                                                \
        __builtin_memcpy(s + lane, &a0, sizeof a0);                                      \
        __builtin_memcpy(s + lane + per, &a1, sizeof a1);                                \
        __builtin_memcpy(s + lane + 2 * per, &a2, sizeof a2);                            \
        __builtin_memcpy(s + lane + 3 * per, &a3, sizeof a3);                            \
    }                                                                                    \
    for (size_t i = full; i < (n); i++)                                                  \
        s[i - full] = s[i - full] + TERM(_one);                                          \
    return fold(s, width);

#define WIDE_SUM(n, TERM) CHUNK_SUM(double, wide, PER_WIDE, fold_wide, n, TERM)
#define LANE_SUM(n, TERM) CHUNK_SUM(real, vector, PER, fold_lanes, n, TERM)
