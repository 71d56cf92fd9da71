#include <config.h>

#include "optbench/sweep/sobol.h"

#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"

enum { BITS = 32, DEGREE_MAX = 7 };

/* Of dimensions 1 and on: degree and inner coefficients of the primitive polynomial, and
 * the first direction numbers m_1, m_2, ... Dimension 0 is van der Corput's. */
static const struct {
    unsigned char degree, poly, m[DEGREE_MAX];
} joe_kuo[OB_SOBOL_DIMS - 1] = {
    { 1, 0, { 1 } },
    { 2, 1, { 1, 3 } },
    { 3, 1, { 1, 3, 1 } },
    { 3, 2, { 1, 1, 1 } },
    { 4, 1, { 1, 1, 3, 3 } },
    { 4, 4, { 1, 3, 5, 13 } },
    { 5, 2, { 1, 1, 5, 5, 17 } },
    { 5, 4, { 1, 1, 5, 5, 5 } },
    { 5, 7, { 1, 1, 7, 11, 19 } },
    { 5, 11, { 1, 1, 5, 1, 1 } },
    { 5, 13, { 1, 1, 1, 3, 11 } },
    { 5, 14, { 1, 3, 5, 5, 31 } },
    { 6, 1, { 1, 3, 3, 9, 7, 49 } },
    { 6, 13, { 1, 1, 1, 15, 21, 21 } },
    { 6, 16, { 1, 3, 1, 13, 27, 49 } },
    { 6, 19, { 1, 1, 1, 15, 7, 5 } },
    { 6, 22, { 1, 3, 1, 15, 13, 25 } },
    { 6, 25, { 1, 1, 5, 5, 19, 61 } },
    { 7, 1, { 1, 3, 7, 11, 23, 15, 103 } },
    { 7, 4, { 1, 3, 7, 13, 13, 15, 69 } },
    { 7, 7, { 1, 1, 3, 13, 7, 35, 63 } },
    { 7, 8, { 1, 3, 5, 9, 1, 25, 53 } },
    { 7, 14, { 1, 3, 1, 13, 9, 35, 107 } },
    { 7, 19, { 1, 3, 1, 5, 27, 61, 31 } },
    { 7, 21, { 1, 1, 5, 11, 19, 41, 61 } },
    { 7, 28, { 1, 3, 5, 3, 3, 13, 69 } },
    { 7, 31, { 1, 1, 7, 13, 1, 19, 1 } },
    { 7, 32, { 1, 3, 7, 5, 13, 19, 59 } },
    { 7, 37, { 1, 1, 3, 9, 25, 29, 41 } },
    { 7, 41, { 1, 3, 5, 13, 23, 1, 55 } },
    { 7, 42, { 1, 3, 7, 3, 13, 59, 17 } },
    { 7, 50, { 1, 3, 1, 3, 5, 53, 69 } },
};

/* Joe and Kuo 2008, equation 2: v[i] = m_(i+1) / 2^(i+1), as 32 bits behind the point. */
static void directions(unsigned dim, uint32_t v[static BITS])
{
    for (unsigned i = 0; i < BITS; i++) {
        if (dim == 0) {
            v[i] = UINT32_C(1) << (BITS - 1 - i);
            continue;
        }
        const unsigned s = joe_kuo[dim - 1].degree, a = joe_kuo[dim - 1].poly;
        if (i < s) {
            v[i] = (uint32_t)joe_kuo[dim - 1].m[i] << (BITS - 1 - i);
            continue;
        }
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for (unsigned k = 1; k < s; k++)
            if (a >> (s - 1 - k) & 1)
                v[i] ^= v[i - k];
    }
}

uint32_t ob_sobol_bits(uint32_t point, unsigned dim)
{
    uint32_t v[BITS], x = 0, gray = point ^ point >> 1;
    OB_REQUIRE(dim < OB_SOBOL_DIMS);
    directions(dim, v);
    for (unsigned i = 0; gray; i++, gray >>= 1)
        if (gray & 1)
            x ^= v[i];
    return x;
}

double ob_sobol(uint32_t point, unsigned dim, uint64_t seed, bool scramble)
{
    uint32_t x = ob_sobol_bits(point, dim);
    if (!scramble)
        return (double)x * 0x1p-32;
    struct ob_rng rng;
    ob_rng_init(&rng, seed, dim);
    return ((double)(x ^ ob_rng_u32(&rng)) + 0.5) * 0x1p-32;
}
