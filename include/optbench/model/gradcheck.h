/*
 * Gradients against central differences, for `optbench gradcheck` and the test matrix.
 *
 * Component i of the gradient is compared with (f(x + h e_i) - f(x - h e_i)) / 2h, with
 * h = cbrt(eps) * max(1, |x_i|), the step that balances truncation and rounding (Gill,
 * Murray, Wright, Practical Optimization, 1981, section 8.6). All in double, whatever the
 * dtype of the run: differences of float32 losses would only measure their rounding.
 */
#ifndef OB_MODEL_GRADCHECK_H
#define OB_MODEL_GRADCHECK_H

#include "optbench/model/problem.h"

struct ob_gradcheck_row {
    char name[96];  /* column name of the parameter */
    double value;   /* theta_i */
    double exact;   /* from the program */
    double numeric; /* from differences */
    double error;   /* what |exact - numeric| leaves beyond the rounding of the two
                       losses, 2 eps |f| / h, over the larger of the two (at least 1e-8
                       of the largest component): large losses make differences noisy,
                       which says nothing about the gradient */
};

/* Fills row [p->n] at theta [p->n] (double). p must be of dtype float64 (OB_REQUIRE).
 * Returns the largest error. Hessians the same way, against differences of gradients:
 * ob_hesscheck() returns the largest |H_ij - D_ij| / max(1, |H|max). */
double ob_gradcheck(struct ob_problem *p, const double *theta,
                    struct ob_gradcheck_row *row);
double ob_hesscheck(struct ob_problem *p, const double *theta);

#endif
