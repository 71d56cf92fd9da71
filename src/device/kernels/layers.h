/*
 * One layer of a network forward and back over a wave of rows: products with what follows
 * them element by element, the gradients of weights and biases, and the rows of a
 * mini-batch. The counterpart of num/layer_ops.h and model/network_pass.c, with their
 * bits.
 *
 * A wave is the rows [first, first + span) of an evaluation, of which there are as many
 * as `all` says, or now[OB_NOW_ROWS] where it is 0 (a mini-batch). Activations lie unit
 * by unit in `room`: unit u of row i of the wave at `at + u * ld + i`.
 */
#include "kernels/matmul.h"
#include "optbench/device/step.h"
#include "optbench/num/activation.h"

/* ---- rows ---- */

/* None where nothing may change any more. */
OB_DEVFN ob_u64 net_rows(OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                         ob_u64 span)
{
    ob_u64 n = all ? all : now[OB_NOW_ROWS];
    if (n <= first || now[OB_NOW_HALTED])
        return 0;
    return n - first < span ? n - first : span;
}

/* The rows of the table become columns of xb (features from ldx to ldb apart) or, with
 * ldx = 0, rows of it; behind the last are zeros, up to `cap`. */
OB_KERNEL void net_gather(OB_GLOBAL const real *x, OB_GLOBAL const real *y,
                          OB_GLOBAL real *xb, OB_GLOBAL real *yb,
                          OB_GLOBAL const ob_u32 *rows, OB_GLOBAL const ob_u64 *now,
                          ob_u64 features, ob_u64 ldx, ob_u64 ldb, ob_u64 cap)
{
    const ob_u64 e = OB_GROUP * OB_LANES + OB_LANE;
    const ob_u64 n = now[OB_NOW_ROWS], at = now[OB_NOW_ROW_AT];
    const ob_u64 i = ldx ? e % cap : e / features, j = ldx ? e / cap : e % features;
    if (e >= features * cap)
        return;
    const ob_u64 row = i < n ? rows[at + i] : 0;
    const real v = i < n ? x[ldx ? j * ldx + row : row * features + j] : R(0.0);
    xb[ldx ? j * ldb + i : e] = v;
    if (j == 0)
        yb[i] = i < n ? y[row] : R(0.0);
}

/* ---- activations ---- */

/* The numbers are those of enum ob_activation. */
OB_DEVFN real net_value(ob_i32 f, real z)
{
    switch (f) {
    case 1:
        return OB_FN(ob_act_relu)(z);
    case 2:
        return OB_FN(ob_act_leaky_relu)(z);
    case 3:
        return OB_FN(ob_act_elu)(z);
    case 4:
        return OB_FN(ob_act_gelu)(z);
    case 5:
        return OB_FN(ob_act_gelu_tanh)(z);
    case 6:
        return OB_FN(ob_act_silu)(z);
    case 7:
        return OB_FN(ob_act_sigmoid)(z);
    case 8:
        return OB_FN(ob_act_tanh)(z);
    case 9:
        return OB_FN(ob_act_softplus)(z);
    default:
        return z;
    }
}

OB_DEVFN real net_slope(ob_i32 f, real kept)
{
    switch (f) {
    case 1:
        return OB_FN(ob_act_relu_d1)(kept);
    case 2:
        return OB_FN(ob_act_leaky_relu_d1)(kept);
    case 3:
        return OB_FN(ob_act_elu_d1)(kept);
    case 4:
        return OB_FN(ob_act_gelu_d1)(kept);
    case 5:
        return OB_FN(ob_act_gelu_tanh_d1)(kept);
    case 6:
        return OB_FN(ob_act_silu_d1)(kept);
    case 7:
        return OB_FN(ob_act_sigmoid_d1)(kept);
    case 8:
        return OB_FN(ob_act_tanh_d1)(kept);
    case 9:
        return OB_FN(ob_act_softplus_d1)(kept);
    default:
        return R(1.0);
    }
}

/* ---- dropout ---- */

