/* Four parameters a group; the Hessian at the minimum has rank two. The formula is that
 * of the extended function. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(4, NAMED_MOST, 4),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n/4, (x[4*i-3] + 10*x[4*i-2])^2 + 5*(x[4*i-1] - x[4*i])^2 + "
         "(x[4*i-2] - 2*x[4*i-1])^4 + 10*(x[4*i-3] - x[4*i])^4)",
    .group = 4,
    .start = { 4, { 3, -1, 0, 1 } },
    .low = { 1, { -4 } },
    .high = { 1, { 5 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_powell_singular = {
    .name = "powell_singular",
    .title = "Powell's singular function",
    .summary = "a minimum where the Hessian is singular; Newton is slow",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problems 13 and 22",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
