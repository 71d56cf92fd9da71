/* A minimum at a million and two millionths. */
#include "named.h"

static const struct named function = {
    .f = "(x1 - 1e6)^2 + (x2 - 2e-6)^2 + (x1*x2 - 2)^2",
    .names = "x1 x2",
    .start = { 1, { 1 } },
    .low = { 2, { 0, -1 } },
    .high = { 2, { 2e6, 1 } },
    .optima = 1,
    .optimum = { { 2, { 1e6, 2e-6 } } },
};

const struct ob_problem_type ob_problem_brown_badly_scaled = {
    .name = "brown_badly_scaled",
    .title = "Brown, badly scaled",
    .summary = "curvatures over more than twelve powers of ten",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 4",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
