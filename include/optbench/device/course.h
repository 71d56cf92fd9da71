/*
 * The figures of one step that a device made by itself, in doubles: what the host reads
 * where it would have computed (train/course.c). Read by C and by kernels alike.
 */
#ifndef OB_DEVICE_COURSE_H
#define OB_DEVICE_COURSE_H

enum {
    COURSE_GRADIENT = 0, /* OB_PLACED_OUT: of loss and gradient */
    COURSE_LOSS = 4,     /* OB_PLACED_OUT: of the loss of all rows */
    COURSE_OUT = 8,      /* so many are copied from the evaluations */
    COURSE_STEP = 8,     /* number of the step; else the record is old */
    COURSE_MOVED = 9,    /* sums of optbench/optim/placed.h */
    COURSE_SLOPE,
    COURSE_CHANGED,
    COURSE_SLOPED,
    COURSE_SIZE,
    COURSE_FACTS = 16
};

#endif
