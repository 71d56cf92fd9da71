/*
 * What the kernels of linear models share (kernels/linear.h), and the whole of it that
 * one group makes: for kernels that do more than one evaluation, too. Built with
 *
 *   OB_LOSS           a loss of formulas.h: squared, bce_logits, ...
 *   OB_LOSS_RESIDUAL  1: its scores begin at -y, and the target is 0
 *   OB_LOSS_CLASSES   1: rows on the right side are counted, and clamped logarithms
 */
#ifndef OB_KERNELS_LINEAR_SOLO_H
#define OB_KERNELS_LINEAR_SOLO_H

#include "kernels/tree.h"
#include "optbench/device/linear.h"
#include "optbench/device/step.h"
#include "optbench/num/formulas.h"

#define LINEAR_PASTE_(loss, what, bits) ob_##loss##what##_f##bits
#define LINEAR_PASTE(loss, what, bits)  LINEAR_PASTE_(loss, what, bits)
#define LINEAR_VALUE                    LINEAR_PASTE(OB_LOSS, , OB_REAL_BITS)
#define LINEAR_SLOPE                    LINEAR_PASTE(OB_LOSS, _d1, OB_REAL_BITS)
#define LINEAR_CLAMPED                  LINEAR_PASTE(OB_LOSS, _clamped, OB_REAL_BITS)

/* Rows of a chunk that belong to one lane, and columns that are folded together. */
#define LINEAR_ROWS (OB_CHUNK / OB_LANES)
#define LINEAR_TILE OB_LINEAR_TILE(OB_REAL_BITS)

/* Loops over an array that a lane keeps in registers. */
#if defined(__CUDACC__) || defined(__NV_CL_C_VERSION)
#    define LINEAR_UNROLL _Pragma("unroll")
#else
#    define LINEAR_UNROLL
#endif

/* Where the first column of a row lies, and its target. */
OB_DEVFN ob_u64 linear_at(ob_u64 row, ob_u64 cols, ob_u64 ld)
{
    return row / OB_CHUNK * cols * ld + row % OB_CHUNK;
}

OB_DEVFN ob_u64 linear_y_at(ob_u64 row, ob_u64 ld)
{
    return row / OB_CHUNK * ld + row % OB_CHUNK;
}

OB_DEVFN ob_u64 linear_rows(OB_GLOBAL const ob_u64 *now, ob_u64 rows, ob_u32 flags)
{
    return flags & OB_LINEAR_BATCH ? now[OB_NOW_ROWS] : rows;
}

OB_DEVFN real linear_score(OB_GLOBAL const real *x, ob_u64 at, ob_u64 ld,
                           OB_GLOBAL const real *theta, ob_u64 cols, real y)
{
    real z = OB_LOSS_RESIDUAL ? -y : R(0.0);
    for (ob_u64 j = 0; j < cols; j++)
        z = z + theta[j] * x[at + j * ld];
    return z;
}

/* What one row is counted as: below 2^16 its clamped logarithm, above it whether it is on
 * the right side. A chunk has no more than 2^11 of each. */
OB_DEVFN ob_u32 linear_count(real z, real y)
{
    ob_u32 right = (z > R(0.0)) == (y > R(0.5));
    return OB_LOSS_CLASSES ? (ob_u32)LINEAR_CLAMPED(z, y) | right << 16 : 0;
}

/* The target that the loss sees where its score begins at -y. */
OB_DEVFN real linear_target(real y)
{
    return OB_LOSS_RESIDUAL ? R(0.0) : y;
}

/* Sum j over all rows is known: column j of the gradient, or behind them the loss. */
OB_DEVFN void linear_store(OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                           OB_GLOBAL double *out, ob_u64 out_at, ob_u64 j, ob_u64 cols,
                           real sum, ob_u64 rows, ob_u32 flags)
{
    real scale = flags & OB_LINEAR_MEAN ? (real)(1.0 / (double)rows) : R(1.0);
    if (now[OB_NOW_HALTED] != 0)
        return;
    if (j < cols)
        grad[j] = sum * scale;
    else
        out[out_at + OB_PLACED_LOSS] = (double)(sum * scale);
}

