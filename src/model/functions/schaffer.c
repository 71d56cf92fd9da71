/* Waves that flatten with the distance. */
#include "named.h"

static const struct named function = {
    .f = "0.5 + (sin(x^2 - y^2)^2 - 0.5)/(1 + 0.001*(x^2 + y^2))^2",
    .names = "x y",
    .start = { 2, { 2, 1 } },
    .low = { 1, { -100 } },
    .high = { 1, { 100 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_schaffer = {
    .name = "schaffer",
    .title = "Schaffer's second function",
    .summary = "rings that flatten with the distance",
    .reference = "S. Surjanovic and D. Bingham, Virtual Library of Simulation "
                 "Experiments, Schaffer function N. 2; J. D. Schaffer 1984",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
