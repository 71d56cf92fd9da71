/*
 * Linear models on a device: loss and gradient over a matrix that lies in chunks, column
 * by column (num/design.h), with the additions of num/kernels.h. Built with
 *
 *   OB_LOSS           a loss of formulas.h: squared, bce_logits, ...
 *   OB_LOSS_RESIDUAL  1: its scores begin at -y, and the target is 0
 *   OB_LOSS_CLASSES   1: rows on the right side are counted, and clamped logarithms
 *
 * There are three ways, which differ in what they cost: linear_one makes everything of a
 * chunk of few numbers in one launch; linear_scores, linear_columns and linear_total
 * spread few chunks, or many columns, over the whole device; linear_fused.h reads the
 * matrix once.
 *
 * The number of rows is an argument, or that of the batch in `now`.
 */
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
    return (ob_u32)LINEAR_CLAMPED(z, y) | right << 16;
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
        out[out_at] = (double)(sum * scale);
}

/* The counts behind the loss, by lane 0. */
OB_DEVFN void linear_store_counts(OB_GLOBAL const ob_u64 *now, OB_GLOBAL double *out,
                                  ob_u64 out_at, ob_u64 clamped, ob_u64 right)
{
    if (now[OB_NOW_HALTED] != 0)
        return;
    out[out_at + 1] = (double)clamped;
    out[out_at + 2] = OB_LOSS_CLASSES ? (double)right : -1.0;
}

/*
 * Everything in one group: rows <= OB_CHUNK, those of a batch by the table. `cols` sums
 * of columns and that of the losses behind them, LINEAR_TILE at a time.
 */
OB_KERNEL void linear_one(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                          OB_GLOBAL const real *theta, OB_GLOBAL const ob_u32 *table,
                          OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                          OB_GLOBAL double *out, ob_u64 out_at, ob_u64 rows, ob_u64 cols,
                          ob_u64 ld, ob_u32 flags)
{
    OB_LOCAL_ARRAY(real, s, LINEAR_TILE * OB_LANES);
    OB_LOCAL_ARRAY(ob_u32, count, OB_LANES);
    const ob_u64 n = linear_rows(now, rows, flags);
    real slope[LINEAR_ROWS], value = R(0.0);
    ob_u64 at[LINEAR_ROWS];
    ob_u32 counted = 0;
    LINEAR_UNROLL
    for (ob_u32 r = 0; r < LINEAR_ROWS; r++) {
        ob_u64 i = r * OB_LANES + OB_LANE;
        at[r] = 0;
        slope[r] = R(0.0);
        if (i < n) {
            ob_u64 row = flags & OB_LINEAR_BATCH ? table[now[OB_NOW_ROW_AT] + i] : i;
            real yi = y[linear_y_at(row, ld)], t = linear_target(yi);
            at[r] = linear_at(row, cols, ld);
            real z = linear_score(x, at[r], ld, theta, cols, yi);
            value = value + LINEAR_VALUE(z, t);
            slope[r] = LINEAR_SLOPE(z, t);
            counted += linear_count(z, yi);
        }
    }
    count[OB_LANE] = counted;
    for (ob_u64 first = flags & OB_LINEAR_GRAD ? 0 : cols; first <= cols;
         first += LINEAR_TILE) {
        ob_u32 few = cols + 1 - first < LINEAR_TILE ? (ob_u32)(cols + 1 - first)
                                                    : (ob_u32)LINEAR_TILE;
        for (ob_u32 k = 0; k < few; k++) {
            real sum = first + k < cols ? R(0.0) : value;
            LINEAR_UNROLL
            for (ob_u32 r = 0; r < LINEAR_ROWS; r++)
                if (first + k < cols && r * OB_LANES + OB_LANE < n)
                    sum = sum + slope[r] * x[at[r] + (first + k) * ld];
            s[k * OB_LANES + OB_LANE] = sum;
        }
        ob_fold_lanes(s, few);
        if (OB_LANE < few)
            linear_store(now, grad, out, out_at, first + OB_LANE, cols,
                         s[OB_LANE * OB_LANES], n, flags);
        OB_BARRIER();
    }
    ob_fold_count(count);
    if (OB_LANE == 0)
        linear_store_counts(now, out, out_at, count[0] & 0xffffu, count[0] >> 16);
}

/*
 * The rows of a batch become a matrix of their own, in their order: group g takes column
 * g mod (cols + 1), behind the columns the target, of the rows g / (cols + 1) * OB_LANES
 * and on. `to_ld` is the distance of columns there.
 */
OB_KERNEL void linear_gather(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                             OB_GLOBAL const ob_u32 *table, OB_GLOBAL const ob_u64 *now,
                             OB_GLOBAL real *to_x, OB_GLOBAL real *to_y, ob_u64 cols,
                             ob_u64 ld, ob_u64 to_ld)
{
    ob_u64 j = OB_GROUP % (cols + 1);
    ob_u64 i = OB_GROUP / (cols + 1) * OB_LANES + OB_LANE;
    if (i < now[OB_NOW_ROWS]) {
        ob_u64 row = table[now[OB_NOW_ROW_AT] + i];
        if (j < cols)
            to_x[linear_at(i, cols, to_ld) + j * to_ld] =
                x[linear_at(row, cols, ld) + j * ld];
        else
            to_y[linear_y_at(i, to_ld)] = y[linear_y_at(row, ld)];
    }
}

