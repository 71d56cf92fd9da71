/* Two ways down for the legs of a monkey and one for its tail. */
#include "named.h"

static const struct named function = {
    .f = "x^3 - 3*x*y^2",
    .names = "x y",
    .start = { 2, { 1, 0.5 } },
    .low = { 1, { -2 } },
    .high = { 1, { 2 } },
};

const struct ob_problem_type ob_problem_monkey_saddle = {
    .name = "monkey_saddle",
    .title = "Monkey saddle",
    .summary = "a saddle with three ways down and no minimum; its Hessian vanishes at 0",
    .reference = "Hilbert and Cohn-Vossen, Anschauliche Geometrie, 1932, section 29",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    NAMED_MEMBERS(function),
};
