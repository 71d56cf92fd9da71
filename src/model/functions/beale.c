/* Beale's function; the start is that of the collection. */
#include "named.h"

static const struct named function = {
    .f = "(1.5 - x*(1 - y))^2 + (2.25 - x*(1 - y^2))^2 + (2.625 - x*(1 - y^3))^2",
    .names = "x y",
    .start = { 1, { 1 } },
    .low = { 1, { -4.5 } },
    .high = { 1, { 4.5 } },
    .optima = 1,
    .optimum = { { 2, { 3, 0.5 } } },
};

const struct ob_problem_type ob_problem_beale = {
    .name = "beale",
    .title = "Beale",
    .summary = "flat with sharp peaks at the corners",
    .reference = "E. M. L. Beale 1958; Moré, Garbow and Hillstrom, \"Testing "
                 "unconstrained optimization software\", ACM TOMS 7, 1981, problem 5",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
