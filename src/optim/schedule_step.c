/* base * gamma^floor(t / step_size), as torch's StepLR. */
#include "optbench/optim/schedule.h"
#include "power.h"

struct opts {
    int64_t step_size;
    double gamma;
};

static const struct ob_param params[] = {
    OB_INTEGER(struct opts, step_size, .fallback = 1000, .min = 1, .max = 1e15,
               .unit = "steps", .help = "steps between two drops"),
    OB_REAL(struct opts, gamma, .fallback = 0.1, .min = 0, .max = 1, .above_min = true,
            .help = "what the rate is multiplied by at each drop"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    return base * power(o->gamma, t / (uint64_t)o->step_size, 0x1p-500);
}

const struct ob_schedule_type ob_schedule_step = {
    .name = "step",
    .title = "Steps down",
    .summary = "the rate drops by a factor every so many steps",
    .reference = "torch.optim.lr_scheduler.StepLR",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
