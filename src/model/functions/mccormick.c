/* A tilted wave. It falls without end; the minimum is that of the box. */
#include "named.h"

static const struct named function = {
    .f = "sin(x + y) + (x - y)^2 - 1.5*x + 2.5*y + 1",
    .names = "x y",
    .start = { 2, { 2, 3 } },
    .low = { 2, { -1.5, -3 } },
    .high = { 2, { 4, 4 } },
    .optima = 1,
    .optimum = { { 2, { -0.54719755119659775, -1.5471975511965977 } } },
    .loss = -1.9132229549810364,
};

const struct ob_problem_type ob_problem_mccormick = {
    .name = "mccormick",
    .title = "McCormick",
    .summary = "a tilted wave; the minimum is the one inside the box",
    .reference = "G. P. McCormick, Mathematical Programming 10, 1976; S. Surjanovic "
                 "and D. Bingham, Virtual Library of Simulation Experiments, "
                 "McCormick function",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
