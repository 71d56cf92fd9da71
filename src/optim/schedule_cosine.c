/* eta_min + (base - eta_min) * (1 + cos(pi t / h)) / 2: the closed form of torch's
 * CosineAnnealingLR. Behind the horizon it rises again, as it does there. */
#include <math.h>

#include "optbench/optim/schedule.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

struct opts {
    double eta_min;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, eta_min, .min = 0, .max = INFINITY, .below_max = true,
            .help = "the rate at the end of the horizon"),
    { 0 },
};

static double rate(const void *opts, double base, uint64_t t, uint64_t h)
{
    const struct opts *s = opts;
    const double pi = 3.14159265358979323846;
    /* Only the place within one period of 2 h matters, and small arguments are exact. */
    double angle = pi * (double)(t % (2 * h)) / (double)h;
    return s->eta_min + (base - s->eta_min) * (1 + ob_cos_f64(angle)) / 2;
}

const struct ob_schedule_type ob_schedule_cosine = {
    .name = "cosine",
    .title = "Cosine",
    .summary = "the rate falls along half a cosine over the horizon",
    .reference = "Loshchilov, Hutter 2017 (SGDR), equation 5, without restarts",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
