/* Rastrigin's function of R x. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST_ROTATED, 2),
    NAMED_ROTATION,
    { 0 },
};

static const struct named function = {
    .f = "10*n + sum(i, 1, n, y[i]^2 - 10*cos(2*pi*y[i]))",
    .let = "y = R @ x",
    .start = { 1, { 3.4 } },
    .low = { 1, { -5.12 } },
    .high = { 1, { 5.12 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
    .extend = named_rotation,
    .where = "R a rotation",
};

const struct ob_problem_type ob_problem_rotated_rastrigin = {
    .name = "rotated_rastrigin",
    .title = "Rotated Rastrigin",
    .summary = "Rastrigin's dents in axes that are not those of the parameters",
    .reference = "Hansen, Finck, Ros and Auger, Real-Parameter Black-Box "
                 "Optimization Benchmarking 2009, INRIA RR-6829, f15, without its "
                 "oscillation, asymmetry and conditioning",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
