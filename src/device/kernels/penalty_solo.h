/*
 * The penalties l1 * sum |w_i| + l2 / 2 * sum w_i^2, laid over the loss and the gradient
 * that an evaluation has left behind, with the additions of model/penalty.c: in order
 * where there are at most OB_LANES weights, else along the tree.
 *
 * piece[2 k], piece[2 k + 1] are offset and length of stretch k of the weights; of many
 * weights those of its chunks, a chunk a piece.
 */
#ifndef OB_KERNELS_PENALTY_SOLO_H
#define OB_KERNELS_PENALTY_SOLO_H

#include "kernels/tree.h"
#include "optbench/device/penalty.h"
#include "optbench/device/step.h"

OB_DEVFN double penalty_size(double w)
{
    return w < 0 ? -w : w;
}

/* What the penalties add to the gradient of one weight. */
OB_DEVFN void penalty_slope(OB_GLOBAL const real *theta, OB_GLOBAL real *grad,
                            OB_GLOBAL const double *factor, ob_u64 i, ob_u32 flags)
{
    double w = (double)theta[i];
    double sign = w > 0 ? 1.0 : w < 0 ? -1.0 : 0.0;
    double slope = flags & OB_PENALTY_SMOOTH ? 0.0 : factor[OB_PENALTY_L1] * sign;
    grad[i] = grad[i] + (real)(slope + factor[OB_PENALTY_L2] * w);
}

/* A penalty of weight 0 is no penalty, also where the sum overflows. */
OB_DEVFN void penalty_store(OB_GLOBAL const double *factor, OB_GLOBAL double *out,
                            ob_u64 out_at, double absolute, double squares)
{
    double l1 = factor[OB_PENALTY_L1], l2 = factor[OB_PENALTY_L2];
    double sum = (l1 > 0 ? l1 * absolute : 0.0) + (l2 > 0 ? l2 / 2 * squares : 0.0);
    out[out_at + OB_PLACED_LOSS] = (double)(real)(out[out_at + OB_PLACED_LOSS] + sum);
}

/* All in one group: at most OB_LANES weights in all pieces. s [OB_LANES] is scratch. What
 * is stored may be read behind the next barrier. */
OB_DEVFN void penalty_solo(OB_LOCAL double *s, OB_GLOBAL const real *theta,
                           OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                           OB_GLOBAL double *out, ob_u64 out_at,
                           OB_GLOBAL const ob_u64 *piece, ob_u64 pieces,
                           OB_GLOBAL const double *factor, ob_u32 flags)
{
    ob_u64 weights = 0;
    for (ob_u64 k = 0; k < pieces; k++) {
        ob_u64 n = piece[2 * k + 1];
        if (OB_LANE >= weights && OB_LANE < weights + n) {
            ob_u64 i = piece[2 * k] + (OB_LANE - weights);
            s[OB_LANE] = (double)theta[i];
            if ((flags & OB_PENALTY_GRAD) && now[OB_NOW_HALTED] == 0)
                penalty_slope(theta, grad, factor, i, flags);
        }
        weights += n;
    }
    OB_BARRIER();
    if (OB_LANE == 0 && now[OB_NOW_HALTED] == 0) {
        double absolute = 0, squares = 0;
        for (ob_u64 l = 0; l < weights; l++) {
            absolute = absolute + penalty_size(s[l]);
            squares = squares + s[l] * s[l];
        }
        penalty_store(factor, out, out_at, absolute, squares);
    }
}

#endif
