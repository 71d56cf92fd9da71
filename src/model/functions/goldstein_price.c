/* A product of two polynomials. */
#include "named.h"

static const struct named function = {
    .f = "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))*"
         "(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))",
    .names = "x y",
    .start = { 2, { 1.5, -1.5 } },
    .low = { 1, { -2 } },
    .high = { 1, { 2 } },
    .optima = 1,
    .optimum = { { 2, { 0, -1 } } },
    .loss = 3,
};

const struct ob_problem_type ob_problem_goldstein_price = {
    .name = "goldstein_price",
    .title = "Goldstein-Price",
    .summary = "values over many powers of ten, four local minima",
    .reference = "A. A. Goldstein and J. F. Price, Mathematics of Computation 25, "
                 "1971",
    .params = named_no_params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
