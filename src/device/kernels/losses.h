/*
 * The losses of the last layer, one work-item a row, and what their sums come to: the
 * counterpart of num/losses_body.h and num/block_loss.c, with their bits.
 */
#include "kernels/layers.h"
#include "optbench/device/network.h"
#include "optbench/num/formulas.h"

/* 1 / rows of the evaluation. */
OB_DEVFN real net_scale(OB_GLOBAL const ob_u64 *now, ob_u64 all)
{
    return (real)(1 / (double)(all ? all : now[OB_NOW_ROWS]));
}

/* ---- cross entropy ---- */

/* The largest score and the first unit that has it; what is no number loses against
 * everything. */
OB_DEVFN ob_u64 net_best(OB_GLOBAL const real *z, ob_u64 at, ob_u64 ld, ob_u64 units,
                         real *most)
{
    ob_u64 unit = 0;
    *most = z[at];
    for (ob_u64 k = 1; k < units; k++) {
        const real v = z[at + k * ld];
        const int more = (v > *most) | ((*most != *most) & (v == v));
        unit = more ? k : unit;
        *most = more ? v : *most;
    }
    return unit;
}

/* The loss of the scores at `at`, which become scale times its gradient. */
OB_DEVFN real net_entropy_of(OB_GLOBAL real *z, ob_u64 at, ob_u64 ld, ob_u64 units,
                             real y, OB_GLOBAL const double *facts, ob_i32 grad,
                             real scale, ob_u32 *correct)
{
    const real on = (real)facts[OB_NET_ON], off = (real)facts[OB_NET_OFF];
    const real keep = (real)facts[OB_NET_KEEP];
    real most, total = R(0.0), label = R(0.0), all = R(0.0);
    *correct = (real)net_best(z, at, ld, units, &most) == y;
    for (ob_u64 k = 0; k < units; k++) {
        const real d = z[at + k * ld] - most, e = OB_FN(ob_exp)(d);
        total = total + e;
        label = OB_FN(ob_pick)(y == (real)k, d, label);
        all = all + d;
        if (grad)
            z[at + k * ld] = e;
    }
    for (ob_u64 k = 0; grad && k < units; k++) {
        const real target = OB_FN(ob_pick)(y == (real)k, on, off);
        z[at + k * ld] = (z[at + k * ld] / total - target) * scale;
    }
    return (OB_FN(ob_log)(total) - keep * label) -
           OB_FN(ob_pick)(off == R(0.0), R(0.0), off * all);
}

/* ---- losses of one score ---- */

/* The numbers are those of enum ob_block_loss. */
OB_DEVFN real net_score_value(ob_i32 loss, real z, real y, real delta)
{
    switch (loss) {
    case 1:
        return OB_FN(ob_bce_logits)(z, y);
    case 2:
        return OB_FN(ob_squared)(z, y);
    case 3:
        return OB_FN(ob_half_squared)(z, y);
    default:
        return OB_FN(ob_huber)(z, y, delta);
    }
}

OB_DEVFN real net_score_slope(ob_i32 loss, real z, real y, real delta)
{
    switch (loss) {
    case 1:
        return OB_FN(ob_bce_logits_d1)(z, y);
    case 2:
        return OB_FN(ob_squared_d1)(z, y);
    case 3:
        return OB_FN(ob_half_squared_d1)(z, y);
    default:
        return OB_FN(ob_huber_d1)(z, y, delta);
    }
}

OB_DEVFN real net_score_of(ob_i32 loss, OB_GLOBAL real *z, ob_u64 at, real y,
                           OB_GLOBAL const double *facts, ob_i32 grad, real scale,
                           ob_u32 *correct)
{
    const real score = z[at], delta = (real)facts[OB_NET_DELTA];
    *correct = loss == 1 && (score > R(0.0)) == (y > R(0.5));
    if (grad)
        z[at] = net_score_slope(loss, score, y, delta) * scale;
    return net_score_value(loss, score, y, delta);
}

/* ---- all rows ---- */

/*
 * The loss of row i, value[value_at + i], and hit[value_at + i] (1: classified rightly)
 * from its `units` scores at out_at; y from y_at on. With `grad` the scores become 1 /
 * rows of the gradient by the sums of the last layer, whose activation is f; zeros behind
 * the last row.
 */