/*
 * Slopes and losses of OB_LANES rows in each group, and what they count as: row i of the
 * matrix at slope[i] and value[i], group g at count[g].
 */
OB_KERNEL void linear_scores(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                             OB_GLOBAL const real *theta, OB_GLOBAL const ob_u64 *now,
                             OB_GLOBAL real *slope, OB_GLOBAL real *value,
                             OB_GLOBAL ob_u32 *count, ob_u64 rows, ob_u64 cols, ob_u64 ld,
                             ob_u32 flags)
{
    OB_LOCAL_ARRAY(ob_u32, counted, OB_LANES);
    ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;
    counted[OB_LANE] = 0;
    if (i < linear_rows(now, rows, flags)) {
        real yi = y[linear_y_at(i, ld)], t = linear_target(yi);
        real z = linear_score(x, linear_at(i, cols, ld), ld, theta, cols, yi);
        slope[i] = LINEAR_SLOPE(z, t);
        value[i] = LINEAR_VALUE(z, t);
        counted[OB_LANE] = linear_count(z, yi);
    }
    ob_fold_count(counted);
    if (OB_LANE == 0)
        count[OB_GROUP] = counted[0];
}

/*
 * Sums over one chunk of LINEAR_TILE columns, or fewer, in each group: group g takes
 * chunk g / tiles and the tile g mod tiles of the sums from `from` on. Sum j of chunk c
 * goes to part[j * chunks + c].
 */
OB_KERNEL void linear_columns(OB_GLOBAL const real *x, OB_GLOBAL const ob_u64 *now,
                              OB_GLOBAL const real *slope, OB_GLOBAL const real *value,
                              OB_GLOBAL real *part, ob_u64 rows, ob_u64 cols, ob_u64 ld,
                              ob_u64 chunks, ob_u64 tiles, ob_u64 from, ob_u32 flags)
{
    OB_LOCAL_ARRAY(real, s, LINEAR_TILE * OB_LANES);
    const ob_u64 n = linear_rows(now, rows, flags), chunk = OB_GROUP / tiles;
    const ob_u64 first = from + OB_GROUP % tiles * LINEAR_TILE;
    const ob_u32 few =
        cols + 1 - first < LINEAR_TILE ? (ob_u32)(cols + 1 - first) : (ob_u32)LINEAR_TILE;
    const ob_u64 left = n > chunk * OB_CHUNK ? n - chunk * OB_CHUNK : 0;
    real d[LINEAR_ROWS];
    LINEAR_UNROLL
    for (ob_u32 r = 0; r < LINEAR_ROWS; r++)
        d[r] = r * OB_LANES + OB_LANE < left
                   ? slope[chunk * OB_CHUNK + r * OB_LANES + OB_LANE]
                   : R(0.0);
    for (ob_u32 k = 0; k < few; k++) {
        ob_u64 j = first + k, at = (chunk * cols + j) * ld + OB_LANE;
        real sum = R(0.0);
        LINEAR_UNROLL
        for (ob_u32 r = 0; r < LINEAR_ROWS; r++)
            if (r * OB_LANES + OB_LANE < left)
                sum = sum + (j < cols ? d[r] * x[at + r * OB_LANES]
                                      : value[chunk * OB_CHUNK + r * OB_LANES + OB_LANE]);
        s[k * OB_LANES + OB_LANE] = sum;
    }
    ob_fold_lanes(s, few);
    if (OB_LANE < few)
        part[(first + OB_LANE) * chunks + chunk] = s[OB_LANE * OB_LANES];
}

/*
 * The chunks of sum `from` + g become one in group g: column j of the gradient, or
 * behind the columns the loss and the counts. `counts` is how many of these a chunk has.
 */
OB_KERNEL void linear_total(OB_GLOBAL const real *part, OB_GLOBAL const ob_u32 *count,
                            OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                            OB_GLOBAL double *out, ob_u64 out_at, ob_u64 rows,
                            ob_u64 cols, ob_u64 chunks, ob_u64 counts, ob_u64 from,
                            ob_u32 flags)
{
    OB_LOCAL_ARRAY(real, s, OB_LANES);
    OB_LOCAL_ARRAY(ob_u32, clamped, OB_LANES);
    OB_LOCAL_ARRAY(ob_u32, right, OB_LANES);
    const ob_u64 n = linear_rows(now, rows, flags), j = from + OB_GROUP;
    const ob_u64 present = (n + OB_CHUNK - 1) / OB_CHUNK;
    real sum = R(0.0);
    ob_u32 low = 0, high = 0;
    for (ob_u64 c = OB_LANE; c < present; c += OB_LANES)
        sum = sum + part[j * chunks + c];
    s[OB_LANE] = sum;
    ob_fold_lanes(s, 1);
    if (OB_LANE == 0)
        linear_store(now, grad, out, out_at, j, cols, s[0], n, flags);
    for (ob_u64 c = OB_LANE; j == cols && c < present * counts; c += OB_LANES) {
        low += count[c] & 0xffffu;
        high += count[c] >> 16;
    }
    clamped[OB_LANE] = low;
    right[OB_LANE] = high;
    ob_fold_count(clamped);
    ob_fold_count(right);
    if (OB_LANE == 0 && j == cols)
        linear_store_counts(now, out, out_at, clamped[0], right[0]);
}
