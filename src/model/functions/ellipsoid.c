/* Squares whose weights grow from 1 to the condition number. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(2, NAMED_MOST, 2),
    NAMED_CONDITION(100),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, weight[i]*x[i]^2)",
    .start = { 1, { 3 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
    .extend = named_weights,
    .where = "the weights growing from 1 to condition",
};

const struct ob_problem_type ob_problem_ellipsoid = {
    .name = "ellipsoid",
    .title = "Ellipsoid",
    .summary = "a sum of squares with curvatures from 2 to 2 * condition",
    .reference = "Hansen, Finck, Ros and Auger, Real-Parameter Black-Box "
                 "Optimization Benchmarking 2009, INRIA RR-6829, f2, without its "
                 "oscillation",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
