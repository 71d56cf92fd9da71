/* One entry of an array in the dtype of a problem. Private to src/model. */
#ifndef OB_MODEL_ENTRY_H
#define OB_MODEL_ENTRY_H

#include <stddef.h>

#include "optbench/num/dtype.h"

static inline double ob_at(enum ob_dtype dtype, const void *v, size_t i)
{
    return dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

/* v[i] = x, rounded to the dtype. */
static inline void ob_put(enum ob_dtype dtype, void *v, size_t i, double x)
{
    if (dtype == OB_F32)
        ((float *)v)[i] = (float)x;
    else
        ((double *)v)[i] = x;
}

/* v[i] += x, in the dtype: x is rounded, then the sum. */
static inline void ob_add(enum ob_dtype dtype, void *v, size_t i, double x)
{
    if (dtype == OB_F32)
        ((float *)v)[i] += (float)x;
    else
        ((double *)v)[i] += x;
}

#endif
