#include <config.h>

#include <string.h>

#include "decimal_priv.h"
#include "pow10_priv.h"

/* floor(g * c / 2^128), its last bit set also where something was cut off ("rounded to
 * odd"): enough to compare exactly with multiples of 1/4 (Giulietti, section 9.9). A cut
 * part of at most 1 in units of 2^-64 is the error of g and counts as nothing. */
static uint64_t scaled(ob_u128 g, uint64_t c)
{
    ob_u128 low = (ob_u128)(uint64_t)g * c;
    ob_u128 high = (ob_u128)(uint64_t)(g >> 64) * c + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/*
 * v = c * 2^q. All decimals in the rounding interval of v read back as v; its ends belong
 * to it when c is even. k is chosen so that the interval holds at least one multiple of
 * 10^k and at most one of 10^(k + 1). Everything is held times 4 in units of 10^k.
 */
static struct ob_decimal schubfach(uint64_t c, int q, bool lower_is_closer)
{
    bool odd = c & 1;
    int k = (q * 1262611 - (lower_is_closer ? 524031 : 0)) >> 22;
    int h = q + ob_pow10_exponent(-k) + 1;
    ob_u128 g = ob_pow10(-k) + 1; /* above 10^-k by at most 1 */
    uint64_t low = scaled(g, (4 * c - 2 + lower_is_closer) << h) + odd;
    uint64_t high = scaled(g, (4 * c + 2) << h) - odd;
    uint64_t v = scaled(g, (4 * c) << h);

    uint64_t s = v / 4, ten = s / 10;
    if (ten > 0) {
        bool below = low <= 40 * ten, above = 40 * ten + 40 <= high;
        if (below != above)
            return (struct ob_decimal){ .digits = ten + above, .exponent = k + 1 };
    }
    bool below = low <= 4 * s, above = 4 * s + 4 <= high;
    if (below == above) /* both: the nearer one, the even one of two */
        above = v > 4 * s + 2 || (v == 4 * s + 2 && (s & 1));
    return (struct ob_decimal){ .digits = s + above, .exponent = k };
}

static void drop_zeros(struct ob_decimal *d)
{
    while (d->digits % 100000000 == 0) {
        d->digits /= 100000000;
        d->exponent += 8;
    }
    while (d->digits % 10 == 0) {
        d->digits /= 10;
        d->exponent++;
    }
}

struct ob_decimal ob_decimal_shortest(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7ff);
    uint64_t c = biased ? fraction | (uint64_t)1 << 52 : fraction;
    int q = (biased ? biased : 1) - 1075;

    struct ob_decimal d;
    if (q <= 0 && q > -53 && (c & (((uint64_t)1 << -q) - 1)) == 0)
        d = (struct ob_decimal){ .digits = c >> -q }; /* an integer below 2^53 */
    else
        d = schubfach(c, q, fraction == 0 && biased > 1);
    drop_zeros(&d);
    return d;
}
