/*
 * The end of a step that a device makes by itself (train/course.c): the step's record,
 * and the record of the step in hand becomes that of the next. One group.
 *
 *   COURSE_STATE   1: the record has theta, the gradient and the slots behind its figures
 */
#include "kernels/tree.h"
#include "optbench/device/course.h"
#include "optbench/device/step.h"

#if COURSE_STATE
OB_DEVFN void course_copy(OB_GLOBAL const real *from, OB_GLOBAL real *to, ob_u64 n)
{
    for (ob_u64 i = OB_LANE; i < n; i += OB_LANES)
        to[i] = from[i];
}
#endif

/* `now` is read by all before lane 0 changes it. ring and state are one array; a record
 * has `stride` doubles. span [steps][2]: rows of a step, and where they begin. out: of
 * the evaluations, COURSE_MORE doubles. */
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
    const ob_u64 index = now[OB_NOW_INDEX], step = now[OB_NOW_STEP];
    const ob_u64 halted = now[OB_NOW_HALTED];
    OB_GLOBAL double *record = ring + index * stride;
    if (halted == 0) {
        if (OB_LANE < COURSE_OUT)
            record[OB_LANE] = out[OB_LANE];
        if (OB_LANE == COURSE_STEP)
            record[COURSE_STEP] = (double)step;
#if COURSE_STATE
        const ob_u64 at = index * stride * (sizeof(double) / sizeof(real)) +
                          COURSE_FACTS * (sizeof(double) / sizeof(real));
        OB_GLOBAL const real *const slot[8] = { s0, s1, s2, s3, s4, s5, s6, s7 };
        course_copy(theta, state + at, n);
        course_copy(grad, state + at + n, n);
        for (ob_u64 k = 0; k < slots; k++)
            course_copy(slot[k], state + at + (2 + k) * n, n);
#endif
    }
    OB_BARRIER();
    if (OB_LANE == 0 && halted == 0) {
        now[OB_NOW_INDEX] = index + 1;
        now[OB_NOW_STEP] = step + 1;
        now[OB_NOW_ROWS] = span[2 * index + 2];
        now[OB_NOW_ROW_AT] = span[2 * index + 3];
    }
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
