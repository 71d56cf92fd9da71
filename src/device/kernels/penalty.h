/*
 * The penalties laid over loss and gradient: of few weights by one group
 * (penalty_solo.h), of many by a group a chunk, a piece of the table being a chunk, and
 * one that folds their sums.
 */
#include "kernels/penalty_solo.h"

OB_KERNEL void penalty_few(OB_GLOBAL const real *theta, OB_GLOBAL const ob_u64 *now,
                           OB_GLOBAL real *grad, OB_GLOBAL double *out, ob_u64 out_at,
                           OB_GLOBAL const ob_u64 *piece, ob_u64 pieces,
                           OB_GLOBAL const double *factor, ob_u32 flags)
{
    OB_LOCAL_ARRAY(double, s, OB_LANES);
    penalty_solo(s, theta, now, grad, out, out_at, piece, pieces, factor, flags);
}

/* Group g: the sums of chunk g go to part[2 g] and part[2 g + 1]. */
OB_KERNEL void penalty_chunks(OB_GLOBAL const real *theta, OB_GLOBAL const ob_u64 *now,
                              OB_GLOBAL real *grad, OB_GLOBAL double *part,
                              OB_GLOBAL const ob_u64 *piece,
                              OB_GLOBAL const double *factor, ob_u32 flags)
{
    OB_LOCAL_ARRAY(double, a, OB_LANES);
    OB_LOCAL_ARRAY(double, q, OB_LANES);
    const ob_u64 from = piece[2 * OB_GROUP], n = piece[2 * OB_GROUP + 1];
    double absolute = 0, squares = 0;
    for (ob_u64 i = OB_LANE; i < n; i += OB_LANES) {
        double w = (double)theta[from + i];
        absolute = absolute + penalty_size(w);
        squares = squares + w * w;
        if ((flags & OB_PENALTY_GRAD) && now[OB_NOW_HALTED] == 0)
            penalty_slope(theta, grad, factor, from + i, flags);
    }
    a[OB_LANE] = absolute;
    q[OB_LANE] = squares;
    ob_fold_wide(a);
    ob_fold_wide(q);
    if (OB_LANE == 0) {
        part[2 * OB_GROUP] = a[0];
        part[2 * OB_GROUP + 1] = q[0];
    }
}

/* One group: the chunks of each stretch become its sums, and these, in order, the
 * penalty. Stretch k has as many chunks as chunks[k] says, behind those before it. */
OB_KERNEL void penalty_fold(OB_GLOBAL const double *part, OB_GLOBAL const ob_u64 *now,
                            OB_GLOBAL double *out, ob_u64 out_at,
                            OB_GLOBAL const ob_u64 *chunks, ob_u64 stretches,
                            OB_GLOBAL const double *factor)
{
    OB_LOCAL_ARRAY(double, a, OB_LANES);
    OB_LOCAL_ARRAY(double, q, OB_LANES);
    double absolute = 0, squares = 0;
    ob_u64 first = 0;
    for (ob_u64 k = 0; k < stretches; k++) {
        double one = 0, two = 0;
        for (ob_u64 c = OB_LANE; c < chunks[k]; c += OB_LANES) {
            one = one + part[2 * (first + c)];
            two = two + part[2 * (first + c) + 1];
        }
        a[OB_LANE] = one;
        q[OB_LANE] = two;
        ob_fold_wide(a);
        ob_fold_wide(q);
        absolute = absolute + a[0];
        squares = squares + q[0];
        first += chunks[k];
        OB_BARRIER();
    }
    if (OB_LANE == 0 && now[OB_NOW_HALTED] == 0)
        penalty_store(factor, out, out_at, absolute, squares);
}
