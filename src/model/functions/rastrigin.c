/* A bowl with a dent at every whole number. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "10*n + sum(i, 1, n, x[i]^2 - 10*cos(2*pi*x[i]))",
    .start = { 1, { 3.4 } },
    .low = { 1, { -5.12 } },
    .high = { 1, { 5.12 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_rastrigin = {
    .name = "rastrigin",
    .title = "Rastrigin",
    .summary = "a bowl covered with regular dents, each a local minimum",
    .reference = "L. A. Rastrigin 1974; Mühlenbein, Schomisch and Born, Parallel "
                 "Computing 17, 1991; box of S. Surjanovic and D. Bingham, Virtual "
                 "Library of Simulation Experiments",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
