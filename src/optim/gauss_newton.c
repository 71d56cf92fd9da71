/* Gauss-Newton: Newton's method with G = J' L'' J of the model's predictions in place of
 * the Hessian (problem.h), which lacks the second derivatives of the model: for squared
 * losses J'J. */
#include <math.h>

#include "newton.h"

static const struct ob_param params[] = {
    OB_REAL(struct newton_opts, lr, .fallback = 1, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "share of the Gauss-Newton step that is taken"),
    OB_REAL(struct newton_opts, damping, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "added to the diagonal of the Gauss-Newton matrix"),
    { 0 },
};

static const struct newton_matrix gauss = { "Gauss-Newton matrix", "G",
                                            ob_problem_gauss_newton };

const struct ob_optimizer_type ob_optimizer_gauss_newton = {
    .name = "gauss_newton",
    .title = "Gauss-Newton",
    .summary = "Newton's method with the curvature of the loss alone, J' L'' J, which "
               "leads down everywhere",
    .reference = "Gauss 1809; Nocedal, Wright, Numerical Optimization, 2nd ed., section "
                 "10.3; Schraudolph 2002 (other losses)",
    .needs = OB_NEEDS_LEAST_SQUARES | OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .params = params,
    .equations = "G = J' L'' J, J the Jacobian of the predictions by theta\n"
                 "theta = theta - lr (G + damping I)^-1 g",
    .detail = &gauss,
    NEWTON_MEMBERS,
};
