/* x^k by repeated squaring: the C library's pow() has other last bits on other machines,
 * and these reach the log. Private to src/optim. */
#ifndef OB_OPTIM_POWER_H
#define OB_OPTIM_POWER_H

#include <stdint.h>

/* A product of two doubles as a sum of two (Dekker 1971, A floating-point technique for
 * extending the available precision), for numbers far from overflow. */
struct power_pair {
    double high, low;
};

static inline struct power_pair power_product(struct power_pair a, struct power_pair b)
{
    const double split = 0x1p27 + 1;
    double p = split * a.high, q = split * b.high;
    double ah = p - (p - a.high), bh = q - (q - b.high);
    double al = a.high - ah, bl = b.high - bh, product = a.high * b.high;
    double rest = ((ah * bh - product) + ah * bl + al * bh) + al * bl;
    rest += a.high * b.low + a.low * b.high;
    double high = product + rest;
    return (struct power_pair){ high, rest - (high - product) };
}

/* x^k for 0 <= x <= 1, rounded as if once, for formulas that take nearly equal numbers
 * from each other. */
static inline double power_exact(double x, uint64_t k)
{
    struct power_pair y = { 1, 0 }, factor = { x, 0 };
    for (; k && y.high > 0x1p-500 && factor.high > 0x1p-400; k >>= 1) {
        if (k & 1)
            y = power_product(y, factor);
        factor = power_product(factor, factor);
    }
    return k ? 0 : y.high;
}

/* 0 <= x <= 1. Powers below `least` come as 0, which spares the rest of the work and
 * arithmetic on denormal numbers; least >= 2^-500. */
static inline double power(double x, uint64_t k, double least)
{
    double y = 1;
    for (;;) {
        /* A factor of 1 changes nothing, and a choice of values is no jump that the
         * processor would have to guess: the bits of k are as good as random. */
        y *= (const double[]){ 1, x }[k & 1];
        k >>= 1;
        if (y < least)
            return 0;
        if (k == 0)
            return y;
        x *= x;
        if (x < least)
            return 0;
    }
}

#endif
