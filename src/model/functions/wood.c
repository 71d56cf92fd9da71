/* Two coupled valleys; also known as Colville's function. */
#include "named.h"

static const struct named function = {
    .f = "100*(x2 - x1^2)^2 + (1 - x1)^2 + 90*(x4 - x3^2)^2 + (1 - x3)^2 + "
         "10*(x2 + x4 - 2)^2 + 0.1*(x2 - x4)^2",
    .names = "x1 x2 x3 x4",
    .start = { 4, { -3, -1, -3, -1 } },
    .low = { 1, { -10 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 1 } } },
};

const struct ob_problem_type ob_problem_wood = {
    .name = "wood",
    .title = "Wood",
    .summary = "two valleys of Rosenbrock that are coupled, four parameters",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 14; Colville 1968",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
