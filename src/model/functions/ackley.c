/* A flat outskirt with dents around a funnel. It has no derivative at its minimum. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "20 + e - 20*exp(-0.2*sqrt(sum(i, 1, n, x[i]^2)/n)) - "
         "exp(sum(i, 1, n, cos(2*pi*x[i]))/n)",
    .start = { 1, { 15 } },
    .low = { 1, { -32.768 } },
    .high = { 1, { 32.768 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_ackley = {
    .name = "ackley",
    .title = "Ackley",
    .summary = "nearly flat with dents, and a funnel that ends in a cusp",
    .reference = "D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing, "
                 "1987; Bäck and Schwefel 1993; box of S. Surjanovic and D. Bingham,"
                 " Virtual Library of Simulation Experiments",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
