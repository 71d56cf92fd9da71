/* Ten sums of exponentials; the minimum is 124.36. */
#include "named.h"

static const struct named function = {
    .f = "sum(i, 1, 10, (2 + 2*i - (exp(i*x1) + exp(i*x2)))^2)",
    .names = "x1 x2",
    .start = { 2, { 0.3, 0.4 } },
    .low = { 1, { -1 } },
    .high = { 1, { 1 } },
    .optima = 1,
    .optimum = { { 1, { 0.25782521367036408 } } },
    .loss = 124.36218235561485,
};

const struct ob_problem_type ob_problem_jennrich_sampson = {
    .name = "jennrich_sampson",
    .title = "Jennrich and Sampson",
    .summary = "a sum of exponentials that cannot be fitted well",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 6",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
