/* Six minima in pairs, the function being even. */
#include "named.h"

static const struct named function = {
    .f = "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2",
    .names = "x y",
    .start = { 2, { 2, 1 } },
    .low = { 2, { -3, -2 } },
    .high = { 2, { 3, 2 } },
    .optima = 2,
    .optimum = { { 2, { 0.089842013100318062, -0.71265640302073963 } },
                 { 2, { -0.089842013100318062, 0.71265640302073963 } } },
    .loss = -1.0316284534898774,
};

const struct ob_problem_type ob_problem_six_hump_camel = {
    .name = "six_hump_camel",
    .title = "Six-hump camel",
    .summary = "six minima, two of them the deepest",
    .reference = "L. C. W. Dixon and G. P. Szegö, Towards Global Optimisation 2, "
                 "1978",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
