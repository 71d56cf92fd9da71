/* A wide bowl with a product of cosines on it. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "1 + sum(i, 1, n, x[i]^2)/4000 - prod(i, 1, n, cos(x[i]/sqrt(i)))",
    .start = { 1, { 25 } },
    .low = { 1, { -600 } },
    .high = { 1, { 600 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_griewank = {
    .name = "griewank",
    .title = "Griewank",
    .summary = "a wide bowl with fine ripples",
    .reference = "A. O. Griewank, Journal of Optimization Theory and Applications "
                 "34, 1981",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