/* Word `word` of Philox4x32-10 (base/rng.h). */
OB_DEVFN ob_u32 net_philox(ob_u64 seed, ob_u32 c0, ob_u32 c1, ob_u32 c2, ob_u32 c3,
                           ob_u32 word)
{
    ob_u32 k0 = (ob_u32)seed, k1 = (ob_u32)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const ob_u32 p = 0xD2511F53u * c0, q = 0xCD9E8D57u * c2;
        const ob_u32 high = OB_MULHI(0xD2511F53u, c0);
        c0 = OB_MULHI(0xCD9E8D57u, c2) ^ c1 ^ k0;
        c2 = high ^ c3 ^ k1;
        c1 = q;
        c3 = p;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return word == 0 ? c0 : word == 1 ? c1 : word == 2 ? c2 : c3;
}

/* v of a unit and a row of the evaluation behind the dropout of a layer, whose words
 * below `least` drop. */
OB_DEVFN real net_dropped(real v, ob_u64 seed, ob_u64 step, ob_u32 layer, ob_u32 least,
                          real scale, ob_u64 unit, ob_u64 row)
{
    ob_u32 word =
        net_philox(seed, (ob_u32)(row / 4), (ob_u32)unit, (ob_u32)step,
                   0x80000000u | layer << 16 | (ob_u32)(step >> 32), (ob_u32)(row % 4));
    return word >= least ? v * scale : R(0.0);
}

/*
 * What a layer makes of its sums, as arguments of a kernel: its activation f; where its
 * bias stands in theta (OB_NET_NONE: no bias); where what the derivative reads is kept
 * and where what goes on is put (the same place: one number serves both; `kept` says that
 * it is the output); and its dropout, `least` 0 being none, with the factor of what is
 * kept in facts[fact].
 */
#define OB_NET_NONE (~(ob_u64)0)

#define NET_LAYER_ARGS                                                                   \
    ob_i32 f, ob_i32 keeps_output, ob_u64 bias, ob_u64 kept_at, ob_u64 out_at,           \
        OB_GLOBAL const double *facts, ob_u64 fact, ob_u64 seed, ob_u32 layer,           \
        ob_u32 least

/* The sum z of a unit and a row. */
OB_DEVFN void net_enter(real z, ob_u64 unit, ob_u64 i, ob_u64 ld, ob_u64 row,
                        OB_GLOBAL const real *theta, OB_GLOBAL real *room,
                        OB_GLOBAL const ob_u64 *now, NET_LAYER_ARGS)
{
    const real x = bias == OB_NET_NONE ? z : z + theta[bias + unit];
    const real h = net_value(f, x);
    real out = h;
    if (least && now[OB_NOW_TRAIN])
        out = net_dropped(h, seed, now[OB_NOW_STEP], layer, least, (real)facts[fact],
                          unit, row);
    room[kept_at + unit * ld + i] = keeps_output ? h : x;
    if (out_at != kept_at)
        room[out_at + unit * ld + i] = out;
}

/* The gradient g by what goes on becomes that by the sums. */
OB_DEVFN real net_leave(real g, ob_u64 unit, ob_u64 i, ob_u64 ld, ob_u64 row,
                        OB_GLOBAL const real *room, OB_GLOBAL const ob_u64 *now,
                        NET_LAYER_ARGS)
{
    (void)keeps_output, (void)bias, (void)out_at;
    if (least && now[OB_NOW_TRAIN])
        g = net_dropped(g, seed, now[OB_NOW_STEP], layer, least, (real)facts[fact], unit,
                        row);
    return f ? g * net_slope(f, room[kept_at + unit * ld + i]) : g;
}

#define NET_LAYER f, keeps_output, bias, kept_at, out_at, facts, fact, seed, layer, least

/* ---- forward ---- */

/* The outputs of a layer of m units with k inputs, which stand unit by unit in `in`. One
 * text for both sizes of tiles. */
