/* x^k by repeated squaring: the C library's pow() has other last bits on other machines,
 * and these reach the log. Private to src/optim. */
#ifndef OB_OPTIM_POWER_H
#define OB_OPTIM_POWER_H

#include <stdint.h>

static inline double power(double x, uint64_t k)
{
    double y = 1;
    for (; k > 0 && y != 0; k >>= 1, x *= x)
        if (k & 1)
            y *= x;
    return y;
}

#endif
