/* A minimum at a million and two millionths. */
#include "named.h"

static const struct named function = {
    .f = "(x1 - 1e6)^2 + (x2 - 2e-6)^2 + (x1*x2 - 2)^2",
    .names = "x1 x2",
    .start = { 1, { 1 } },
    .low = { 2, { 0, -1 } },
    .high = { 2, { 2e6, 1 } },
    .optima = 1,
    .optimum = { { 2, { 1e6, 2e-6 } } },
};

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    (void)d;
    return named_start(p, &function, err);
}

const struct ob_problem_type ob_problem_brown_badly_scaled = {
    .name = "brown_badly_scaled",
    .title = "Brown, badly scaled",
    .summary = "curvatures over more than twelve powers of ten",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 4",
    .params = named_no_params,
    .start = start,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS,
};
