/*
 * Many steps of a small problem in one launch of one group (train/course.c): what the
 * kernels of kernels/element.h, of the problem's evaluation and of kernels/course.h do,
 * one after the other, with barriers where launches end. Before it stand the text of the
 * optimizer (optim/placed.h) and that of the problem (struct ob_placed_solo).
 */
#include "kernels/course.h"

/* PERSIST_PENALTY: 1 where the objective has penalties. */
#if PERSIST_PENALTY
#    include "kernels/penalty_solo.h"
#    define PENALTY_PARAMS                                                               \
        , OB_GLOBAL const ob_u64 *piece, ob_u64 pieces, OB_GLOBAL const double *factor,  \
            ob_u32 penalty_flags
#else
#    define PENALTY_PARAMS
#endif

OB_KERNEL void course_persist(OB_GLOBAL real *theta, OB_GLOBAL real *grad,
                              OB_GLOBAL real *s0, OB_GLOBAL real *s1, OB_GLOBAL real *s2,
                              OB_GLOBAL real *s3, OB_GLOBAL real *s4, OB_GLOBAL real *s5,
                              OB_GLOBAL real *s6, OB_GLOBAL real *s7,
                              OB_GLOBAL const real *coef, OB_GLOBAL const ob_i32 *word,
                              OB_GLOBAL const unsigned char *group, OB_GLOBAL ob_u64 *now,
                              OB_GLOBAL const ob_u64 *span, OB_GLOBAL double *out,
                              OB_GLOBAL double *ring, OB_GLOBAL real *state,
                              ob_u64 stride, ob_u64 slots, ob_u64 n, ob_u64 steps,
                              SOLO_PARAMS PENALTY_PARAMS)
{
    SOLO_LOCAL
#if PERSIST_PENALTY
    OB_LOCAL_ARRAY(double, weight, OB_LANES);
#endif
    for (ob_u64 k = 0; k < steps; k++) {
        for (ob_u64 chunk = 0; chunk * OB_CHUNK < n; chunk++)
            element_chunk(chunk, (OB_LOCAL double *)0, theta, grad, s0, s1, s2, s3, s4,
                          s5, s6, s7, coef, word, group, now, (OB_GLOBAL double *)0, n);
        OB_BARRIER();
        SOLO_EVAL(theta, grad, now, out);
        OB_BARRIER();
#if PERSIST_PENALTY
        penalty_solo(weight, theta, now, grad, out, 0, piece, pieces, factor,
                     penalty_flags);
        OB_BARRIER();
#endif
        course_record(now, span, out, ring, state, stride, theta, grad, s0, s1, s2, s3,
                      s4, s5, s6, s7, slots, n);
        OB_BARRIER();
    }
}
