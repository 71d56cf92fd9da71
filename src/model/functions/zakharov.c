/* Squares, and two powers of one weighted sum. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, x[i]^2) + s^2 + s^4",
    .let = "s = sum(i, 1, n, 0.5*i*x[i])",
    .start = { 1, { 5 } },
    .low = { 1, { -5 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_zakharov = {
    .name = "zakharov",
    .title = "Zakharov",
    .summary = "no local minima but the global one, very steep far out",
    .reference = "V. V. Zakharov 1975; S. Surjanovic and D. Bingham, Virtual Library"
                 " of Simulation Experiments, Zakharov function",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
