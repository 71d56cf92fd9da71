/* Between base and max_lr and back, again and again: torch's CyclicLR, whose base_lr is
 * the optimizer's lr here. The momentum goes the other way. */
#include <math.h>

#include "optbench/optim/schedule.h"
#include "power.h"

enum mode { TRIANGULAR, TRIANGULAR2, EXP_RANGE };

struct opts {
    double max_lr;
    int64_t step_size_up, step_size_down;
    int mode;
    double gamma;
    bool cycle_momentum;
    double base_momentum, max_momentum;
};

static const char *const modes[] = { "triangular", "triangular2", "exp_range", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, max_lr, .min = 0, .max = INFINITY, .below_max = true,
            .required = true,
            .help = "the rate at the top of a cycle; the bottom is that of [optimizer]"),
    OB_INTEGER(struct opts, step_size_up, .fallback = 2000, .min = 1, .max = 1e15,
               .unit = "steps", .help = "steps on the way up"),
    OB_INTEGER(struct opts, step_size_down, .min = 0, .max = 1e15, .zero_word = "same",
               .unit = "steps", .help = "steps on the way down; same: as many as up"),
    OB_CHOICE(struct opts, mode, .choices = modes,
              .help = "the height of the cycles: triangular keeps it, triangular2 halves "
                      "it with each, exp_range multiplies it by gamma at each step"),
    OB_REAL(struct opts, gamma, .fallback = 1, .min = 0, .max = 1, .above_min = true,
            .help = "the factor of exp_range"),
    OB_BOOLEAN(struct opts, cycle_momentum, .fallback = 1,
               .help = "move momentum, or beta1, against the rate, where the optimizer "
                       "has one above 0"),
    OB_REAL(struct opts, base_momentum, .fallback = 0.8, .min = 0, .max = 1,
            .above_min = true, .below_max = true,
            .help = "the momentum where the rate is highest"),
    OB_REAL(struct opts, max_momentum, .fallback = 0.9, .min = 0, .max = 1,
            .above_min = true, .below_max = true,
            .help = "the momentum where the rate is lowest"),
    { 0 },
};

/* How far from the bottom: 0 to 1. */
static double height(const struct opts *o, uint64_t t)
{
    const double up = (double)o->step_size_up;
    const double down = o->step_size_down ? (double)o->step_size_down : up;
    const double total = up + down, ratio = up / total;
    const double cycle = floor(1 + (double)t / total);
    const double x = 1 + (double)t / total - cycle;
    const double share = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    return o->mode == TRIANGULAR    ? share
           : o->mode == TRIANGULAR2 ? share * power(0.5, (uint64_t)cycle - 1, 0x1p-500)
                                    : share * power(o->gamma, t, 0x1p-500);
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    return base + (o->max_lr - base) * height(o, t);
}

static bool momentum(const struct ob_schedule *s, uint64_t t, double *out)
{
    const struct opts *o = s->opts;
    *out = o->max_momentum - (o->max_momentum - o->base_momentum) * height(o, t);
    return o->cycle_momentum;
}

const struct ob_schedule_type ob_schedule_cyclic = {
    .name = "cyclic",
    .title = "Cyclic",
    .summary = "the rate goes up to max_lr and down again, cycle by cycle",
    .reference = "Smith 2017 (Cyclical learning rates for training neural networks); "
                 "torch.optim.lr_scheduler.CyclicLR",
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .momentum = momentum,
};
