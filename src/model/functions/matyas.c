/* A long shallow valley. */
#include "named.h"

static const struct named function = {
    .f = "0.26*(x^2 + y^2) - 0.48*x*y",
    .names = "x y",
    .start = { 2, { -8, 6 } },
    .low = { 1, { -10 } },
    .high = { 1, { 10 } },
    .optima = 1,
    .optimum = { { 1, { 0 } } },
};

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    (void)d;
    return named_start(p, &function, err);
}

const struct ob_problem_type ob_problem_matyas = {
    .name = "matyas",
    .title = "Matyas",
    .summary = "a shallow convex valley of condition 25",
    .reference = "J. Matyas 1965; S. Surjanovic and D. Bingham, Virtual Library of "
                 "Simulation Experiments, Matyas function",
    .params = named_no_params,
    .start = start,
    .start_point = named_start_point,
    .domain = named_domain,
    .optima = named_optima,
    NAMED_MEMBERS,
};
