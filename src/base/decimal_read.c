#include <config.h>

#include <math.h>
#include <string.h>

#include "bigint_priv.h"
#include "decimal_priv.h"
#include "pow10_priv.h"

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* The bits of the double nearest to (x + s) * 2^e2, where x has its highest bit or the
 * one below it set, and s is 0 or, with `more`, somewhere between 0 and 1. */
static uint64_t rounded(ob_u128 x, int e2, bool more)
{
    int lead = (int)(~x >> 127); /* 0 or 1 */
    x <<= lead;
    int top = e2 - lead + 127; /* the value is in [2^top, 2^(top + 1)) */
    if (top > 1023)
        return (uint64_t)0x7ff << 52;
    int drop = 128 - 53;
    if (top < -1022)
        drop += -1022 - top;
    if (drop > 128)
        return 0;
    uint64_t m = drop < 128 ? (uint64_t)(x >> drop) : 0;
    ob_u128 half = (ob_u128)1 << (drop - 1);
    ob_u128 rest = drop < 128 ? x & ((half << 1) - 1) : x;
    bool up = rest > half || (rest == half && (more || (m & 1)));
    /* The hidden bit is 1 of the exponent, so a carry moves on to it by itself. */
    uint64_t biased = top < -1022 ? 0 : (uint64_t)(top + 1022) << 52;
    return biased + m + up;
}

/* m * 10^q as (x + s) * 2^e2, 0 <= s <= 1, for rounded(). */
struct product {
    ob_u128 x;
    int e2;
    bool more;  /* s is not 0 */
    bool exact; /* s < 1 comes from the product alone, not from the power */
};

static struct product multiply(uint64_t m, int q)
{
    int lead = __builtin_clzll(m);
    uint64_t w = m << lead;
    ob_u128 p = ob_pow10(q);
    ob_u128 below = (ob_u128)w * (uint64_t)p;
    bool exact = ob_pow10_is_exact(q);
    return (struct product){
        .x = (ob_u128)w * (uint64_t)(p >> 64) + (uint64_t)(below >> 64),
        .e2 = ob_pow10_exponent(q) - 127 - lead + 64,
        .more = !exact || (uint64_t)below != 0,
        .exact = exact,
    };
}

/* Nearly every product ends far from the middle between two doubles, as its 11 bits
 * behind the 53 show: then no bit below them matters, and no error of the power. */
static bool plainly_rounded(const struct product *p, uint64_t *out)
{
    int lead = (int)(~p->x >> 127);
    uint64_t high = (uint64_t)(p->x << lead >> 64);
    int top = p->e2 - lead + 127;
    uint64_t behind = high & 0x7ff;
    if (behind == 0x3ff || behind == 0x400 || top < -1022 || top > 1022)
        return false;
    *out = ((uint64_t)(top + 1022) << 52) + (high >> 11) + (behind >> 10);
    return true;
}

/* The doubles nearest to the lowest and the highest value that the product may have
 * (after Lemire 2021, who proves that they hardly ever differ; here they are compared).
 */
static uint64_t lowest(const struct product *p)
{
    return rounded(p->x, p->e2, p->more);
}

static uint64_t highest(const struct product *p)
{
    return p->exact ? lowest(p) : rounded(p->x + 1, p->e2, true);
}

/* All digits as one integer; of more than OB_DECIMAL_DIGITS the others become a single 1
 * when any is not 0. Returns the number of digits left out. */
static size_t collect(const struct ob_decimal *d, struct ob_bigint *b)
{
    size_t used = 0, left_out = 0;
    bool more = false;
    ob_bigint_set(b, 0);
    for (const char *s = d->first; s < d->end; s++) {
        if (*s == '.')
            continue;
        if (used < OB_DECIMAL_DIGITS) {
            ob_bigint_muladd(b, 10, (uint64_t)(*s - '0'));
            used++;
        } else {
            more |= *s != '0';
            left_out++;
        }
    }
    if (more) {
        ob_bigint_muladd(b, 10, 1);
        left_out--;
    }
    return left_out;
}

/* Decides between the double `low` and its upper neighbour by comparing the decimal with
 * the middle between them, both as integers. */
static uint64_t by_integers(const struct ob_decimal *d, uint64_t low)
{
    struct ob_bigint left, right;
    int64_t q = d->exponent;
    if (d->rest)
        q += (int64_t)collect(d, &left) - (int64_t)d->rest;
    else
        ob_bigint_set(&left, d->digits);

    uint64_t m = low & (((uint64_t)1 << 52) - 1);
    int e = (int)(low >> 52);
    m |= e ? (uint64_t)1 << 52 : 0;
    int two = (e ? e : 1) - 1075 - 1; /* middle = (2 m + 1) * 2^two */
    ob_bigint_set(&right, 2 * m + 1);

    /* left * 5^q * 2^q against right * 2^two */
    if (q >= 0)
        ob_bigint_mul_pow5(&left, (unsigned)q);
    else
        ob_bigint_mul_pow5(&right, (unsigned)-q);
    int64_t shift = q - two;
    if (shift >= 0)
        ob_bigint_shift(&left, (unsigned)shift);
    else
        ob_bigint_shift(&right, (unsigned)-shift);

    int order = ob_bigint_compare(&left, &right);
    return low + (order > 0 || (order == 0 && (m & 1)));
}

double ob_decimal_to_double(const struct ob_decimal *d)
{
    double v;
    uint64_t low, high;
    if (d->digits == 0)
        return 0;
    if (d->rest == 0 && ob_decimal_by_one_operation(d->digits, d->exponent, &v))
        return v;
    /* Below half of the smallest double 2^-1074, and above the largest. */
    if (d->exponent < OB_POW10_MIN)
        return 0;
    if (d->exponent > 308)
        return INFINITY;
    struct product p = multiply(d->digits, (int)d->exponent);
    if (d->rest == 0 && plainly_rounded(&p, &low))
        return from_bits(low);
    low = lowest(&p);
    if (d->rest)
        p = multiply(d->digits + 1, (int)d->exponent);
    high = highest(&p);
    return from_bits(low == high ? low : by_integers(d, low));
}
