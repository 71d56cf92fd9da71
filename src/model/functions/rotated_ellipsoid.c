/* Squares along the axes of an orthogonal matrix, their weights grow from 1 to the
 * condition number. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(2, NAMED_MOST_ROTATED, 2),
    NAMED_CONDITION(100),
    NAMED_ROTATION,
    { 0 },
};

static bool extend(struct ob_problem *p, struct ob_err *err)
{
    return named_rotation(p, err) && named_weights(p, err);
}

static const struct named function = {
    .f = "sum(i, 1, n, weight[i]*y[i]^2)",
    .let = "y = R @ x",
    .start = { 1, { 3 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
    .extend = extend,
    .where = "R a rotation, the weights growing from 1 to condition",
};

const struct ob_problem_type ob_problem_rotated_ellipsoid = {
    .name = "rotated_ellipsoid",
    .title = "Rotated ellipsoid",
    .summary = "an ellipsoid whose axes are not those of the parameters",
    .reference = "Hansen, Finck, Ros and Auger, Real-Parameter Black-Box "
                 "Optimization Benchmarking 2009, INRIA RR-6829, f10, without its "
                 "oscillation",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
