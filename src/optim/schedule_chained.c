/* All phases at once, each from the rate that the one before gives: torch's
 * ChainedScheduler, where every scheduler multiplies. Those that set a rate instead
 * (lambda, cosine above an eta_min) overrule the others there and do not here. */
#include "optbench/optim/schedule.h"

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    for (size_t i = 0; i < s->phases; i++)
        base = s->phase[i].type->rate(&s->phase[i], base, t);
    return base;
}

static bool momentum(const struct ob_schedule *s, uint64_t t, double *out)
{
    bool any = false;
    for (size_t i = 0; i < s->phases; i++) {
        const struct ob_schedule *p = &s->phase[i];
        any = (p->type->momentum && p->type->momentum(p, t, out)) || any;
    }
    return any;
}

const struct ob_schedule_type ob_schedule_chained = {
    .name = "chained",
    .title = "Phases together",
    .summary = "every [phase.NAME] at once, each on the rate of the one before",
    .reference = "torch.optim.lr_scheduler.ChainedScheduler",
    .flags = OB_SCHEDULE_PHASES | OB_SCHEDULE_WHOLE | OB_SCHEDULE_APART,
    .rate = rate,
    .momentum = momentum,
};