OB_KERNEL void net_loss(ob_i32 loss, OB_GLOBAL real *room, ob_u64 out_at, ob_u64 kept_at,
                        ob_u64 ld, ob_u64 units, ob_i32 f, OB_GLOBAL const real *y,
                        ob_u64 y_at, OB_GLOBAL const double *facts, ob_i32 grad,
                        OB_GLOBAL real *value, OB_GLOBAL ob_u32 *hit, ob_u64 value_at,
                        OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                        ob_u64 span)
{
    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE, at = out_at + i;
    const ob_u64 n = net_rows(now, all, first, span);
    const real scale = net_scale(now, all);
    ob_u32 correct = 0;
    if (i >= span)
        return;
    if (i >= n) {
        for (ob_u64 k = 0; grad && k < units; k++)
            room[at + k * ld] = R(0.0);
        return;
    }
    value[value_at + i] = loss == 0 ? net_entropy_of(room, at, ld, units, y[y_at + i],
                                                     facts, grad, scale, &correct)
                                    : net_score_of(loss, room, at, y[y_at + i], facts,
                                                   grad, scale, &correct);
    hit[value_at + i] = correct;
    for (ob_u64 k = 0; grad && f && k < units; k++)
        room[at + k * ld] = room[at + k * ld] * net_slope(f, room[kept_at + k * ld + i]);
}

/*
 * One group: the sum of the losses of a wave, by the tree of kernels.h over each block
 * and over the blocks, and of the rows that were classified rightly, onto those of the
 * waves before in tally[2]. Behind the last wave they become what model/placed.h wants of
 * out; without `counts` nothing was counted.
 */
OB_KERNEL void net_tally(OB_GLOBAL const real *value, OB_GLOBAL const ob_u32 *hit,
                         OB_GLOBAL double *tally, OB_GLOBAL double *out, ob_u64 out_at,
                         ob_i32 counts, ob_i32 last, OB_GLOBAL const ob_u64 *now,
                         ob_u64 all, ob_u64 first, ob_u64 span)
{
    OB_LOCAL_ARRAY(real, lane, NET_WAVE_BLOCKS * OB_LANES);
    OB_LOCAL_ARRAY(ob_u32, hits, OB_LANES);
    const ob_u64 n = net_rows(now, all, first, span);
    const ob_u32 blocks = (ob_u32)((n + OB_CHUNK - 1) / OB_CHUNK);
    ob_u32 h = 0;
    for (ob_u32 b = 0; b < NET_WAVE_BLOCKS; b++) {
        const ob_u64 from = (ob_u64)b * OB_CHUNK;
        real s = R(0.0);
        for (ob_u64 i = from + OB_LANE; i < from + OB_CHUNK && i < n; i += OB_LANES) {
            s = s + value[i];
            h += hit[i];
        }
        lane[b * OB_LANES + OB_LANE] = s;
    }
    hits[OB_LANE] = h;
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w) {
            for (ob_u32 b = 0; b < blocks; b++)
                lane[b * OB_LANES + OB_LANE] =
                    lane[b * OB_LANES + OB_LANE] + lane[b * OB_LANES + OB_LANE + w];
            hits[OB_LANE] += hits[OB_LANE + w];
        }
        OB_BARRIER();
    }
    if (OB_LANE > 0 || now[OB_NOW_HALTED])
        return;
    for (ob_u32 w = NET_WAVE_BLOCKS / 2; w > 0; w /= 2)
        for (ob_u32 b = 0; b < w; b++)
            lane[b * OB_LANES] = lane[b * OB_LANES] + lane[(b + w) * OB_LANES];
    const real loss = first ? (real)tally[0] + lane[0] : R(0.0) + lane[0];
    const double correct = first ? tally[1] + (double)hits[0] : (double)hits[0];
    tally[0] = (double)loss;
    tally[1] = correct;
    if (!last)
        return;
    out[out_at + OB_PLACED_LOSS] =
        (double)(real)((double)loss / (double)(all ? all : now[OB_NOW_ROWS]));
    out[out_at + OB_PLACED_CLAMPED] = 0;
    out[out_at + OB_PLACED_CORRECT] = counts ? correct : -1;
}
