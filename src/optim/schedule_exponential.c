/* base * gamma^t, as torch's ExponentialLR. */
#include <math.h>

#include "optbench/optim/schedule.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fpow.h"

struct opts {
    double gamma;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, gamma, .fallback = 0.999, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true,
            .help = "what the rate is multiplied by at each step"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    return base * ob_pow_f64(o->gamma, (double)t);
}

static bool is_flat(const void *opts)
{
    return ((const struct opts *)opts)->gamma == 1;
}

const struct ob_schedule_type ob_schedule_exponential = {
    .name = "exponential",
    .title = "Exponential",
    .summary = "the rate is multiplied by a factor at each step",
    .reference = "torch.optim.lr_scheduler.ExponentialLR",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .is_flat = is_flat,
};
