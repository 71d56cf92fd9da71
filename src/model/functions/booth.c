/* The squares of two linear equations. */
#include "named.h"

static const struct named function = {
    .f = "(x + 2*y - 7)^2 + (2*x + y - 5)^2",
    .names = "x y",
    .start = { 2, { -8, 6 } },
    .low = { 1, { -10 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 2, { 1, 3 } } },
};

const struct ob_problem_type ob_problem_booth = {
    .name = "booth",
    .title = "Booth",
    .summary = "a convex quadratic with its minimum aside",
    .reference = "S. Surjanovic and D. Bingham, Virtual Library of Simulation "
                 "Experiments, Booth function",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
