/* base * gamma^(milestones that are over at t), as torch's MultiStepLR: t = 30 is behind
 * milestone 30. */
#include <math.h>

#include "optbench/base/number.h"
#include "optbench/optim/schedule.h"
#include "power.h"

struct opts {
    struct ob_reals milestones;
    double gamma;
};

static const struct ob_param params[] = {
    OB_REALS(struct opts, milestones, .min = 1, .max = 1e15, .required = true,
             .unit = "steps", .help = "the steps behind which the rate drops, rising"),
    OB_REAL(struct opts, gamma, .fallback = 0.1, .min = 0, .max = 1, .above_min = true,
            .help = "what the rate is multiplied by at each drop"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *o = opts;
    const double *at = o->milestones.item;
    char shown[OB_NUMBER_MAX];
    if (o->milestones.n == 0)
        return ob_fail(err, OB_ECONFIG, "milestones: at least one step is needed");
    for (size_t i = 0; i < o->milestones.n; i++) {
        ob_number_write(shown, at[i]);
        if (at[i] != floor(at[i]))
            return ob_fail(err, OB_ECONFIG, "milestones: %s is no whole number", shown);
        if (i > 0 && at[i] < at[i - 1])
            return ob_fail(err, OB_ECONFIG,
                           "milestones: %s comes after a larger one; they rise", shown);
    }
    return true;
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    uint64_t over = 0;
    while (over < o->milestones.n && o->milestones.item[over] <= (double)t)
        over++;
    return base * power(o->gamma, over, 0x1p-500);
}

const struct ob_schedule_type ob_schedule_multistep = {
    .name = "multistep",
    .title = "Drops at milestones",
    .summary = "the rate drops by a factor behind each of a list of steps",
    .reference = "torch.optim.lr_scheduler.MultiStepLR",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .check = check,
};
