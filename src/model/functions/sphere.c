/* The sum of squares. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, x[i]^2)",
    .start = { 1, { 3 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_sphere = {
    .name = "sphere",
    .title = "Sphere",
    .summary = "the sum of squares: round, convex, the easiest there is",
    .reference = "Hansen, Finck, Ros and Auger, Real-Parameter Black-Box "
                 "Optimization Benchmarking 2009, INRIA RR-6829, f1",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
