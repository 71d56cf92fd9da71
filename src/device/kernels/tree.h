/*
 * The folding of the tree of num/kernels.h: lane l += lane l + 128, then 64, ... 1. Lanes
 * without an element hold +0, so the CPU, which begins at the first power of two that
 * covers the lanes in use, gets the same bits. All of a group call.
 */
#include "kernels/kernel.h"

#ifndef OB_KERNELS_TREE_H
#    define OB_KERNELS_TREE_H

/* s[0] becomes the sum of the lanes s[0 .. OB_LANES). */
OB_DEVFN void ob_fold_wide(OB_LOCAL double *s)
{
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w)
            s[OB_LANE] = s[OB_LANE] + s[OB_LANE + w];
        OB_BARRIER();
    }
}

/* The larger of two magnitudes or flags; NaN is larger than all. */
OB_DEVFN double ob_larger(double a, double b)
{
    return ((b > a) | (b != b)) ? b : a;
}

OB_DEVFN void ob_fold_largest(OB_LOCAL double *s)
{
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w)
            s[OB_LANE] = ob_larger(s[OB_LANE], s[OB_LANE + w]);
        OB_BARRIER();
    }
}

/* `count` arrays of lanes at once, each behind the other: s[k * OB_LANES] becomes the sum
 * of array k. With each step half as many sums are left, and all of the group make them.
 */
OB_DEVFN void ob_fold_lanes(OB_LOCAL real *s, ob_u32 count)
{
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        for (ob_u32 q = OB_LANE; q < w * count; q += OB_LANES) {
            ob_u32 at = q / w * OB_LANES + q % w;
            s[at] = s[at] + s[at + w];
        }
        OB_BARRIER();
    }
}

/* s[0] becomes the number of all lanes together. */
OB_DEVFN void ob_fold_count(OB_LOCAL ob_u32 *s)
{
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w)
            s[OB_LANE] = s[OB_LANE] + s[OB_LANE + w];
        OB_BARRIER();
    }
}

#endif
