/*
 * What the launches of src/device/kernels/penalty.h are told, read by C and by the
 * kernels.
 */
#ifndef OB_DEVICE_PENALTY_H
#define OB_DEVICE_PENALTY_H

enum {
    OB_PENALTY_GRAD = 1,   /* the gradient is there, too */
    OB_PENALTY_SMOOTH = 2, /* and goes without the l1 term */
};

/* The two factors of the penalties, doubles. */
enum { OB_PENALTY_L1, OB_PENALTY_L2, OB_PENALTY_FACTORS };

#endif
