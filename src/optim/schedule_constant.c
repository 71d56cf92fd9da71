/* The rate as it is. */
#include "optbench/optim/schedule.h"

static double rate(const void *opts, double base, uint64_t t, uint64_t h)
{
    (void)opts;
    (void)t;
    (void)h;
    return base;
}

const struct ob_schedule_type ob_schedule_constant = {
    .name = "constant",
    .title = "Constant",
    .summary = "the rate of the optimizer at every step",
    .reference = "Cauchy 1847",
    .rate = rate,
    .constant = true,
};
