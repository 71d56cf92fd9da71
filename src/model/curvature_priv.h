/* The eigenvalues of a problem's Hessian. Private to src/model. */
#ifndef OB_MODEL_CURVATURE_PRIV_H
#define OB_MODEL_CURVATURE_PRIV_H

#include "optbench/model/curvature.h"
#include "optbench/num/lanczos.h"

/* Every eigenvalue, ascending in value [n]; unless NULL, vector [n * n] one a row, unit,
 * largest component positive. False where the Hessian cannot be had; *finite tells
 * whether it holds numbers, nothing is filled where not. */
bool spectrum_all(struct ob_problem *p, const void *theta, double *value, double *vector,
                  bool *finite, struct ob_err *err);

/* The ends by products of the problem; opts needs n and pool no more. */
bool spectrum_ends(struct ob_lanczos *out, struct ob_problem *p, const void *theta,
                   const struct ob_lanczos_opts *opts, struct ob_err *err);

#endif
