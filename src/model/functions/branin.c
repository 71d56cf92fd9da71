/* A bent valley with three minima. */
#include "named.h"

static const struct named function = {
    .f = "(y - 5.1/(4*pi^2)*x^2 + 5/pi*x - 6)^2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
    .names = "x y",
    .start = { 2, { 2.5, 7.5 } },
    .low = { 2, { -5, 0 } },
    .high = { 2, { 10, 15 } },
    .optima = 3,
    .optimum = { { 2, { -3.1415926535897932, 12.275 } },
                 { 2, { 3.1415926535897932, 2.275 } },
                 { 2, { 9.4247779607693797, 2.475 } } },
    .loss = 0.39788735772973834,
};

const struct ob_problem_type ob_problem_branin = {
    .name = "branin",
    .title = "Branin",
    .summary = "three equal minima in a bent valley",
    .reference = "F. H. Branin, IBM Journal of Research and Development 16, 1972; "
                 "Dixon and Szegö 1978",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
