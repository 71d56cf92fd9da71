/*
 * What the launches of a linear model's kernels (src/device/kernels/linear.h) are told,
 * read by C and by the kernels.
 */
#ifndef OB_DEVICE_LINEAR_H
#define OB_DEVICE_LINEAR_H

enum {
    OB_LINEAR_MEAN = 1,  /* sums are divided by the number of rows */
    OB_LINEAR_BATCH = 2, /* the rows are those of the batch in hand (device/step.h) */
    OB_LINEAR_GRAD = 4,  /* the gradient is wanted beside the loss */
};

/* Sums that one group folds together, of numbers of so many bits. */
#define OB_LINEAR_TILE(bits) (512 / (bits))

#endif
