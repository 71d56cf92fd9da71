/* One phase after the other, each with times of its own: torch's SequentialLR. A phase
 * starts from the base rate again; swa and multiplicative go on from the rate that the
 * one before ended with, as they do there. */
#include "optbench/optim/schedule.h"

static size_t phase_at(const struct ob_schedule *s, uint64_t t)
{
    size_t i = s->phases - 1;
    while (i > 0 && s->phase[i].begin > t)
        i--;
    return i;
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const size_t i = phase_at(s, t);
    const struct ob_schedule *p = &s->phase[i];
    if (i > 0 && (p->type->flags & OB_SCHEDULE_GOES_ON))
        base = rate(s, base, p->begin - 1);
    return p->type->rate(p, base, t - p->begin);
}

static bool momentum(const struct ob_schedule *s, uint64_t t, double *out)
{
    const struct ob_schedule *p = &s->phase[phase_at(s, t)];
    return p->type->momentum && p->type->momentum(p, t - p->begin, out);
}

const struct ob_schedule_type ob_schedule_sequential = {
    .name = "sequential",
    .title = "Phases in turn",
    .summary = "one [phase.NAME] after the other",
    .reference = "torch.optim.lr_scheduler.SequentialLR",
    .flags = OB_SCHEDULE_PHASES | OB_SCHEDULE_WHOLE | OB_SCHEDULE_APART,
    .rate = rate,
    .momentum = momentum,
};
