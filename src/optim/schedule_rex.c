/* base * (1 - z) / (1/2 + (1 - z) / 2), z = t / h: Chen et al. 2021 (REX: Revisiting
 * budgeted training with an improved schedule), the profile of section 4. */
#include "optbench/optim/schedule.h"

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const double left = t < s->length ? 1 - (double)t / (double)s->length : 0;
    return base * left / (0.5 + left / 2);
}

const struct ob_schedule_type ob_schedule_rex = {
    .name = "rex",
    .title = "REX",
    .summary = "the rate falls to 0 over the horizon, late and then fast",
    .reference = "Chen, Wolfe, Kyrillidis 2021 (REX)",
    .flags = OB_SCHEDULE_HORIZON,
    .rate = rate,
};
