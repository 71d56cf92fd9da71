/*
 * Gradients against central differences, for `optbench gradcheck` and the test matrix.
 *
 * Component i of the gradient is compared with the central differences at h, 2h and 4h,
 * h = 2^-10 max(1, |x_i|), extrapolated to order h^4 (Richardson 1911); where they leave
 * the domain of the function or step over a bend, smaller h are tried and the best
 * counts. What rounding and the step may have done to them is estimated and forgiven:
 * near a minimum a gradient is small and its differences are mostly that. Columns of the
 * Hessian are compared with (g(x + h e_i) - g(x - h e_i)) / 2h, h = cbrt(eps) max(1,
 * |x_i|), the step that balances truncation and rounding (Gill, Murray, Wright, Practical
 * Optimization, 1981, section 8.6). All in double, whatever the dtype of the run:
 * differences of float32 losses would only measure their rounding.
 */
#ifndef OB_MODEL_GRADCHECK_H
#define OB_MODEL_GRADCHECK_H

#include "optbench/model/problem.h"

struct ob_gradcheck_row {
    char name[96];  /* column name of the parameter */
    double value;   /* theta_i */
    double exact;   /* from the program */
    double numeric; /* from differences */
    double error;   /* what |exact - numeric| leaves beyond that doubt, over the larger of
                       the two (at least 1e-8 of the largest component) */
};

/* Fills row [p->n] at theta [p->n] (double). p must be of dtype float64 (OB_REQUIRE).
 * Returns the largest error. Hessians the same way, against differences of gradients:
 * ob_hesscheck() returns the largest |H_ij - D_ij| / max(1, |H|max). */
double ob_gradcheck(struct ob_problem *p, const double *theta,
                    struct ob_gradcheck_row *row);
/* The same for k parameters only, 1 <= k <= p->n, evenly spread over theta; row [k]. Each
 * takes six evaluations or more. */
double ob_gradcheck_some(struct ob_problem *p, const double *theta, size_t k,
                         struct ob_gradcheck_row *row);
double ob_hesscheck(struct ob_problem *p, const double *theta);

#endif
