/*
 * Loss and gradient of a linear model in one pass over its matrix, for many chunks of
 * OB_COLS columns, few enough that a lane keeps a sum of each in a register. A group
 * takes a chunk OB_LANES rows at a time: what these rows have just been read for, their
 * scores, is still near when they are read again for the sums. See linear.h.
 */
#include "kernels/linear.h"

/*
 * Group g: the sums of chunk g to part[j * chunks + g], the losses behind the columns,
 * and what its rows count as to count[g].
 */
OB_KERNEL void linear_fused(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                            OB_GLOBAL const real *theta, OB_GLOBAL const ob_u64 *now,
                            OB_GLOBAL real *part, OB_GLOBAL ob_u32 *count, ob_u64 rows,
                            ob_u64 chunks, ob_u32 flags)
{
    OB_LOCAL_ARRAY(real, s, LINEAR_TILE * OB_LANES);
    OB_LOCAL_ARRAY(real, t, OB_COLS);
    OB_LOCAL_ARRAY(ob_u32, counted, OB_LANES);
    const ob_u64 n = linear_rows(now, rows, flags), begin = OB_GROUP * OB_CHUNK;
    const ob_u64 left = n > begin ? n - begin : 0;
    OB_LOCAL volatile real *parameter = t; /* read each time, not kept in registers */
    real sum[OB_COLS + 1];
    ob_u32 counts = 0;
    for (ob_u32 j = OB_LANE; j < OB_COLS; j += OB_LANES)
        t[j] = theta[j];
    OB_BARRIER();
    LINEAR_UNROLL
    for (ob_u32 j = 0; j <= OB_COLS; j++)
        sum[j] = R(0.0);
    for (ob_u32 i = OB_LANE; i < OB_CHUNK && i < left; i += OB_LANES) {
        const ob_u64 at = OB_GROUP * (OB_COLS * OB_CHUNK) + i;
        real yi = y[begin + i], target = linear_target(yi), d;
        real z = OB_LOSS_RESIDUAL ? -yi : R(0.0);
        LINEAR_UNROLL
        for (ob_u32 j = 0; j < OB_COLS; j++)
            z = z + parameter[j] * x[at + j * OB_CHUNK];
        d = LINEAR_SLOPE(z, target);
        sum[OB_COLS] = sum[OB_COLS] + LINEAR_VALUE(z, target);
        counts += linear_count(z, yi);
        LINEAR_UNROLL
        for (ob_u32 j = 0; j < OB_COLS; j++)
            sum[j] = sum[j] + d * x[at + j * OB_CHUNK];
    }
    counted[OB_LANE] = counts;
    LINEAR_UNROLL
    for (ob_u32 first = 0; first <= OB_COLS; first += LINEAR_TILE) {
        LINEAR_UNROLL
        for (ob_u32 k = 0; k < LINEAR_TILE; k++)
            if (first + k <= OB_COLS)
                s[k * OB_LANES + OB_LANE] = sum[first + k];
        ob_fold_lanes(s, OB_COLS + 1 - first < LINEAR_TILE ? OB_COLS + 1 - first
                                                           : LINEAR_TILE);
        if (OB_LANE < LINEAR_TILE && first + OB_LANE <= OB_COLS)
            part[(first + OB_LANE) * chunks + OB_GROUP] = s[OB_LANE * OB_LANES];
        OB_BARRIER();
    }
    ob_fold_count(counted);
    if (OB_LANE == 0)
        count[OB_GROUP] = counted[0];
}
