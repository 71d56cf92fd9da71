/* base * (start + (end - start) * min(t, n) / n): the closed form of torch's LinearLR,
 * whose default of total_iters is 5. */
#include "optbench/optim/schedule.h"

struct opts {
    double start_factor, end_factor;
    int64_t total_iters;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, start_factor, .fallback = 1.0 / 3, .min = 0, .max = 1,
            .above_min = true, .help = "what the rate is multiplied by at first"),
    OB_REAL(struct opts, end_factor, .fallback = 1, .min = 0, .max = 1,
            .help = "what it is multiplied by in the end"),
    OB_INTEGER(struct opts, total_iters, .min = 0, .max = 1e15, .zero_word = "horizon",
               .unit = "steps", .help = "steps from the one to the other"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const uint64_t n = o->total_iters ? (uint64_t)o->total_iters : s->length;
    const double over = (double)(t < n ? t : n);
    return base *
           (o->start_factor + (o->end_factor - o->start_factor) * over / (double)n);
}

static bool start(struct ob_schedule *s, struct ob_err *err)
{
    const struct opts *o = s->opts;
    return o->total_iters || s->length ||
           ob_fail(err, OB_ECONFIG,
                   "total_iters: there is no horizon to take it from; give a number");
}

const struct ob_schedule_type ob_schedule_linear = {
    .name = "linear",
    .title = "Linear",
    .summary = "a factor of the rate goes from one value to another in a straight line",
    .reference = "torch.optim.lr_scheduler.LinearLR",
    .flags = OB_SCHEDULE_APART,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .start = start,
};
