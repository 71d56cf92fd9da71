/*
 * The end of a step that a device makes by itself (train/course.c): the step's record,
 * and the record of the step in hand becomes that of the next. One group.
 *
 *   COURSE_STATE   1: the record has theta, the gradient and the slots behind its
 * figures; 0: the figures of vectors that stay where they are
 */
#include "kernels/tree.h"
#include "optbench/device/course.h"
#include "optbench/device/rule_sums.h"
#include "optbench/device/step.h"

/* Behind a barrier, for all have read `now`. span [steps + 1][2]: rows of a step, and
 * where they begin. `loss` of the step just made: where the run ends with it, further
 * steps of the chunk shall change nothing. */
OB_DEVFN void course_next(OB_GLOBAL ob_u64 *now, OB_GLOBAL const ob_u64 *span,
                          double loss)
{
    const ob_u64 next = now[OB_NOW_INDEX] + 1;
    if (now[OB_NOW_WATCH] != 0 && !(loss - loss == 0.0))
        now[OB_NOW_HALTED] = 1;
    now[OB_NOW_INDEX] = next;
    now[OB_NOW_STEP] = now[OB_NOW_STEP] + 1;
    now[OB_NOW_ROWS] = span[2 * next];
    now[OB_NOW_ROW_AT] = span[2 * next + 1];
}

#if COURSE_STATE

OB_DEVFN void course_copy(OB_GLOBAL const real *from, OB_GLOBAL real *to, ob_u64 n)
{
    for (ob_u64 i = OB_LANE; i < n; i += OB_LANES)
        to[i] = from[i];
}

/* ring and state are one array; a record has `stride` doubles. out: what the evaluations
 * left. */
OB_DEVFN void course_record(OB_GLOBAL ob_u64 *now, OB_GLOBAL const ob_u64 *span,
                            OB_GLOBAL const double *out, OB_GLOBAL double *ring,
                            OB_GLOBAL real *state, ob_u64 stride,
                            OB_GLOBAL const real *theta, OB_GLOBAL const real *grad,
                            OB_GLOBAL const real *s0, OB_GLOBAL const real *s1,
                            OB_GLOBAL const real *s2, OB_GLOBAL const real *s3,
                            OB_GLOBAL const real *s4, OB_GLOBAL const real *s5,
                            OB_GLOBAL const real *s6, OB_GLOBAL const real *s7,
                            ob_u64 slots, ob_u64 n)
{
    const ob_u64 each = sizeof(double) / sizeof(real);
    const ob_u64 begin = now[OB_NOW_INDEX] * stride, at = (begin + COURSE_FACTS) * each;
    OB_GLOBAL const real *const slot[8] = { s0, s1, s2, s3, s4, s5, s6, s7 };
    if (OB_LANE < COURSE_STEP)
        ring[begin + OB_LANE] = out[OB_LANE];
    if (OB_LANE == COURSE_STEP)
        ring[begin + COURSE_STEP] = (double)now[OB_NOW_STEP];
    course_copy(theta, state + at, n);
    course_copy(grad, state + at + n, n);
    for (ob_u64 k = 0; k < slots; k++)
        course_copy(slot[k], state + at + (2 + k) * n, n);
    OB_BARRIER();
    if (OB_LANE == 0)
        course_next(now, span, out[COURSE_GRADIENT]);
}

OB_KERNEL void
course_end(OB_GLOBAL ob_u64 *now, OB_GLOBAL const ob_u64 *span,
           OB_GLOBAL const double *out, OB_GLOBAL double *ring, OB_GLOBAL real *state,
           ob_u64 stride, OB_GLOBAL const real *theta, OB_GLOBAL const real *grad,
           OB_GLOBAL const real *s0, OB_GLOBAL const real *s1, OB_GLOBAL const real *s2,
           OB_GLOBAL const real *s3, OB_GLOBAL const real *s4, OB_GLOBAL const real *s5,
           OB_GLOBAL const real *s6, OB_GLOBAL const real *s7, ob_u64 slots, ob_u64 n)
{
    course_record(now, span, out, ring, state, stride, theta, grad, s0, s1, s2, s3, s4,
                  s5, s6, s7, slots, n);
}

#else

/* A sum of the step over the whole vector: part [parts][OB_RULE_SUMS], as element.h
 * leaves them. lane [OB_LANES]. */
OB_DEVFN double course_sum(OB_LOCAL double *lane, OB_GLOBAL const double *part,
                           ob_u64 parts, ob_u32 which)
{
    double sum = 0.0;
    for (ob_u64 c = OB_LANE; c < parts; c += OB_LANES)
        sum = sum + part[c * OB_RULE_SUMS + which];
    OB_BARRIER();
    lane[OB_LANE] = sum;
    ob_fold_wide(lane);
    return lane[0];
}

/* own: the gradient's figures are in `out`, not in `part`. */
OB_KERNEL void course_end_far(OB_GLOBAL ob_u64 *now, OB_GLOBAL const ob_u64 *span,
                              OB_GLOBAL const double *out, OB_GLOBAL double *ring,
                              OB_GLOBAL const double *part, ob_u64 parts, ob_i32 own)
{
    OB_LOCAL_ARRAY(double, lane, OB_LANES);
    OB_GLOBAL double *record = ring + now[OB_NOW_INDEX] * COURSE_FACTS;
    const double moved = course_sum(lane, part, parts, OB_RULE_MOVED);
    const double changed = course_sum(lane, part, parts, OB_RULE_CHANGED);
    const double size = course_sum(lane, part, parts, OB_RULE_SIZE);
    const double slope = course_sum(lane, part, parts, OB_RULE_GRAD);
    const double sloped = course_sum(lane, part, parts, OB_RULE_SLOPED);
    if (OB_LANE < COURSE_STEP)
        record[OB_LANE] = out[OB_LANE];
    OB_BARRIER();
    if (OB_LANE == 0) {
        record[COURSE_STEP] = (double)now[OB_NOW_STEP];
        record[COURSE_MOVED] = moved;
        record[COURSE_CHANGED] = changed;
        record[COURSE_SIZE] = size;
        record[COURSE_SLOPE] = own ? out[COURSE_OUT_SLOPE] : slope;
        record[COURSE_SLOPED] = own ? out[COURSE_OUT_SLOPE + 1] : sloped;
        course_next(now, span, out[COURSE_GRADIENT]);
    }
}

#endif
