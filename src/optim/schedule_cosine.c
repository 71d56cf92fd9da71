/* eta_min + (base - eta_min) * (1 + cos(pi t / h)) / 2: the closed form of torch's
 * CosineAnnealingLR. Behind the horizon it rises again, as it does there. */
#include <math.h>

#include "optbench/optim/schedule.h"
#include "ramp.h"

struct opts {
    double eta_min;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, eta_min, .min = 0, .max = INFINITY, .below_max = true,
            .help = "the rate at the end of the horizon"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    return o->eta_min + (base - o->eta_min) * (1 + ramp_cos(t, s->length)) / 2;
}

const struct ob_schedule_type ob_schedule_cosine = {
    .name = "cosine",
    .title = "Cosine",
    .summary = "the rate falls along half a cosine over the horizon",
    .reference = "Loshchilov, Hutter 2017 (SGDR), equation 5, without restarts; "
                 "torch.optim.lr_scheduler.CosineAnnealingLR",
    .flags = OB_SCHEDULE_HORIZON,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
