/*
 * The two kinds of real number an experiment can be computed in. One experiment has one
 * dtype: parameters, gradients, optimizer state and data all have it, and values cross to
 * the other floors as double (every float is a double exactly).
 */
#ifndef OB_NUM_DTYPE_H
#define OB_NUM_DTYPE_H

#include <stddef.h>

enum ob_dtype {
    OB_F32, /* IEEE single */
    OB_F64, /* IEEE double */
};

/* Bytes of one element: 4 or 8. */
size_t ob_dtype_size(enum ob_dtype dtype);

/* "float32" or "float64", as in config files. */
const char *ob_dtype_name(enum ob_dtype dtype);

/* Distance from 1 to the next larger number: 2^-23 or 2^-52. */
double ob_dtype_eps(enum ob_dtype dtype);

/* x rounded once to the dtype (to nearest, ties to even) and back. */
double ob_dtype_round(enum ob_dtype dtype, double x);

#endif