#define NET_FORWARD(name, across, patch)                                                 \
    OB_KERNEL void name(OB_GLOBAL const real *theta, ob_u64 weight,                      \
                        OB_GLOBAL const real *in, ob_u64 in_at, ob_u64 ld_in,            \
                        OB_GLOBAL real *room, ob_u64 ld, ob_u64 m, ob_u64 k,             \
                        OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,           \
                        ob_u64 span, NET_LAYER_ARGS)                                     \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, as, NET_SLICE + NET_PAD);                                   \
        OB_LOCAL_ARRAY(real, bs, NET_SLICE);                                             \
        const ob_u64 n = net_rows(now, all, first, span);                                \
        const ob_u64 tiles =                                                             \
            (m + NET_ROWS(across, patch) - 1) / NET_ROWS(across, patch);                 \
        const ob_u64 i = OB_GROUP % tiles * NET_ROWS(across, patch);                     \
        const ob_u64 j = OB_GROUP / tiles * NET_COLS(across, patch);                     \
        real sum[NET_PATCHES];                                                           \
        for (ob_u32 e = 0; e < NET_PATCHES; e++)                                         \
            sum[e] = R(0.0);                                                             \
        OB_FN(net_plain)                                                                 \
        (theta, weight, k, 1, in, in_at, ld_in, i, j, m, n, k, across, patch, as, bs,    \
         sum);                                                                           \
        NET_ROLLED for (ob_u32 e = 0; e < (patch) * (patch); e++)                        \
        {                                                                                \
            const ob_u64 u = i + OB_LANE / (across) * (patch) + e / (patch);             \
            const ob_u64 v = j + OB_LANE % (across) + e % (patch) * (across);            \
            if (u < m && v < n)                                                          \
                net_enter(OB_FN(net_of_patch)(sum, e, patch), u, v, ld, first + v,       \
                          theta, room, now, NET_LAYER);                                  \
        }                                                                                \
    }

NET_FORWARD(net_forward, 16, 4)
NET_FORWARD(net_forward_small, 32, 2)

/* The same where the inputs stand row by row. */
OB_KERNEL void net_forward_rows(OB_GLOBAL const real *theta, ob_u64 weight,
                                OB_GLOBAL const real *in, ob_u64 in_at, ob_u64 ld_in,
                                OB_GLOBAL real *room, ob_u64 ld, ob_u64 m, ob_u64 k,
                                OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                                ob_u64 span, NET_LAYER_ARGS)
{
    OB_LOCAL_ARRAY(real, lanes, NET_DOTS_ROOM);
    const ob_u64 n = net_rows(now, all, first, span);
    const ob_u64 tiles = (m + NET_DOTS - 1) / NET_DOTS;
    const ob_u64 i = OB_GROUP % tiles * NET_DOTS, j = OB_GROUP / tiles * NET_DOTS;
    const ob_u64 u = i + OB_LANE / NET_DOTS, v = j + OB_LANE % NET_DOTS;
    const real z =
        OB_FN(net_dots)(theta, weight, k, in, in_at, ld_in, i, j, m, n ? n : 1, k, lanes);
    if (u < m && v < n)
        net_enter(z, u, v, ld, first + v, theta, room, now, NET_LAYER);
}

/* Behind a product of the maker's, which has put the sums where `kept` is; zeros go on
 * behind the last row, for such products know no number of rows. */
OB_KERNEL void net_activate(OB_GLOBAL const real *theta, OB_GLOBAL real *room, ob_u64 ld,
                            ob_u64 m, OB_GLOBAL const ob_u64 *now, ob_u64 all,
                            ob_u64 first, ob_u64 span, NET_LAYER_ARGS)
{
    const ob_u64 n = net_rows(now, all, first, span);
    const ob_u64 u = OB_GROUP % m, v = OB_GROUP / m * OB_LANES + OB_LANE;
    if (v < n)
        net_enter(room[kept_at + u * ld + v], u, v, ld, first + v, theta, room, now,
                  NET_LAYER);
    else if (v < span)
        room[out_at + u * ld + v] = R(0.0);
}

/* ---- back ---- */

/* From the gradient by the sums of a layer of k units (at g_at) to that by the sums of
 * the layer below, which has m: the latter's place is to_at. */
