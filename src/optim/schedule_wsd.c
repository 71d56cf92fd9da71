/* Warm-up (that of [schedule]), stable, decay: the rate as it is until the last part of
 * the horizon, in which it falls to eta_min. Hu et al. 2024 (MiniCPM), section 4.1; the
 * shapes of the fall are those of Haegele et al. 2024, section 3, equation 3 being
 * 1-sqrt. */
#include <math.h>

#include "optbench/optim/schedule.h"
#include "ramp.h"

enum shape { LINEAR, COSINE, SQRT };

struct opts {
    double decay;
    int shape;
    double eta_min;
};

static const char *const shapes[] = { "linear", "cosine", "sqrt", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, decay, .fallback = 0.2, .min = 0, .max = 1e15, .unit = "steps",
            .help =
                "steps of the fall at the end of the horizon; below 1 a share of what "
                "is behind the warm-up"),
    OB_CHOICE(struct opts, shape, .choices = shapes,
              .help = "how it falls; sqrt: by 1 - sqrt of the share that is over"),
    OB_REAL(struct opts, eta_min, .min = 0, .max = INFINITY, .below_max = true,
            .help = "the rate at the end of the horizon"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const uint64_t n = ramp_units(o->decay, s->length);
    const uint64_t from = n < s->length ? s->length - n : 0;
    if (t <= from)
        return base;
    if (t >= s->length)
        return o->eta_min;
    const double share = (double)(t - from) / (double)(s->length - from);
    const double left =
        o->shape == SQRT
            ? 1 - sqrt(share)
            : ramp(o->shape == LINEAR ? OB_SHAPE_LINEAR : OB_SHAPE_COSINE, 1, 0, share);
    return o->eta_min + (base - o->eta_min) * left;
}

const struct ob_schedule_type ob_schedule_wsd = {
    .name = "wsd",
    .title = "Warm-up, stable, decay",
    .summary = "the rate stays as it is and falls in the last part of the horizon",
    .reference = "Hu et al. 2024 (MiniCPM), section 4; Haegele et al. 2024",
    .flags = OB_SCHEDULE_HORIZON,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
