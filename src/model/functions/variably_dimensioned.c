/* Squares, and two powers of one weighted sum; starts at 1 - i/n. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, (x[i] - 1)^2) + s^2 + s^4",
    .let = "s = sum(i, 1, n, i*(x[i] - 1))",
    .low = { 1, { -2 } },
    .high = { 1, { 4 } },
    .optima = 1,
    .optimum = { { 1, { 1 } } },
};

static void start_point(const struct ob_problem *p, double *theta)
{
    for (size_t i = 0; i < p->n; i++)
        theta[i] = 1 - (double)(i + 1) / (double)p->n;
}

const struct ob_problem_type ob_problem_variably_dimensioned = {
    .name = "variably_dimensioned",
    .title = "Variably dimensioned",
    .summary = "squares, and two powers of one weighted sum, around (1, ..., 1)",
    .reference = "Moré, Garbow and Hillstrom, \"Testing unconstrained optimization "
                 "software\", ACM TOMS 7, 1981, problem 25",
    .params = params,
    .start_point = start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS(function),
};
