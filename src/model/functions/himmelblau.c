/* Two parabolas that meet in four points. */
#include "named.h"

static const struct named function = {
    .f = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    .names = "x y",
    .start = { 1, { 0 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .optima = 4,
    .optimum = { { 2, { 3, 2 } },
                 { 2, { -2.8051180869527449, 3.1313125182505730 } },
                 { 2, { -3.7793102533777469, -3.2831859912861694 } },
                 { 2, { 3.5844283403304917, -1.8481265269644036 } } },
};

const struct ob_problem_type ob_problem_himmelblau = {
    .name = "himmelblau",
    .title = "Himmelblau",
    .summary = "four equal minima, a maximum between them",
    .reference = "D. M. Himmelblau, Applied Nonlinear Programming, 1972",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
