/* A narrow hole in a plain. */
#include "named.h"

static const struct named function = {
    .f = "-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)",
    .names = "x y",
    .start = { 2, { 2.5, 4 } },
    .low = { 1, { -100 } },
    .high = { 1, { 100 } },
    .optima = 1,
    .optimum = { { 1, { 3.1415926535897932 } } },
    .loss = -1,
};

const struct ob_problem_type ob_problem_easom = {
    .name = "easom",
    .title = "Easom",
    .summary = "flat everywhere but at one narrow hole",
    .reference = "S. Surjanovic and D. Bingham, Virtual Library of Simulation "
                 "Experiments, Easom function; E. E. Easom 1990",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
