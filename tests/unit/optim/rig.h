/* One optimizer on the toy quadratic, for the tests of this folder. */
#ifndef OB_RIG_H
#define OB_RIG_H

#include "../../lib/ob_toy.h"
#include "optbench/optim/optimizer.h"

struct rig {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    struct ob_iterate it;
    enum ob_step_result result; /* of the last step */
};

/* `toy` is set by the caller; theta [toy.n]. search may be NULL, options as "key=value".
 */
void rig_begin(struct rig *r, enum ob_dtype dtype, const char *optimizer,
               const char *options, const char *search, const char *search_options,
               const double *theta);
void rig_finish(struct rig *r);

/* Evaluates and steps. */
void rig_step(struct rig *r);
double rig_loss(struct rig *r); /* evaluates, gradient included */

/* toy = the notebook's surface (2 - x0 - x1)^2 + (4 - 3 x0 - x1)^2, minimum 0 at (1, 1).
 */
void rig_surface(void);

#endif
