/* Waves over a valley. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sin(pi*w[1])^2 + "
         "sum(i, 1, n - 1, (w[i] - 1)^2*(1 + 10*sin(pi*w[i] + 1)^2)) + "
         "(w[n] - 1)^2*(1 + sin(2*pi*w[n])^2)",
    .let = "w = 1 + (x - 1)/4",
    .start = { 1, { -7 } },
    .low = { 1, { -10 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 1 } } },
};

const struct ob_problem_type ob_problem_levy = {
    .name = "levy",
    .title = "Levy",
    .summary = "waves of growing height along every axis",
    .reference = "Laguna and Martí, Journal of Global Optimization 33, 2005; S. "
                 "Surjanovic and D. Bingham, Virtual Library of Simulation "
                 "Experiments, Levy function",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
