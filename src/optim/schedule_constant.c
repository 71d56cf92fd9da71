/* The rate as it is; with a factor, base * factor before total_iters, as torch's
 * ConstantLR, whose default factor is 1/3. */
#include <math.h>

#include "optbench/optim/schedule.h"

struct opts {
    double factor;
    int64_t total_iters;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, factor, .fallback = 1, .min = 0, .max = INFINITY,
            .below_max = true, .help = "what the rate is multiplied by at first"),
    OB_INTEGER(struct opts, total_iters, .fallback = 5, .min = 0, .max = 1e15,
               .unit = "steps", .help = "how long it is multiplied"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    return t < (uint64_t)o->total_iters ? base * o->factor : base;
}

static bool is_flat(const void *opts)
{
    const struct opts *o = opts;
    return o->factor == 1 || o->total_iters == 0;
}

const struct ob_schedule_type ob_schedule_constant = {
    .name = "constant",
    .title = "Constant",
    .summary = "the rate of the optimizer at every step, or a multiple of it at first",
    .reference = "Cauchy 1847; torch.optim.lr_scheduler.ConstantLR",
    .flags = OB_SCHEDULE_APART,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .is_flat = is_flat,
};