#define NET_BACKWARD(name, across, patch)                                                \
    OB_KERNEL void name(OB_GLOBAL const real *theta, ob_u64 weight,                      \
                        OB_GLOBAL real *room, ob_u64 g_at, ob_u64 to_at, ob_u64 ld,      \
                        ob_u64 m, ob_u64 k, OB_GLOBAL const ob_u64 *now, ob_u64 all,     \
                        ob_u64 first, ob_u64 span, NET_LAYER_ARGS)                       \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, as, NET_SLICE + NET_PAD);                                   \
        OB_LOCAL_ARRAY(real, bs, NET_SLICE);                                             \
        const ob_u64 n = net_rows(now, all, first, span);                                \
        const ob_u64 tiles =                                                             \
            (m + NET_ROWS(across, patch) - 1) / NET_ROWS(across, patch);                 \
        const ob_u64 i = OB_GROUP % tiles * NET_ROWS(across, patch);                     \
        const ob_u64 j = OB_GROUP / tiles * NET_COLS(across, patch);                     \
        real sum[NET_PATCHES];                                                           \
        for (ob_u32 e = 0; e < NET_PATCHES; e++)                                         \
            sum[e] = R(0.0);                                                             \
        OB_FN(net_plain)                                                                 \
        (theta, weight, 1, m, room, g_at, ld, i, j, m, n, k, across, patch, as, bs,      \
         sum);                                                                           \
        NET_ROLLED for (ob_u32 e = 0; e < (patch) * (patch); e++)                        \
        {                                                                                \
            const ob_u64 u = i + OB_LANE / (across) * (patch) + e / (patch);             \
            const ob_u64 v = j + OB_LANE % (across) + e % (patch) * (across);            \
            if (u < m && v < n)                                                          \
                room[to_at + u * ld + v] =                                               \
                    net_leave(OB_FN(net_of_patch)(sum, e, patch), u, v, ld, first + v,   \
                              room, now, NET_LAYER);                                     \
        }                                                                                \
    }

NET_BACKWARD(net_backward, 16, 4)
NET_BACKWARD(net_backward_small, 32, 2)

/* Behind a product of the maker's, which has put it at to_at; zeros behind the last row.
 */
OB_KERNEL void net_deactivate(OB_GLOBAL real *room, ob_u64 to_at, ob_u64 ld, ob_u64 m,
                              OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                              ob_u64 span, NET_LAYER_ARGS)
{
    const ob_u64 n = net_rows(now, all, first, span);
    const ob_u64 u = OB_GROUP % m, v = OB_GROUP / m * OB_LANES + OB_LANE;
    if (v < span)
        room[to_at + u * ld + v] = v < n ? net_leave(room[to_at + u * ld + v], u, v, ld,
                                                     first + v, room, now, NET_LAYER)
                                         : R(0.0);
}

/* ---- gradients ---- */

/* Weights of m units with k inputs in the same wave: block b of OB_CHUNK rows gives
 * grad[at + b * stride + ...], or adds to it. */
OB_KERNEL void net_weights(OB_GLOBAL const real *room, ob_u64 g_at, ob_u64 ld,
                           OB_GLOBAL const real *in, ob_u64 in_at, ob_u64 ld_in, ob_u64 m,
                           ob_u64 k, OB_GLOBAL real *grad, ob_u64 at, ob_u64 stride,
                           ob_i32 add, OB_GLOBAL const ob_u64 *now, ob_u64 all,
                           ob_u64 first, ob_u64 span)
{
    OB_LOCAL_ARRAY(real, lanes, NET_DOTS_ROOM);
    const ob_u64 down = (m + NET_DOTS - 1) / NET_DOTS;
    const ob_u64 across = (k + NET_DOTS - 1) / NET_DOTS;
    const ob_u64 block = OB_GROUP / (down * across), tile = OB_GROUP % (down * across);
    const ob_u64 i = tile / across * NET_DOTS, j = tile % across * NET_DOTS;
    const ob_u64 from = block * OB_CHUNK, left = net_rows(now, all, first, span);
    const ob_u64 n = left <= from ? 0 : left - from < OB_CHUNK ? left - from : OB_CHUNK;
    const ob_u64 u = i + OB_LANE / NET_DOTS, v = j + OB_LANE % NET_DOTS;
    const real s = OB_FN(net_dots)(room, g_at + from, ld, in, in_at + from, ld_in, i, j,
                                   m, k, n, lanes);
    if (u < m && v < k && n) {
        const ob_u64 e = at + block * stride + u * k + v;
        grad[e] = add ? s + grad[e] : s;
    }
}

/* The same for inputs that stand row by row, of one block; the products are added to what
 * there is one after the other. */
