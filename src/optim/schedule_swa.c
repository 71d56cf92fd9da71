/* From the rate to swa_lr, and on with that: torch.optim.swa_utils.SWALR. As a phase it
 * begins at the rate that the phase before ended with. */
#include <math.h>

#include "optbench/optim/schedule.h"
#include "ramp.h"

struct opts {
    double swa_lr;
    int64_t anneal_epochs;
    int anneal_strategy; /* 0 cos, 1 linear */
};

static const char *const strategies[] = { "cos", "linear", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, swa_lr, .min = 0, .max = INFINITY, .below_max = true,
            .required = true, .help = "the rate in the end, for all groups"),
    OB_INTEGER(struct opts, anneal_epochs, .fallback = 10, .min = 0, .max = 1e15,
               .unit = "steps",
               .help = "how long the way there is, in what interval says"),
    OB_CHOICE(struct opts, anneal_strategy, .choices = strategies,
              .help = "the shape of that way"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const double n = (double)o->anneal_epochs;
    const double share = (double)t < n ? (double)t / n : 1;
    const double alpha =
        ramp(o->anneal_strategy ? OB_SHAPE_LINEAR : OB_SHAPE_COSINE, 0, 1, share);
    return o->swa_lr * alpha + base * (1 - alpha);
}

const struct ob_schedule_type ob_schedule_swa = {
    .name = "swa",
    .title = "Rate of weight averaging",
    .summary = "the rate goes to swa_lr and stays there, for averages of parameters",
    .reference = "Izmailov et al. 2018; torch.optim.swa_utils.SWALR",
    .flags = OB_SCHEDULE_GOES_ON,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
