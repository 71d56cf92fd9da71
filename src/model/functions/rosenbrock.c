/* A narrow curved valley; in more dimensions a chain of them. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(2, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n - 1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)",
    .start = { 2, { -1.2, 1 } },
    .low = { 1, { -5 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 1 } } },
};

const struct ob_problem_type ob_problem_rosenbrock = {
    .name = "rosenbrock",
    .title = "Rosenbrock's valley",
    .summary = "a narrow curved valley: easy to find, hard to follow",
    .reference = "H. H. Rosenbrock, The Computer Journal 3, 1960, with its start; as a "
                 "chain and with the box of S. Surjanovic and D. Bingham, Virtual "
                 "Library of Simulation Experiments",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