OB_KERNEL void net_weights_rows(OB_GLOBAL const real *room, ob_u64 g_at, ob_u64 ld,
                                OB_GLOBAL const real *in, ob_u64 in_at, ob_u64 ld_in,
                                ob_u64 m, ob_u64 k, OB_GLOBAL real *grad, ob_u64 at,
                                ob_i32 add, OB_GLOBAL const ob_u64 *now, ob_u64 all,
                                ob_u64 first, ob_u64 span)
{
    OB_LOCAL_ARRAY(real, as, NET_SLICE + NET_PAD);
    OB_LOCAL_ARRAY(real, bs, NET_SLICE);
    const ob_u64 n = net_rows(now, all, first, span);
    const ob_u64 tiles = (m + NET_ROWS(16, NET_PATCH) - 1) / NET_ROWS(16, NET_PATCH);
    const ob_u64 i = OB_GROUP % tiles * NET_ROWS(16, NET_PATCH);
    const ob_u64 j = OB_GROUP / tiles * NET_COLS(16, NET_PATCH);
    const ob_u64 row = i + OB_LANE / 16 * NET_PATCH, col = j + OB_LANE % 16;
    real sum[NET_PATCHES];
    for (ob_u32 e = 0; e < NET_PATCHES; e++) {
        const ob_u64 u = row + e / NET_PATCH, v = col + e % NET_PATCH * 16;
        sum[e] = add && u < m && v < k ? grad[at + u * k + v] : R(0.0);
    }
    OB_FN(net_plain)
    (room, g_at, ld, 1, in, in_at, ld_in, i, j, m, k, n, 16, NET_PATCH, as, bs, sum);
    for (ob_u32 e = 0; e < NET_PATCHES; e++) {
        const ob_u64 u = row + e / NET_PATCH, v = col + e % NET_PATCH * 16;
        if (u < m && v < k && n)
            grad[at + u * k + v] = sum[e];
    }
}

/* The bias of unit OB_GROUP % m over block OB_GROUP / m. */
OB_KERNEL void net_bias(OB_GLOBAL const real *room, ob_u64 g_at, ob_u64 ld, ob_u64 m,
                        OB_GLOBAL real *grad, ob_u64 at, ob_u64 stride, ob_i32 add,
                        OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                        ob_u64 span)
{
    OB_LOCAL_ARRAY(real, lane, OB_LANES);
    const ob_u64 unit = OB_GROUP % m, block = OB_GROUP / m, from = block * OB_CHUNK;
    const ob_u64 left = net_rows(now, all, first, span);
    const ob_u64 end = left < from + OB_CHUNK ? left : from + OB_CHUNK;
    real s = R(0.0);
    for (ob_u64 i = from + OB_LANE; i < end; i += OB_LANES)
        s = s + room[g_at + unit * ld + i];
    lane[OB_LANE] = s;
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w)
            lane[OB_LANE] = lane[OB_LANE] + lane[OB_LANE + w];
        OB_BARRIER();
    }
    if (OB_LANE == 0 && from < left) {
        const ob_u64 e = at + block * stride + unit;
        grad[e] = add ? grad[e] + lane[0] : lane[0];
    }
}

/* The gradients [n] of the blocks of a wave, NET_WAVE at most, folded by the tree of
 * kernels.h; those of a later wave are added. */
enum { NET_WAVE_BLOCKS = 16 };

OB_KERNEL void net_fold(OB_GLOBAL const real *partial, ob_u64 n, OB_GLOBAL real *grad,
                        OB_GLOBAL const ob_u64 *now, ob_u64 all, ob_u64 first,
                        ob_u64 span)
{
    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;
    const ob_u64 blocks = (net_rows(now, all, first, span) + OB_CHUNK - 1) / OB_CHUNK;
    real s[NET_WAVE_BLOCKS];
    if (i >= n || blocks == 0)
        return;
    for (ob_u32 b = 0; b < NET_WAVE_BLOCKS; b++)
        s[b] = b < blocks ? R(0.0) + partial[b * n + i] : R(0.0);
    for (ob_u32 w = NET_WAVE_BLOCKS / 2; w > 0; w /= 2)
        for (ob_u32 b = 0; b < w; b++)
            s[b] = s[b] + s[b + w];
    grad[i] = first ? grad[i] + s[0] : s[0];
}
