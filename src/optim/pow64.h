/* x^y in double by the project's own function, the same bits everywhere; for files that
 * are not compiled for a precision. Private to src/optim. */
#ifndef OB_OPTIM_POW64_H
#define OB_OPTIM_POW64_H

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fpow.h"
#undef OB_REAL_BITS

static inline double pow64(double x, double y)
{
    return ob_pow_f64(x, y);
}

#endif
