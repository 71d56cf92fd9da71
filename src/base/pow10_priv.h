/*
 * Powers of ten to 128 bits, for reading and writing numbers. Computed by exact integer
 * arithmetic when first asked for (about 0.1 ms once in a process), so that there is no
 * table of magic numbers to trust.
 */
#ifndef OB_BASE_POW10_PRIV_H
#define OB_BASE_POW10_PRIV_H

#include <stdbool.h>

#include "bigint_priv.h"

#define OB_POW10_MIN (-342)
#define OB_POW10_MAX 324

/* floor(log2(10^q)), exact for |q| <= 1233. */
static inline int ob_pow10_exponent(int q)
{
    return (q * 1741647) >> 19;
}

/* The 128 highest bits of 10^q, rounded down: 10^q is in [p, p + 1) times
 * 2^(ob_pow10_exponent(q) - 127). OB_POW10_MIN <= q <= OB_POW10_MAX. */
ob_u128 ob_pow10(int q);

/* Whether ob_pow10(q) is 10^q exactly: 5^55 is the last power below 2^128. */
static inline bool ob_pow10_is_exact(int q)
{
    return q >= 0 && q <= 55;
}

#endif
