/*
 * Unsigned integers of a fixed, generous size, for the rare decimal that 128 bits cannot
 * decide and for the table of powers of ten. The largest that comes up is a decimal of
 * OB_DECIMAL_DIGITS digits against a midpoint of the smallest doubles, below 6,000 bits.
 */
#ifndef OB_BASE_BIGINT_PRIV_H
#define OB_BASE_BIGINT_PRIV_H

#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 ob_u128;

#define OB_BIGINT_WORDS 128

struct ob_bigint {
    size_t n;                       /* words in use; the highest is not 0 */
    uint64_t word[OB_BIGINT_WORDS]; /* lowest first */
};

void ob_bigint_set(struct ob_bigint *b, uint64_t v);

/* b = b * factor + term. */
void ob_bigint_muladd(struct ob_bigint *b, uint64_t factor, uint64_t term);
void ob_bigint_mul_pow5(struct ob_bigint *b, unsigned power);

void ob_bigint_shift(struct ob_bigint *b, unsigned bits_left);

/* b = floor(b / divisor). */
void ob_bigint_div(struct ob_bigint *b, uint64_t divisor);

/* -1, 0 or 1 as a is less than, equal to or greater than b. */
int ob_bigint_compare(const struct ob_bigint *a, const struct ob_bigint *b);

/* The 128 bits from the highest set one on, of b * 2^k for the k that makes it fit. */
ob_u128 ob_bigint_top(const struct ob_bigint *b);

#endif
