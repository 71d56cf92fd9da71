/*
 * The figures of one step that a device made by itself, in doubles: what the host reads
 * where it would have computed (train/course.c). Read by C and by kernels alike.
 */
#ifndef OB_DEVICE_COURSE_H
#define OB_DEVICE_COURSE_H

enum {
    COURSE_GRADIENT = 0, /* OB_PLACED_OUT: of loss and gradient */
    COURSE_LOSS = 4,     /* OB_PLACED_OUT: of the loss of all rows */
    COURSE_STEP = 8,     /* number of the step; else the record is an older one */
    COURSE_MOVED,        /* |theta_k - theta_(k-1)|^2 */
    COURSE_CHANGED,      /* elements of theta that changed in any bit */
    COURSE_SIZE,         /* |theta_k|^2 */
    COURSE_SLOPE,        /* |gradient|^2, that of the evaluation */
    COURSE_SLOPED,       /* not 0: some element of it is not 0 */
    COURSE_FACTS = 16
};

/* What lies between the kernels of a step, in doubles: what evaluations leave, as above,
 * and the two figures of the gradient where a pass of its own makes them. */
enum { COURSE_OUT_SLOPE = 8, COURSE_OUT = 10 };

#endif
