/* Rosenbrock's valley in the coordinates R x. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(2, NAMED_MOST_ROTATED, 2),
    NAMED_ROTATION,
    { 0 },
};

static const struct named function = {
    .f = "sum(i, 1, n - 1, 100*(y[i+1] - y[i]^2)^2 + (1 - y[i])^2)",
    .let = "y = R @ x",
    .start = { 2, { -1.2, 1 } },
    .low = { 1, { -5 } },
    .high = { 1, { 5 } },
    .extend = named_rotation,
    .where = "R a rotation",
};

/* R x = (1, ..., 1). */
static size_t optima(const struct ob_problem *p, size_t most, double *theta, double *loss)
{
    const double *r = ((const struct named_state *)p->state)->rotation;
    for (size_t j = 0; most > 0 && j < p->n; j++) {
        theta[j] = 0;
        for (size_t i = 0; i < p->n; i++)
            theta[j] += r[i * p->n + j];
    }
    *loss = 0;
    return most > 0;
}

const struct ob_problem_type ob_problem_rotated_rosenbrock = {
    .name = "rotated_rosenbrock",
    .title = "Rotated valley of Rosenbrock",
    .summary = "Rosenbrock's valley in axes that are not those of the parameters",
    .reference = "Hansen, Finck, Ros and Auger, Real-Parameter Black-Box "
                 "Optimization Benchmarking 2009, INRIA RR-6829, f9, without shift "
                 "and scale",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = optima,
    NAMED_MEMBERS(function),
};
