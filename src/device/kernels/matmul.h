/*
 * The products of num/matmul.h for kernels, with the same order of additions: a group
 * computes one tile of C and hands it to who asked, in registers or one element each.
 *
 * net_plain: B as it lies. Each work-item has `patch` by `patch` elements of C and adds
 * their products in the order of k; slices of A and B lie in local memory.
 * net_dots: B transposed. Each work-item has one of the sixteen lanes of NET_PATCH by
 * NET_PATCH elements; the lanes meet in local memory.
 */
#include "kernels/kernel.h"

#ifndef OB_KERNEL_MATMUL
#    define OB_KERNEL_MATMUL

enum {
    NET_PATCH = 4,
    NET_PATCHES = NET_PATCH * NET_PATCH,
    NET_SLICE = 1024, /* elements of B in local memory; A needs at most as many */
    NET_PAD = 64,     /* that keep the banks apart */
    NET_FOLD = 16,    /* lanes of a sum */
    NET_DOTS = 16,    /* rows and columns of a tile of net_dots */
    NET_DOTS_ROOM = OB_LANES * (NET_FOLD + 1),
};

/* A tile of net_plain has as many columns as `across` work-items have, and the rows of
 * the others. */
#    define NET_COLS(across, patch) ((patch) * (across))
#    define NET_ROWS(across, patch) ((patch) * (OB_LANES / (across)))

/* Loops that are long enough as they stand, and the innermost of products. */
#    if defined(__CUDACC__)
#        define NET_ROLLED   _Pragma("unroll 1")
#        define NET_UNROLLED _Pragma("unroll 4")
#    else
#        define NET_ROLLED
#        define NET_UNROLLED
#    endif

#endif

#if (OB_REAL_BITS == 32 && !defined(OB_KERNEL_MATMUL_F32)) ||                            \
    (OB_REAL_BITS == 64 && !defined(OB_KERNEL_MATMUL_F64))
#    if OB_REAL_BITS == 32
#        define OB_KERNEL_MATMUL_F32
#    else
#        define OB_KERNEL_MATMUL_F64
#    endif

/* op(A) [m, k] times B [k, n] of which the tile at (i, j) is wanted; elements (r, c) of
 * op(A) lie at a_at + r * a_down + c * a_right. */
OB_DEVFN void OB_FN(net_load)(OB_GLOBAL const real *a, ob_u64 a_at, ob_u64 a_down,
                              ob_u64 a_right, OB_GLOBAL const real *b, ob_u64 b_at,
                              ob_u64 ldb, ob_u64 i, ob_u64 j, ob_u64 m, ob_u64 n,
                              ob_u64 k, ob_u64 end, ob_u32 across, ob_u32 patch,
                              OB_LOCAL real *as, OB_LOCAL real *bs)
{
    const ob_u32 high = NET_ROWS(across, patch), wide = NET_COLS(across, patch);
    const ob_u32 depth = NET_SLICE / wide;
    for (ob_u32 e = OB_LANE; e < high * depth; e += OB_LANES) {
        ob_u32 r = a_right == 1 ? e / depth : e % high;
        ob_u32 d = a_right == 1 ? e % depth : e / high;
        as[d * (high + 1) + r] = i + r < m && k + d < end
                                     ? a[a_at + (i + r) * a_down + (k + d) * a_right]
                                     : R(0.0);
    }
    for (ob_u32 e = OB_LANE; e < NET_SLICE; e += OB_LANES) {
        ob_u32 c = e % wide, d = e / wide;
        bs[e] = j + c < n && k + d < end ? b[b_at + (k + d) * ldb + (j + c)] : R(0.0);
    }
}

/* One slice of depth `depth`. */
OB_DEVFN void OB_FN(net_multiply)(OB_LOCAL const real *as, OB_LOCAL const real *bs,
                                  ob_u32 depth, ob_u32 across, ob_u32 patch, real *sum)
{
    const ob_u32 high = NET_ROWS(across, patch), wide = NET_COLS(across, patch);
    const ob_u32 row = OB_LANE / across * patch, col = OB_LANE % across;
    NET_UNROLLED for (ob_u32 d = 0; d < depth; d++)
    {
        for (ob_u32 r = 0; r < patch; r++) {
            real x = as[d * (high + 1) + row + r];
            for (ob_u32 c = 0; c < patch; c++)
                sum[r * patch + c] =
                    sum[r * patch + c] + x * bs[d * wide + col + c * across];
        }
    }
}

