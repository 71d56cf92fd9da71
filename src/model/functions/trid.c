/* A quadratic with a tridiagonal matrix. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(2, NAMED_MOST, 2),
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n, (x[i] - 1)^2) - sum(i, 2, n, x[i]*x[i-1])",
    .start = { 1, { 0 } },
};

/* x[i] = i (n + 1 - i), where the value is -n (n + 4) (n - 1) / 6. */
static size_t optima(const struct ob_problem *p, size_t most, double *theta, double *loss)
{
    double n = (double)p->n;
    for (size_t i = 0; most > 0 && i < p->n; i++)
        theta[i] = (double)(i + 1) * (n - (double)i);
    *loss = -n * (n + 4) * (n - 1) / 6;
    return most > 0;
}

/* The square of the dimension on both sides. */
static bool domain(const struct ob_problem *p, double *low, double *high)
{
    double n = (double)p->n;
    for (size_t i = 0; i < p->n; i++) {
        low[i] = -n * n;
        high[i] = n * n;
    }
    return true;
}

const struct ob_problem_type ob_problem_trid = {
    .name = "trid",
    .title = "Trid",
    .summary = "a convex quadratic whose matrix has three diagonals",
    .reference = "A. Neumaier; S. Surjanovic and D. Bingham, Virtual Library of "
                 "Simulation Experiments, Trid function",
    .params = params,
    .start_point = named_start_point,
    .domain = domain,
    .optima = optima,
    NAMED_MEMBERS(function),
};
