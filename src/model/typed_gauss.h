/* The generalised Gauss-Newton matrix of a prediction that was typed. Private to
 * src/model. */
#ifndef OB_MODEL_TYPED_GAUSS_H
#define OB_MODEL_TYPED_GAUSS_H

#include "typed.h"

/* What is fitted: `predict` of a row against column `target`, by the sum (or mean) over
 * the rows of a loss whose second derivative by the prediction is second(z, y). */
struct typed_fit {
    uint32_t predict; /* node */
    size_t target;
    double (*second)(double z, double y);
    bool mean;
};

/* That derivative of a loss of losses.def; NULL where it is 0 almost everywhere, or
 * `name` is NULL. */
double (*typed_loss_second(const char *name))(double z, double y);

/* Kept from one call to the next. */
struct typed_gauss {
    struct ob_program *program; /* prediction of each row, and its derivative along v */
    void *memory;               /* [(n + 1) * rows] of the dtype */
    double *weight;             /* [rows] */
};

/* g [n * n] over the current rows; fails only for want of memory. */
bool typed_gauss_newton(struct ob_problem *p, struct typed_gauss *own,
                        const struct typed_fit *fit, const void *theta, double *g,
                        struct ob_err *err);
void typed_gauss_finish(struct typed_gauss *own); /* zeroed is allowed */

#endif
