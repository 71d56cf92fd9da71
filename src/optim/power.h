/* x^k by repeated squaring: the C library's pow() has other last bits on other machines,
 * and these reach the log. Private to src/optim. */
#ifndef OB_OPTIM_POWER_H
#define OB_OPTIM_POWER_H

#include <stdint.h>

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