/* The tile at (i, j), onto sum [NET_PATCHES]: element r * patch + c is that of row
 * i + OB_LANE / across * patch + r and column j + OB_LANE % across + c * across. `across`
 * and `patch` are constants wherever this is used. All of the group call. */
OB_DEVFN void OB_FN(net_plain)(OB_GLOBAL const real *a, ob_u64 a_at, ob_u64 a_down,
                               ob_u64 a_right, OB_GLOBAL const real *b, ob_u64 b_at,
                               ob_u64 ldb, ob_u64 i, ob_u64 j, ob_u64 m, ob_u64 n,
                               ob_u64 end, ob_u32 across, ob_u32 patch, OB_LOCAL real *as,
                               OB_LOCAL real *bs, real *sum)
{
    const ob_u32 depth = NET_SLICE / NET_COLS(across, patch);
    for (ob_u64 k = 0; k < end; k += depth) {
        OB_FN(net_load)
        (a, a_at, a_down, a_right, b, b_at, ldb, i, j, m, n, k, end, across, patch, as,
         bs);
        OB_BARRIER();
        if (end - k >= depth)
            OB_FN(net_multiply)(as, bs, depth, across, patch, sum);
        else
            OB_FN(net_multiply)(as, bs, (ob_u32)(end - k), across, patch, sum);
        OB_BARRIER();
    }
}

/* Element e of a patch, without an index, so that sums stay in registers. */
OB_DEVFN real OB_FN(net_of_patch)(const real *sum, ob_u32 e, ob_u32 patch)
{
    real v = sum[0];
    for (ob_u32 i = 1; i < patch * patch; i++) {
        const real other = sum[i];
        v = i == e ? other : v;
    }
    return v;
}

/* The sixteen lanes of one sum, folded in halves. */
OB_DEVFN real OB_FN(net_halves)(OB_LOCAL const real *lane)
{
    real s[NET_FOLD];
    for (ob_u32 l = 0; l < NET_FOLD; l++)
        s[l] = lane[l];
    for (ob_u32 w = NET_FOLD / 2; w > 0; w /= 2)
        for (ob_u32 l = 0; l < w; l++)
            s[l] = s[l] + s[l + w];
    return s[0];
}

/*
 * The element of row i + OB_LANE / NET_DOTS and column j + OB_LANE % NET_DOTS of A [m, k]
 * times B' [k, n], row r of both from a_at + r * lda and b_at + r * ldb on. Rows behind
 * the last are those of the last, and nobody may use what comes of them. All of the group
 * call; room [NET_DOTS_ROOM].
 */
OB_DEVFN real OB_FN(net_dots)(OB_GLOBAL const real *a, ob_u64 a_at, ob_u64 lda,
                              OB_GLOBAL const real *b, ob_u64 b_at, ob_u64 ldb, ob_u64 i,
                              ob_u64 j, ob_u64 m, ob_u64 n, ob_u64 k, OB_LOCAL real *room)
{
    const ob_u32 lane = OB_LANE % NET_FOLD, patch = OB_LANE / NET_FOLD;
    const ob_u32 down = patch / NET_PATCH * NET_PATCH,
                 right = patch % NET_PATCH * NET_PATCH;
    real sum[NET_PATCH * NET_PATCH];
    ob_u64 row[NET_PATCH], col[NET_PATCH];
    for (ob_u32 e = 0; e < NET_PATCH * NET_PATCH; e++)
        sum[e] = R(0.0);
    for (ob_u32 r = 0; r < NET_PATCH; r++) {
        ob_u64 p = i + down + r, q = j + right + r;
        row[r] = a_at + (p < m ? p : m - 1) * lda;
        col[r] = b_at + (q < n ? q : n - 1) * ldb;
    }
    for (ob_u64 at = lane; at < k; at += NET_FOLD)
        for (ob_u32 r = 0; r < NET_PATCH; r++) {
            real x = a[row[r] + at];
            for (ob_u32 c = 0; c < NET_PATCH; c++)
                sum[r * NET_PATCH + c] = sum[r * NET_PATCH + c] + x * b[col[c] + at];
        }
    /* Element (r, c) of the tile has its lanes in a row. */
    for (ob_u32 r = 0; r < NET_PATCH; r++)
        for (ob_u32 c = 0; c < NET_PATCH; c++)
            room[((down + r) * NET_DOTS + right + c) * (NET_FOLD + 1) + lane] =
                sum[r * NET_PATCH + c];
    OB_BARRIER();
    return OB_FN(net_halves)(room + OB_LANE * (NET_FOLD + 1));
}

#endif
