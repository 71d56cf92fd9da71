#include "schedule_times.h"

#include <math.h>
#include <string.h>

#include "optbench/base/number.h"
#include "ramp.h"

static const char *const shapes[] = {
    [OB_SHAPE_LINEAR] = "linear",
    [OB_SHAPE_COSINE] = "cosine",
    NULL,
};
static const char *const intervals[] = {
    [OB_INTERVAL_STEP] = "step",
    [OB_INTERVAL_EPOCH] = "epoch",
    NULL,
};

const struct ob_param ob_schedule_params[] = {
    OB_REAL(struct ob_schedule_opts, warmup, .min = 0, .max = 1e15, .unit = "steps",
            .help = "steps over which the rate grows from 0; below 1 a share of the "
                    "horizon"),
    OB_REAL(struct ob_schedule_opts, warmup_from, .min = 0, .max = 1, .below_max = true,
            .help = "share of the rate that the warm-up begins with, in place of 0"),
    OB_CHOICE(struct ob_schedule_opts, warmup_shape, .choices = shapes,
              .help = "how the rate grows in the warm-up: in a straight line or along "
                      "half a cosine"),
    OB_TEXT(struct ob_schedule_opts, horizon, .fallback_text = "budget",
            .help = "length of the schedule: steps, `N epochs`, or budget for max_steps"),
    OB_CHOICE(struct ob_schedule_opts, interval, .choices = intervals,
              .help = "what the other keys of [schedule] and [phase.NAME] count as a "
                      "step: epoch is for settings of a loop that calls torch's "
                      "scheduler once an epoch; warmup and horizon count steps always"),
    { 0 },
};

/* The number in front, and whether " epochs" or " steps" stands behind it. false where
 * the text is anything else; *amount = 0 for "budget". */
static bool read_horizon(const char *text, double *amount, bool *epochs)
{
    *epochs = false;
    *amount = 0;
    if (!text || strcmp(text, "budget") == 0)
        return true;
    size_t n = ob_number_scan(text, strlen(text), amount);
    if (n == 0 || !(*amount > 0) || !(*amount <= 1e15))
        return false;
    const char *rest = text + n + strspn(text + n, " \t");
    *epochs = strcmp(rest, "epochs") == 0 || strcmp(rest, "epoch") == 0;
    return *epochs || *rest == '\0' || strcmp(rest, "steps") == 0;
}

bool schedule_check_horizon(const struct ob_schedule_opts *common, struct ob_err *err)
{
    double amount;
    bool epochs;
    if (read_horizon(common->horizon, &amount, &epochs))
        return true;
    return ob_fail(err, OB_ECONFIG,
                   "horizon: '%s' is none of budget, a number of steps, `N epochs`",
                   common->horizon);
}

bool schedule_set_times(struct ob_schedule *s, const struct ob_schedule_opts *common,
                        const struct ob_schedule_clock *clock, struct ob_err *err)
{
    double amount;
    bool epochs;
    if (!schedule_check_horizon(common, err))
        return false;
    read_horizon(common->horizon, &amount, &epochs);
    if (epochs)
        amount *= clock->steps_per_epoch;
    s->horizon = amount > 0 ? (uint64_t)ceil(amount) : clock->max_steps;
    s->warmup = ramp_units(common->warmup, s->horizon);
    s->warmup_from = common->warmup_from;
    s->warmup_shape = common->warmup_shape;
    s->per = common->interval == OB_INTERVAL_EPOCH ? (uint64_t)clock->steps_per_epoch : 1;
    if (common->warmup > 0 && common->warmup < 1 && s->horizon == 0)
        return ob_fail(err, OB_ECONFIG,
                       "warmup: a share needs a horizon, and there is no max_steps to "
                       "take it from; give a number of steps");
    if (s->horizon > s->warmup)
        s->length = (s->horizon - s->warmup + s->per - 1) / s->per;
    if (!(s->type->flags & OB_SCHEDULE_HORIZON) || s->length)
        return true;
    if (s->horizon == 0)
        return ob_fail(err, OB_ECONFIG,
                       "horizon: there is no max_steps to take it from; give a number");
    return ob_fail(err, OB_ECONFIG,
                   "horizon: %llu steps are not more than the %llu of the warm-up",
                   (unsigned long long)s->horizon, (unsigned long long)s->warmup);
}
