/* Cosine from the base to eta_min over T_0, T_0 * T_mult, T_0 * T_mult^2, ... steps, each
 * time from the base again: torch's CosineAnnealingWarmRestarts. */
#include <math.h>

#include "optbench/optim/schedule.h"
#include "ramp.h"

struct opts {
    int64_t T_0, T_mult;
    double eta_min;
};

static const struct ob_param params[] = {
    OB_INTEGER(struct opts, T_0, .fallback = 1000, .min = 1, .max = 1e15, .unit = "steps",
               .help = "steps before the first restart"),
    OB_INTEGER(struct opts, T_mult, .fallback = 1, .min = 1, .max = 1000,
               .help = "how many times as long each cycle is as the one before"),
    OB_REAL(struct opts, eta_min, .min = 0, .max = INFINITY, .below_max = true,
            .help = "the rate before each restart"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    uint64_t cycle = (uint64_t)o->T_0;
    if (o->T_mult == 1)
        t %= cycle;
    while (t >= cycle) {
        t -= cycle;
        cycle *= (uint64_t)o->T_mult;
    }
    return o->eta_min + (base - o->eta_min) * (1 + ramp_cos(t, cycle)) / 2;
}

const struct ob_schedule_type ob_schedule_cosine_restarts = {
    .name = "cosine_restarts",
    .title = "Cosine with restarts",
    .summary = "the rate falls along half a cosine, again and again from the top",
    .reference = "Loshchilov, Hutter 2017 (SGDR), equation 5; "
                 "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
