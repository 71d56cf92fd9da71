/* A sum of equal polynomials of degree four. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, x[i]^4 - 16*x[i]^2 + 5*x[i])/2",
    .start = { 1, { 0 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
};

static size_t optima(const struct ob_problem *p, size_t most, double *theta, double *loss)
{
    for (size_t i = 0; most > 0 && i < p->n; i++)
        theta[i] = -2.9035340277711771;
    *loss = -39.166165703771415 * (double)p->n;
    return most > 0;
}

const struct ob_problem_type ob_problem_styblinski_tang = {
    .name = "styblinski_tang",
    .title = "Styblinski-Tang",
    .summary = "two minima along every axis, one of them deeper",
    .reference = "M. A. Styblinski and T.-S. Tang, Neural Networks 3, 1990",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = optima,
    NAMED_MEMBERS(function),
};
