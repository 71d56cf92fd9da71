/* A product and a sum of exponentials; symmetric, so there are two minima. */
#include "named.h"

static const struct named function = {
    .f = "(10000*x1*x2 - 1)^2 + (exp(-x1) + exp(-x2) - 1.0001)^2",
    .names = "x1 x2",
    .start = { 2, { 0, 1 } },
    .low = { 1, { -2 } },
    .high = { 1, { 10 } },
    .optima = 2,
    .optimum = { { 2, { 1.0981593296998175e-05, 9.1061467398665240 } },
                 { 2, { 9.1061467398665240, 1.0981593296998175e-05 } } },
};

const struct ob_problem_type ob_problem_powell_badly_scaled = {
    .name = "powell_badly_scaled",
    .title = "Powell, badly scaled",
    .summary = "parameters that differ by a million at the minimum",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 3",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
