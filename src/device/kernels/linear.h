/*
 * Linear models on a device: loss and gradient over a matrix that lies in chunks, column
 * by column (num/design.h), with the additions of num/kernels.h. What the text is built
 * with is said in linear_solo.h.
 *
 * There are three ways, which differ in what they cost: linear_one makes everything of a
 * chunk of few numbers in one launch; linear_scores, linear_columns and linear_total
 * spread few chunks, or many columns, over the whole device; linear_fused.h reads the
 * matrix once.
 *
 * The number of rows is an argument, or that of the batch in `now`.
 */
#include "kernels/linear_solo.h"

/* rows <= OB_CHUNK. */
OB_KERNEL void linear_one(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                          OB_GLOBAL const real *theta, OB_GLOBAL const ob_u32 *table,
                          OB_GLOBAL const ob_u64 *now, OB_GLOBAL real *grad,
                          OB_GLOBAL double *out, ob_u64 out_at, ob_u64 rows, ob_u64 cols,
                          ob_u64 ld, ob_u32 flags)
{
    OB_LOCAL_ARRAY(real, s, LINEAR_TILE * OB_LANES);
    OB_LOCAL_ARRAY(real, slope, OB_CHUNK);
    OB_LOCAL_ARRAY(ob_u32, count, OB_LANES);
    linear_solo(s, slope, count, x, y, theta, table, now, grad, out, out_at, rows, cols,
                ld, flags);
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
 * goes to part[j * chunks + c]; that of the only chunk to where it belongs, with the
 * counts of its blocks.
 */
OB_KERNEL void linear_columns(OB_GLOBAL const real *x, OB_GLOBAL const ob_u64 *now,
                              OB_GLOBAL const real *slope, OB_GLOBAL const real *value,
                              OB_GLOBAL const ob_u32 *count, OB_GLOBAL real *part,
                              OB_GLOBAL real *grad, OB_GLOBAL double *out, ob_u64 out_at,
                              ob_u64 rows, ob_u64 cols, ob_u64 ld, ob_u64 chunks,
                              ob_u64 tiles, ob_u64 from, ob_u32 flags)
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
    if (OB_LANE < few && chunks > 1)
        part[(first + OB_LANE) * chunks + chunk] = s[OB_LANE * OB_LANES];
    else if (OB_LANE < few)
        linear_store(now, grad, out, out_at, first + OB_LANE, cols, s[OB_LANE * OB_LANES],
                     n, flags);
    if (OB_LANE == 0 && chunks == 1 && first + few > cols) {
        ob_u32 low = 0, high = 0;
        for (ob_u64 b = 0; b * OB_LANES < n; b++) {
            low += count[b] & 0xffffu;
            high += count[b] >> 16;
        }
        linear_store_counts(now, out, out_at, low, high);
    }
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

/* The scores of all rows, for metrics: z[i], added up from 0 whatever the loss is. */
OB_KERNEL void linear_predict(OB_GLOBAL const real *x, OB_GLOBAL const real *theta,
                              OB_GLOBAL real *to, ob_u64 rows, ob_u64 cols, ob_u64 ld)
{
    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;
    if (i < rows) {
        const ob_u64 at = linear_at(i, cols, ld);
        real z = R(0.0);
        for (ob_u64 j = 0; j < cols; j++)
            z = z + theta[j] * x[at + j * ld];
        to[i] = z;
    }
}
