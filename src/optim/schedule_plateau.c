/* The rate is multiplied by a factor where what patience watches has not got better for
 * too long: torch's ReduceLROnPlateau, whose mode follows from the figure. How often it
 * fell is all that is remembered: the rate is worked out from that, so that groups and a
 * base that is changed by hand need nothing of their own. */
#include <math.h>

#include "optbench/optim/schedule.h"

enum threshold_mode { REL, ABS };

struct opts {
    double factor;
    int64_t patience;
    double threshold;
    int threshold_mode;
    int64_t cooldown;
    double min_lr, eps;
};

static const char *const threshold_modes[] = { "rel", "abs", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, factor, .fallback = 0.1, .min = 0, .max = 1, .below_max = true,
            .help = "what the rate is multiplied by"),
    OB_INTEGER(struct opts, patience, .fallback = 10, .min = 0, .max = 1e15,
               .help = "measurements without a gain that are let pass, as torch counts "
                       "them: one more lowers the rate"),
    OB_REAL(struct opts, threshold, .fallback = 1e-4, .min = 0, .max = INFINITY,
            .below_max = true, .help = "a gain is more than this"),
    OB_CHOICE(struct opts, threshold_mode, .choices = threshold_modes,
              .help = "threshold as a share of the best value, or absolute"),
    OB_INTEGER(struct opts, cooldown, .min = 0, .max = 1e15,
               .help = "measurements after a drop that do not count"),
    OB_REAL(struct opts, min_lr, .min = 0, .max = INFINITY, .below_max = true,
            .help = "the rate falls no lower"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .help = "a drop that is no larger is left out"),
    { 0 },
};

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct opts *o = s->opts;
    const struct ob_schedule_memory *m = &s->memory;
    const uint64_t cuts = t > m->since ? m->cuts : m->cuts_before;
    for (uint64_t i = 0; i < cuts; i++) {
        const double next = fmax(base * o->factor, o->min_lr);
        if (!(base - next > o->eps))
            break; /* nor will the next drop be larger */
        base = next;
    }
    return base;
}

/* In torch's order of operations. */
static bool is_better(const struct opts *o, double value, double best, bool more)
{
    if (isnan(best))
        return !isnan(value);
    if (o->threshold_mode == REL)
        best *= more ? 1 + o->threshold : 1 - o->threshold;
    else
        best += more ? o->threshold : -o->threshold;
    return more ? value > best : value < best;
}

static void cut(struct ob_schedule_memory *m, uint64_t t)
{
    if (m->since != t)
        m->cuts_before = m->cuts;
    m->since = t;
    m->cuts++;
}

static void observe(struct ob_schedule *s, uint64_t t, double value, bool more)
{
    const struct opts *o = s->opts;
    struct ob_schedule_memory *m = &s->memory;
    if (is_better(o, value, m->best, more)) {
        m->best = value;
        m->bad = 0;
    } else {
        m->bad++;
    }
    if (m->cooldown > 0) {
        m->cooldown--;
        m->bad = 0;
    }
    if (m->bad <= (uint64_t)o->patience)
        return;
    cut(m, t);
    m->cooldown = (uint64_t)o->cooldown;
    m->bad = 0;
}

const struct ob_schedule_type ob_schedule_plateau = {
    .name = "plateau",
    .title = "Lower on a plateau",
    .summary = "the rate drops where what stop.patience watches stops getting better",
    .reference = "torch.optim.lr_scheduler.ReduceLROnPlateau",
    .flags = OB_SCHEDULE_WHOLE,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .observe = observe,
};
