/* Up to the base and far down below the start, once in the horizon: torch's OneCycleLR,
 * whose max_lr is the optimizer's lr here and whose total_steps is the horizon. The
 * momentum goes the other way. */
#include "optbench/optim/schedule.h"
#include "ramp.h"

struct opts {
    double pct_start;
    int anneal_strategy; /* 0 cos, 1 linear */
    bool cycle_momentum;
    double base_momentum, max_momentum;
    double div_factor, final_div_factor;
    bool three_phase;
};

static const char *const strategies[] = { "cos", "linear", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, pct_start, .fallback = 0.3, .min = 0, .max = 1,
            .help = "share of the horizon in which the rate rises"),
    OB_CHOICE(struct opts, anneal_strategy, .choices = strategies,
              .help = "the shape of the ways up and down"),
    OB_BOOLEAN(struct opts, cycle_momentum, .fallback = 1,
               .help = "move momentum, or beta1, against the rate, where the optimizer "
                       "has one above 0"),
    OB_REAL(struct opts, base_momentum, .fallback = 0.85, .min = 0, .max = 1,
            .above_min = true, .below_max = true,
            .help = "the momentum where the rate is highest"),
    OB_REAL(struct opts, max_momentum, .fallback = 0.95, .min = 0, .max = 1,
            .above_min = true, .below_max = true,
            .help = "the momentum where the rate is lowest"),
    OB_REAL(struct opts, div_factor, .fallback = 25, .min = 0, .max = 1e15,
            .above_min = true, .help = "the first rate is the highest through this"),
    OB_REAL(struct opts, final_div_factor, .fallback = 1e4, .min = 0, .max = 1e15,
            .above_min = true, .help = "the last rate is the first through this"),
    OB_BOOLEAN(struct opts, three_phase,
               .help = "come down to the first rate in as many steps as up, then to the "
                       "last"),
    { 0 },
};

/* Where t lies: *share of the way from value[leg] to value[leg + 1]. */
static int leg_of(const struct opts *o, uint64_t t, uint64_t h, double *share)
{
    const double last = (double)h - 1, up = o->pct_start * (double)h;
    const double ends[] = { up - 1, o->three_phase ? 2 * up - 2 : last, last };
    const int legs = o->three_phase ? 3 : 2;
    const double at = (double)t < last ? (double)t : last;
    double from = 0;
    int i = 0;
    while (i < legs - 1 && at > ends[i])
        from = ends[i++];
    *share = ends[i] > from ? (at - from) / (ends[i] - from) : 1;
    return i;
}

static double value(const struct ob_schedule *s, uint64_t t, const double at[static 4])
{
    const struct opts *o = s->opts;
    double share;
    const int i = leg_of(o, t, s->length, &share);
    return ramp(o->anneal_strategy ? OB_SHAPE_LINEAR : OB_SHAPE_COSINE, at[i], at[i + 1],
                share);
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const double first = base / o->div_factor, least = first / o->final_div_factor;
    const double at[] = { first, base, o->three_phase ? first : least, least };
    return value(s, t, at);
}

static bool momentum(const struct ob_schedule *s, uint64_t t, double *out)
{
    const struct opts *o = s->opts;
    const double at[] = { o->max_momentum, o->base_momentum, o->max_momentum,
                          o->max_momentum };
    *out = value(s, t, at);
    return o->cycle_momentum;
}

const struct ob_schedule_type ob_schedule_onecycle = {
    .name = "onecycle",
    .title = "One cycle",
    .summary = "the rate rises to that of the optimizer and falls far below its start",
    .reference = "Smith, Topin 2018 (Super-convergence); "
                 "torch.optim.lr_scheduler.OneCycleLR",
    .flags = OB_SCHEDULE_HORIZON | OB_SCHEDULE_APART,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .momentum = momentum,
};
