/* base * sqrt(n / (n + t)): after a warm-up of n steps the rate of step n + t is
 * proportional to (n + t)^-1/2, Vaswani et al. 2017, equation 3. */
#include <math.h>

#include "optbench/optim/schedule.h"

/* Where there is no warm-up, as in Raffel et al. 2020 (T5), section 3.1.2. */
#define USUAL 10000

struct opts {
    int64_t timescale;
};

static const struct ob_param params[] = {
    OB_INTEGER(struct opts, timescale, .min = 0, .max = 1e15, .zero_word = "auto",
               .unit = "steps",
               .help = "n of sqrt(n / (n + t)); auto: the steps of the warm-up, 10000 "
                       "without one"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const uint64_t warmup = (s->warmup + s->per - 1) / s->per;
    const double n = o->timescale ? (double)o->timescale
                     : warmup     ? (double)warmup
                                  : USUAL;
    return base * sqrt(n / (n + (double)t));
}

const struct ob_schedule_type ob_schedule_inverse_sqrt = {
    .name = "inverse_sqrt",
    .title = "Inverse square root",
    .summary = "behind the warm-up the rate falls by the square root of the step number",
    .reference = "Vaswani et al. 2017, equation 3",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
};
