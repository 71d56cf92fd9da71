/*
 * What a step on the device leaves of each chunk of OB_CHUNK elements where sums are
 * wanted (optim/placed.h), in doubles; added up over the tree of num/kernels.h they are
 * those of the whole vector. Read by C and by kernels alike.
 */
#ifndef OB_DEVICE_RULE_SUMS_H
#define OB_DEVICE_RULE_SUMS_H

enum {
    OB_RULE_MOVED,   /* sum of (theta_k - theta_(k-1))^2, the difference in the dtype */
    OB_RULE_GRAD,    /* sum of the squares of the gradient that the step went by */
    OB_RULE_CHANGED, /* elements that changed in any bit */
    OB_RULE_SLOPED,  /* elements whose gradient was not 0 */
    OB_RULE_SIZE,    /* sum of theta_k^2 */
    OB_RULE_SUMS
};

#endif
