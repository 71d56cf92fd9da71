/* The minimum of a function whose second derivatives do not depend on the point. Private
 * to src/model. */
#ifndef OB_MODEL_MINIMUM_H
#define OB_MODEL_MINIMUM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * h [n * n] symmetric (spoilt), the second derivatives, g [n] the gradient at 0: fills
 * theta [n] with the solution of h theta = -g. False, theta untouched, where h is not
 * positive definite: where its smallest eigenvalue is not above n * eps times the largest
 * magnitude, eps that of the dtype in which h was computed. Then there is no minimum, or
 * more than one. Own algebra up to OB_DENSE_MAX, LAPACK above; false without memory.
 */
bool minimum_of_quadratic(size_t n, double *h, const double *g, double eps,
                          double *theta);

#endif
