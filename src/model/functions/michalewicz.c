/* Ditches with steep walls, 10 of them at most, for which the minima are known. */
#include "named.h"

static const struct ob_param params[] = {
    NAMED_DIMENSION(1, 10, 2),
    { 0 },
};

static const struct named function = {
    .f = "-sum(i, 1, n, sin(x[i])*sin(i*x[i]^2/pi)^20)",
    .start = { 2, { 2, 1.3 } },
    .low = { 1, { 0 } },
    .high = { 1, { 3.1415926535897932 } },
};

/* The minima of the terms, by Newton's method in forty digits. */
static size_t optima(const struct ob_problem *p, size_t most, double *theta, double *loss)
{
    static const struct {
        double x, value;
    } term[] = {
        { 2.2029055201726093, -0.80130341009855253 },
        { 1.5707963267948966, -1 },
        { 1.2849915705529244, -0.95909126989600595 },
        { 1.9230584698663628, -0.93846241847208341 },
        { 1.7204697725658413, -0.98880108062150436 },
        { 1.5707963267948966, -1 },
        { 1.4544139713623790, -0.99322713535588160 },
        { 1.7560865209450264, -0.98287203621027060 },
        { 1.6557174168210291, -0.99639436492510296 },
        { 1.5707963267948966, -1 },
    };
    *loss = 0;
    for (size_t i = 0; most > 0 && i < p->n; i++) {
        theta[i] = term[i].x;
        *loss += term[i].value;
    }
    return most > 0;
}

const struct ob_problem_type ob_problem_michalewicz = {
    .name = "michalewicz",
    .title = "Michalewicz",
    .summary = "narrow ditches, flat between them",
    .reference = "Z. Michalewicz, Genetic Algorithms + Data Structures = Evolution "
                 "Programs, 1992; S. Surjanovic and D. Bingham, Virtual Library of "
                 "Simulation Experiments, Michalewicz function",
    .params = params,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = optima,
    NAMED_MEMBERS(function),
};
