/* A long shallow valley. */
#include "named.h"

static const struct named function = {
    .f = "0.26*(x^2 + y^2) - 0.48*x*y",
    .names = "x y",
    .start = { 2, { -8, 6 } },
    .low = { 1, { -10 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_matyas = {
    .name = "matyas",
    .title = "Matyas",
    .summary = "a shallow convex valley of condition 25",
    .reference = "J. Matyas 1965; S. Surjanovic and D. Bingham, Virtual Library of "
                 "Simulation Experiments, Matyas function",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
