/*
 * A step of rules that treat every element alone. The text before this one, which
 * optim/placed_text.c writes for an optimizer, has
 *
 *   MOVE_GROUPS    sets of options; MOVE_COEFS  coefficients of one in the table
 *   MOVE_HOLD      variables for the coefficients of a group of each kind
 *   MOVE_TAKE      fills those of kind `kind` from real[at ...]
 *   MOVE_ONE       the rule of kind `kind` on theta, e.grad and the slots of element i
 *   MOVE_TENSORS   defined where rules go by sums over tensors (kernels/tensor.h), which
 * are in `tensor`, for the piece which[i] of element i MOVE_SUMS      1: leaves sums for
 * each chunk (optbench/device/rule_sums.h)
 *
 * A group takes a chunk of OB_CHUNK elements, lane by lane as in num/kernels.h.
 */
enum { MOVE_FLAGS, MOVE_USED, MOVE_KIND, MOVE_WORDS };

#include "optbench/device/rule_sums.h"

#ifdef MOVE_TENSORS
#    define MOVE_MORE  , OB_GLOBAL const ob_u32 *which, OB_GLOBAL const real *tensor
#    define MOVE_GIVEN , which, tensor
#else
#    define MOVE_MORE
#    define MOVE_GIVEN
#endif

/* lane [OB_RULE_SUMS * OB_LANES] of the group, where sums are wanted; all of it call. */
OB_DEVFN void element_chunk(ob_u64 chunk, OB_LOCAL double *lane, OB_GLOBAL real *theta,
                            OB_GLOBAL const real *grad, OB_GLOBAL real *s0,
                            OB_GLOBAL real *s1, OB_GLOBAL real *s2, OB_GLOBAL real *s3,
                            OB_GLOBAL real *s4, OB_GLOBAL real *s5, OB_GLOBAL real *s6,
                            OB_GLOBAL real *s7, OB_GLOBAL const real *coef,
                            OB_GLOBAL const ob_i32 *word,
                            OB_GLOBAL const unsigned char *group,
                            OB_GLOBAL const ob_u64 *now, OB_GLOBAL double *part,
                            ob_u64 n MOVE_MORE)
{
#if MOVE_SUMS
    double moved = 0.0, squares = 0.0, changed = 0.0, sloped = 0.0, size = 0.0;
#endif
    const ob_u64 row = now[OB_NOW_INDEX] * MOVE_GROUPS;
    const ob_u64 end = now[OB_NOW_HALTED] ? (ob_u64)0 : n;
    ob_u64 have = (ob_u64)MOVE_GROUPS;
    ob_i32 flags = 0, used = 0, kind = 0;
    MOVE_HOLD
    for (ob_u32 j = 0; j < OB_CHUNK / OB_LANES; j++) {
        const ob_u64 i = chunk * OB_CHUNK + j * OB_LANES + OB_LANE;
        if (i < end) {
#if MOVE_GROUPS > 1
            const ob_u64 g = group[i];
#else
            const ob_u64 g = 0;
#endif
            struct OB_FN(ob_element) e;
            const real before = theta[i];
            if (g != have) {
                const ob_u64 at = (row + g) * MOVE_COEFS;
                have = g;
                flags = word[(row + g) * MOVE_WORDS + MOVE_FLAGS];
                used = word[(row + g) * MOVE_WORDS + MOVE_USED];
                kind = word[(row + g) * MOVE_WORDS + MOVE_KIND];
                MOVE_TAKE
            }
            e.theta = before;
            e.grad = grad[i];
            MOVE_ONE
            theta[i] = e.theta;
#if MOVE_SUMS
            const real d = e.theta - before;
            const double dd = (double)d, gg = (double)grad[i], tt = (double)e.theta;
            moved = moved + dd * dd;
            squares = squares + gg * gg;
            size = size + tt * tt;
            changed =
                changed + (OB_FN(ob_bits)(e.theta) != OB_FN(ob_bits)(before) ? 1.0 : 0.0);
            sloped = sloped + (gg == 0.0 ? 0.0 : 1.0);
#endif
        }
    }
    (void)lane;
    (void)part;
    (void)group;
    (void)kind;
    (void)used;
    (void)flags;
#if MOVE_SUMS
    lane[OB_RULE_MOVED * OB_LANES + OB_LANE] = moved;
    lane[OB_RULE_GRAD * OB_LANES + OB_LANE] = squares;
    lane[OB_RULE_CHANGED * OB_LANES + OB_LANE] = changed;
    lane[OB_RULE_SLOPED * OB_LANES + OB_LANE] = sloped;
    lane[OB_RULE_SIZE * OB_LANES + OB_LANE] = size;
    OB_BARRIER();
    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {
        if (OB_LANE < w)
            for (ob_u32 k = 0; k < OB_RULE_SUMS; k++)
                lane[k * OB_LANES + OB_LANE] =
                    lane[k * OB_LANES + OB_LANE] + lane[k * OB_LANES + OB_LANE + w];
        OB_BARRIER();
    }
    if (OB_LANE < OB_RULE_SUMS)
        part[chunk * OB_RULE_SUMS + OB_LANE] = lane[OB_LANE * OB_LANES];
#endif
}

OB_KERNEL void element_step(OB_GLOBAL real *theta, OB_GLOBAL const real *grad,
                            OB_GLOBAL real *s0, OB_GLOBAL real *s1, OB_GLOBAL real *s2,
                            OB_GLOBAL real *s3, OB_GLOBAL real *s4, OB_GLOBAL real *s5,
                            OB_GLOBAL real *s6, OB_GLOBAL real *s7,
                            OB_GLOBAL const real *coef, OB_GLOBAL const ob_i32 *word,
                            OB_GLOBAL const unsigned char *group,
                            OB_GLOBAL const ob_u64 *now, OB_GLOBAL double *part,
                            ob_u64 n MOVE_MORE)
{
#if MOVE_SUMS
    OB_LOCAL_ARRAY(double, lane, OB_RULE_SUMS *OB_LANES);
#else
    OB_LOCAL double *const lane = 0;
#endif
    element_chunk(OB_GROUP, lane, theta, grad, s0, s1, s2, s3, s4, s5, s6, s7, coef, word,
                  group, now, part, n MOVE_GIVEN);
}
