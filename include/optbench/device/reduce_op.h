/*
 * What device/reduce.h can make of one or two arrays: read by C and by the kernels.
 */
#ifndef OB_DEVICE_REDUCE_OP_H
#define OB_DEVICE_REDUCE_OP_H

enum ob_reduce_op {
    OB_REDUCE_SUM,        /* sum a_i */
    OB_REDUCE_SUMABS,     /* sum |a_i| */
    OB_REDUCE_SUMSQ,      /* sum a_i^2 */
    OB_REDUCE_SUMSQ_DIFF, /* sum (a_i - b_i)^2, the difference as rounded to the dtype */
    OB_REDUCE_DOT,        /* sum a_i b_i */
    /* Those that are no sums. */
    OB_REDUCE_ABSMAX,        /* largest |a_i|; NaN where there is one; 0 for n = 0 */
    OB_REDUCE_ANY_NONZERO,   /* 1 where some a_i is not 0 (NaN is not), else 0 */
    OB_REDUCE_ANY_CHANGED,   /* 1 where some a_i and b_i differ in a bit, else 0 */
    OB_REDUCE_ANY_NONFINITE, /* 1 where some a_i is NaN or infinite, else 0 */
    OB_REDUCE_OPS            /* how many */
};

enum { OB_REDUCE_JOBS = 4 }; /* that one call takes, at most */

#endif
