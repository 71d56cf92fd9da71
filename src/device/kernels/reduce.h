/*
 * Arrays become numbers (device/reduce.h): reduce_chunks makes one of each chunk, a group
 * a chunk, and reduce_fold one of those of a job. In a chunk element i belongs to lane
 * i mod OB_LANES, and the same holds for the chunks of an array.
 */
#include "kernels/tree.h"
#include "optbench/device/reduce_op.h"
#include "optbench/num/fmath.h"

/* What element i adds. */
OB_DEVFN double reduce_term(ob_u32 op, OB_GLOBAL const real *a, OB_GLOBAL const real *b,
                            ob_u64 i, ob_u64 k)
{
    real x = a[i];
    switch (op) {
    case OB_REDUCE_SUM:
        return (double)x;
    case OB_REDUCE_SUMABS:
    case OB_REDUCE_ABSMAX:
        return (double)OB_FN(ob_abs)(x);
    case OB_REDUCE_SUMSQ:
        return (double)x * (double)x;
    case OB_REDUCE_SUMSQ_DIFF:
        x = x - b[k];
        return (double)x * (double)x;
    case OB_REDUCE_DOT:
        return (double)x * (double)b[k];
    case OB_REDUCE_ANY_NONZERO:
        return x != R(0.0);
    case OB_REDUCE_ANY_CHANGED:
        return OB_FN(ob_bits)(x) != OB_FN(ob_bits)(b[k]);
    default:
        return (OB_FN(ob_bits)(x) & OB_INF) == OB_INF;
    }
}

/* The lanes become one number in s[0]. */
OB_DEVFN void reduce_lanes(ob_u32 op, OB_LOCAL double *s)
{
    if (op < OB_REDUCE_ABSMAX)
        ob_fold_wide(s);
    else
        ob_fold_largest(s);
}

OB_DEVFN double reduce_add(ob_u32 op, double sum, double term)
{
    return op < OB_REDUCE_ABSMAX ? sum + term : ob_larger(sum, term);
}

/*
 * Group g works on chunk g mod chunks of job g / chunks, whose operation is byte job of
 * ops. With one chunk the number is the job's and goes to `out`, else to
 * part[job * chunks + chunk].
 */
OB_KERNEL void reduce_chunks(OB_GLOBAL const real *a0, OB_GLOBAL const real *a1,
                             OB_GLOBAL const real *a2, OB_GLOBAL const real *a3,
                             OB_GLOBAL const real *b0, OB_GLOBAL const real *b1,
                             OB_GLOBAL const real *b2, OB_GLOBAL const real *b3,
                             ob_u64 a0_at, ob_u64 a1_at, ob_u64 a2_at, ob_u64 a3_at,
                             ob_u64 b0_at, ob_u64 b1_at, ob_u64 b2_at, ob_u64 b3_at,
                             ob_u32 ops, ob_u64 n, ob_u64 chunks, OB_GLOBAL double *part,
                             OB_GLOBAL double *out, ob_u64 out_at)
{
    OB_LOCAL_ARRAY(double, s, OB_LANES);
    ob_u64 job = OB_GROUP / chunks, chunk = OB_GROUP % chunks;
    ob_u32 op = (ops >> (8 * (ob_u32)job)) & 255u;
    OB_GLOBAL const real *a = job == 0 ? a0 : job == 1 ? a1 : job == 2 ? a2 : a3;
    OB_GLOBAL const real *b = job == 0 ? b0 : job == 1 ? b1 : job == 2 ? b2 : b3;
    ob_u64 a_at = job == 0 ? a0_at : job == 1 ? a1_at : job == 2 ? a2_at : a3_at;
    ob_u64 b_at = job == 0 ? b0_at : job == 1 ? b1_at : job == 2 ? b2_at : b3_at;
    double sum = 0;
    for (ob_u32 r = 0; r < OB_CHUNK; r += OB_LANES) {
        ob_u64 i = chunk * OB_CHUNK + r + OB_LANE;
        if (i < n)
            sum = reduce_add(op, sum, reduce_term(op, a, b, a_at + i, b_at + i));
    }
    s[OB_LANE] = sum;
    reduce_lanes(op, s);
    if (OB_LANE == 0 && chunks == 1)
        out[out_at + job] = s[0];
    else if (OB_LANE == 0)
        part[OB_GROUP] = s[0];
}

/* Group g folds the chunks of job g. */
OB_KERNEL void reduce_fold(OB_GLOBAL const double *part, ob_u32 ops, ob_u64 chunks,
                           OB_GLOBAL double *out, ob_u64 out_at)
{
    OB_LOCAL_ARRAY(double, s, OB_LANES);
    ob_u32 op = (ops >> (8 * (ob_u32)OB_GROUP)) & 255u;
    double sum = 0;
    for (ob_u64 c = OB_LANE; c < chunks; c += OB_LANES)
        sum = reduce_add(op, sum, part[OB_GROUP * chunks + c]);
    s[OB_LANE] = sum;
    reduce_lanes(op, s);
    if (OB_LANE == 0)
        out[out_at + OB_GROUP] = s[0];
}
