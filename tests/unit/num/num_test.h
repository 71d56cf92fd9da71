/*
 * Shared by the tests of the num floor: the reduction tree of kernels.h spelled out
 * naively, all chunks and all lanes, and a source of numbers.
 */
#ifndef OB_NUM_TEST_H
#define OB_NUM_TEST_H

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/num/kernels.h"

#define DEFINE_TREE(name, type)                                                          \
    static inline type name##_fold(type *s)                                              \
    {                                                                                    \
        for (size_t w = 128; w > 0; w /= 2)                                              \
            for (size_t l = 0; l < w; l++)                                               \
                s[l] = s[l] + s[l + w];                                                  \
        return s[0];                                                                     \
    }                                                                                    \
                                                                                         \
    static inline type name(size_t n, const type *term)                                  \
    {                                                                                    \
        type top[256] = { 0 };                                                           \
        for (size_t c = 0; c * 2048 < n; c++) {                                          \
            type s[256] = { 0 };                                                         \
            for (size_t i = 0; i < 2048 && c * 2048 + i < n; i++)                        \
                s[i % 256] = s[i % 256] + term[c * 2048 + i];                            \
            top[c % 256] = top[c % 256] + name##_fold(s);                                \
        }                                                                                \
        return name##_fold(top);                                                         \
    }

DEFINE_TREE(tree_f32, float)
DEFINE_TREE(tree_f64, double)

/* splitmix64 (Steele, Lea, Flood 2014): tests must not lean on what they test. */
struct dice {
    uint64_t state;
};

static inline uint64_t roll(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* In [low, high). */
static inline double roll_real(struct dice *d, double low, double high)
{
    return low + (high - low) * ((double)(roll(d) >> 11) * 0x1p-53);
}

static inline size_t roll_size(struct dice *d, size_t low, size_t high)
{
    return low + roll(d) % (high - low + 1);
}

#endif
