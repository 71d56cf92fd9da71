/* Products of second derivatives with vectors of doubles, for methods that work in double
 * whatever the dtype of the run. Private to src/optim. */
#ifndef OB_OPTIM_PRODUCT_H
#define OB_OPTIM_PRODUCT_H

#include "optbench/optim/optimizer.h"

/* Which matrix. */
enum product_of { PRODUCT_HESSIAN, PRODUCT_GAUSS_NEWTON, PRODUCTS };
extern const char *const product_names[]; /* for a choice `curvature` */
#define PRODUCT_HELP                                                                     \
    "hessian; gauss_newton: J' L'' J of the model's predictions, never indefinite"

struct product {
    enum product_of of;
    struct ob_vec in, out; /* [n] of the dtype, owned */
    size_t made;           /* products since product_aim() */
    struct ob_problem *problem;
    const void *theta;
};

/* OB_ECONFIG (opening with "curvature: ") where the problem has no such products. */
bool product_init(struct product *p, struct ob_problem *problem, enum product_of of,
                  struct ob_err *err);
void product_finish(struct product *p); /* zeroed is allowed */

/* The point at which second derivatives are meant. */
void product_aim(struct product *p, const struct ob_iterate *it);

/* out = B v, [n] each; false for want of memory. */
bool product_times(struct product *p, const double *v, double *out, struct ob_err *err);

/* Sums of products of doubles, in the order of the elements. */
double product_dot(size_t n, const double *a, const double *b);

#endif
