/* base * (1 - min(t, n) / n)^power: the closed form of torch's PolynomialLR, whose
 * default of total_iters is 5. */
#include "optbench/optim/schedule.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fpow.h"

struct opts {
    double power;
    int64_t total_iters;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, power, .fallback = 1, .min = 0, .max = 100,
            .help = "power of the share that is left; 1 is a straight line"),
    OB_INTEGER(struct opts, total_iters, .min = 0, .max = 1e15, .zero_word = "horizon",
               .unit = "steps", .help = "steps until the rate is 0"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const uint64_t n = o->total_iters ? (uint64_t)o->total_iters : s->length;
    const double left = 1 - (double)(t < n ? t : n) / (double)n;
    return base * (o->power == 1 ? left : ob_pow_f64(left, o->power));
}

static bool start(struct ob_schedule *s, struct ob_err *err)
{
    const struct opts *o = s->opts;
    return o->total_iters || s->length ||
           ob_fail(err, OB_ECONFIG,
                   "total_iters: there is no horizon to take it from; give a number");
}

const struct ob_schedule_type ob_schedule_polynomial = {
    .name = "polynomial",
    .title = "Polynomial",
    .summary = "the rate falls to 0 along a power of the share that is left",
    .reference = "torch.optim.lr_scheduler.PolynomialLR",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .start = start,
};
