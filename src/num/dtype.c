#include <config.h>

#include "optbench/num/dtype.h"

#include <float.h>

size_t ob_dtype_size(enum ob_dtype dtype)
{
    return dtype == OB_F32 ? sizeof(float) : sizeof(double);
}

const char *ob_dtype_name(enum ob_dtype dtype)
{
    return dtype == OB_F32 ? "float32" : "float64";
}

double ob_dtype_eps(enum ob_dtype dtype)
{
    return dtype == OB_F32 ? (double)FLT_EPSILON : DBL_EPSILON;
}

double ob_dtype_round(enum ob_dtype dtype, double x)
{
    return dtype == OB_F32 ? (double)(float)x : x;
}
