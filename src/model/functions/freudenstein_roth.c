/* Two cubic equations; the start is drawn to a local minimum of 48.98. */
#include "named.h"

static const struct named function = {
    .f = "(-13 + x1 + ((5 - x2)*x2 - 2)*x2)^2 + (-29 + x1 + ((x2 + 1)*x2 - 14)*x2)^2",
    .names = "x1 x2",
    .start = { 2, { 0.5, -2 } },
    .low = { 2, { -20, -5 } },
    .high = { 2, { 20, 5 } },
    .optima = 1,
    .optimum = { { 2, { 5, 4 } } },
};

const struct ob_problem_type ob_problem_freudenstein_roth = {
    .name = "freudenstein_roth",
    .title = "Freudenstein and Roth",
    .summary = "a minimum of 0 and a local one of 48.98 that catches most",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 2",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