/* The counts behind the loss, by lane 0. */
OB_DEVFN void linear_store_counts(OB_GLOBAL const ob_u64 *now, OB_GLOBAL double *out,
                                  ob_u64 out_at, ob_u64 clamped, ob_u64 right)
{
    if (now[OB_NOW_HALTED] != 0)
        return;
    out[out_at + OB_PLACED_CLAMPED] = (double)clamped;
    out[out_at + OB_PLACED_CORRECT] = OB_LOSS_CLASSES ? (double)right : -1.0;
}

/* Where row i of those of the evaluation lies. */
OB_DEVFN ob_u64 linear_row(OB_GLOBAL const ob_u32 *table, OB_GLOBAL const ob_u64 *now,
                           ob_u64 i, ob_u32 flags)
{
    return flags & OB_LINEAR_BATCH ? table[now[OB_NOW_ROW_AT] + i] : i;
}

/*
 * Everything in one group: rows <= OB_CHUNK, those of a batch by the table. `cols` sums
 * of columns and that of the losses behind them, LINEAR_TILE at a time. s has room for
 * LINEAR_TILE times OB_LANES, slope for OB_CHUNK, count for OB_LANES. What is stored may
 * be read behind the next barrier.
 */
OB_DEVFN void linear_solo(OB_LOCAL real *s, OB_LOCAL real *slope, OB_LOCAL ob_u32 *count,
                          OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                          OB_GLOBAL const real *theta, OB_GLOBAL const ob_u32 *table,
                          OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                          OB_GLOBAL double *out, ob_u64 out_at, ob_u64 rows, ob_u64 cols,
                          ob_u64 ld, ob_u32 flags)
{
    const ob_u64 n = linear_rows(now, rows, flags);
    real value = R(0.0);
    ob_u32 counted = 0;
    for (ob_u64 i = OB_LANE; i < n; i += OB_LANES) {
        ob_u64 row = linear_row(table, now, i, flags);
        real yi = y[linear_y_at(row, ld)], t = linear_target(yi);
        real z = linear_score(x, linear_at(row, cols, ld), ld, theta, cols, yi);
        value = value + LINEAR_VALUE(z, t);
        slope[i] = LINEAR_SLOPE(z, t);
        counted += linear_count(z, yi);
    }
    count[OB_LANE] = counted;
    for (ob_u64 first = flags & OB_LINEAR_GRAD ? 0 : cols; first <= cols;
         first += LINEAR_TILE) {
        ob_u32 few = cols + 1 - first < LINEAR_TILE ? (ob_u32)(cols + 1 - first)
                                                    : (ob_u32)LINEAR_TILE;
        for (ob_u32 k = 0; k < few; k++) {
            real sum = first + k < cols ? R(0.0) : value;
            for (ob_u64 i = OB_LANE; i < n && first + k < cols; i += OB_LANES) {
                ob_u64 at = linear_at(linear_row(table, now, i, flags), cols, ld);
                sum = sum + slope[i] * x[at + (first + k) * ld];
            }
            s[k * OB_LANES + OB_LANE] = sum;
        }
        ob_fold_lanes(s, few);
        if (OB_LANE < few)
            linear_store(now, grad, out, out_at, first + OB_LANE, cols,
                         s[OB_LANE * OB_LANES], n, flags);
        OB_BARRIER();
    }
    if (OB_LOSS_CLASSES)
        ob_fold_count(count);
    if (OB_LANE == 0)
        linear_store_counts(now, out, out_at, count[0] & 0xffffu, count[0] >> 16);
}

/* In the loop of kernels/persist.h, over all rows. */
#define SOLO_PARAMS                                                                      \
    OB_GLOBAL const real *solo_x, OB_GLOBAL const real *solo_y, ob_u64 solo_rows,        \
        ob_u64 solo_cols, ob_u64 solo_ld, ob_u32 solo_flags
#define SOLO_LOCAL                                                                       \
    OB_LOCAL_ARRAY(real, solo_s, LINEAR_TILE *OB_LANES);                                 \
    OB_LOCAL_ARRAY(real, solo_slope, OB_CHUNK);                                          \
    OB_LOCAL_ARRAY(ob_u32, solo_count, OB_LANES);
#define SOLO_EVAL(theta, grad, now, out)                                                 \
    linear_solo(solo_s, solo_slope, solo_count, solo_x, solo_y, theta,                   \
                (OB_GLOBAL const ob_u32 *)0, now, grad, out, 0, solo_rows, solo_cols,    \
                solo_ld, solo_flags)

#endif
