/* Three minima in a row. */
#include "named.h"

static const struct named function = {
    .f = "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
    .names = "x y",
    .start = { 2, { 4, -4 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_three_hump_camel = {
    .name = "three_hump_camel",
    .title = "Three-hump camel",
    .summary = "three minima in a row, the middle one the deepest",
    .reference = "S. Surjanovic and D. Bingham, Virtual Library of Simulation "
                 "Experiments, Three-hump camel function; Dixon and Szegö 1978",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
