/* A bowl with ripples, the first of the three. */
#include "named.h"

static const struct named function = {
    .f = "x^2 + 2*y^2 - 0.3*cos(3*pi*x) - 0.4*cos(4*pi*y) + 0.7",
    .names = "x y",
    .start = { 2, { 70, -60 } },
    .low = { 1, { -100 } },
    .high = { 1, { 100 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

const struct ob_problem_type ob_problem_bohachevsky = {
    .name = "bohachevsky",
    .title = "Bohachevsky",
    .summary = "a bowl with ripples of two lengths",
    .reference = "I. O. Bohachevsky, M. E. Johnson and M. L. Stein, Technometrics "
                 "28, 1986",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
