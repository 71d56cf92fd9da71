#include <config.h>

#include "range_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/train/trainer.h"

/* Share of the mean so far in the next one: the losses of some ten steps count. */
#define KEEP 0.9

/* A smoothed loss so many times the lowest has diverged. */
#define TOO_MUCH 4

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fpow.h"

/* ---- a schedule for this alone ---- */

struct growth {
    double from, to, base; /* base: the rate of [optimizer], which groups differ from */
    bool linear;
};

static const struct ob_param growth_params[] = {
    OB_REAL(struct growth, from, .help = "the first rate"),
    OB_REAL(struct growth, to, .help = "the last rate"),
    OB_REAL(struct growth, base, .help = "the rate of the optimizer"),
    OB_BOOLEAN(struct growth, linear, .help = "by the same amount at each step"),
    { 0 },
};

/* A group keeps its share of the rate. */
static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    const struct growth *g = s->opts;
    const double share = s->length > 1 ? (double)t / (double)(s->length - 1) : 0;
    const double lr = g->linear ? g->from + (g->to - g->from) * share
                                : g->from * ob_pow_f64(g->to / g->from, share);
    return g->base > 0 ? lr * (base / g->base) : lr;
}

static const struct ob_schedule_type growth = {
    .name = "range",
    .title = "Range test",
    .flags = OB_SCHEDULE_HORIZON | OB_SCHEDULE_APART,
    .opts_size = sizeof(struct growth),
    .params = growth_params,
    .rate = rate,
};

/* ---- the run ---- */

static double base_rate(const struct ob_spec *spec)
{
    const struct ob_param *lr = ob_param_find(spec->optimizer.type->params, "lr");
    return lr ? ob_param_number(lr, spec->optimizer.opts) : NAN;
}

/* The loss that the rate of the last step led to; with samples it is that of the next
 * one, which belongs to the rate before. */
static void add(struct range_test *r, double lr, double loss)
{
    const size_t i = r->n++;
    r->lr[i] = lr;
    r->loss[i] = loss;
    /* Without its beginning at 0, as Adam's moments: divided by 1 - KEEP^(i + 1). */
    const double before = i ? r->smooth[i - 1] * (1 - ob_pow_f64(KEEP, (double)i)) : 0;
    r->smooth[i] =
        (KEEP * before + (1 - KEEP) * loss) / (1 - ob_pow_f64(KEEP, (double)i + 1));
}

/* Whether it makes no sense to go on. */
static bool diverged(const struct range_test *r)
{
    double least = r->smooth[0];
    for (size_t i = 1; i < r->n; i++)
        least = fmin(least, r->smooth[i]);
    const double now = r->smooth[r->n - 1];
    return !isfinite(now) || now > least + (TOO_MUCH - 1) * fabs(least);
}

static void walk(struct range_test *r, struct ob_trainer *t, uint64_t steps)
{
    double before = NAN;
    enum ob_stop stop = ob_trainer_start(t);
    for (uint64_t k = 1; k <= steps && stop == OB_GO_ON && !r->diverged; k++) {
        stop = ob_trainer_step(t);
        const struct ob_trainer_rate now = ob_trainer_rate(t);
        const bool sampled = !isnan(now.batch_loss);
        if (stop == OB_STOP_DIVERGED) {
            r->diverged = true;
            break;
        }
        if (!sampled)
            add(r, now.lr, now.loss);
        else if (k > 1)
            add(r, before, now.batch_loss);
        before = now.lr;
        r->diverged = r->n > 0 && diverged(r);
    }
    if (!r->diverged && stop != OB_GO_ON && r->n + 1 < steps)
        r->end = ob_stop_name(stop);
}

/* ---- what it means ---- */

static size_t lowest(const struct range_test *r)
{
    size_t at = 0;
    for (size_t i = 1; i < r->n; i++)
        at = r->smooth[i] < r->smooth[at] ? i : at;
    return at;
}

/* Central differences over the logarithm of the rate, before the lowest loss. */
static double steepest(const struct range_test *r, size_t end)
{
    double best = 0, lr = NAN;
    for (size_t i = 1; i < end && i + 1 < r->n; i++) {
        const double slope = (r->smooth[i + 1] - r->smooth[i - 1]) /
                             (log(r->lr[i + 1]) - log(r->lr[i - 1]));
        if (slope < best) {
            best = slope;
            lr = r->lr[i];
        }
    }
    return lr;
}

static void judge(struct range_test *r)
{
    r->lowest_lr = r->steepest_lr = r->lr_suggested = NAN;
    if (r->n < 3)
        return;
    const size_t end = lowest(r);
    r->lowest_lr = r->lr[end];
    r->steepest_lr = steepest(r, end);
    if (end == 0)
        return;
    /* Of the two usual choices the careful one. */
    r->lr_suggested =
        r->steepest_lr < r->lowest_lr / 10 ? r->steepest_lr : r->lowest_lr / 10;
}

/* ---- the whole ---- */

/* The stop rules of the spec would end it early, and its schedule is another. */
static void prepare(struct ob_spec *spec, const struct range_opts *o)
{
    struct ob_stop_opts *stop = &spec->stop;
    stop->max_steps = (int64_t)o->steps + 1;
    stop->max_epochs = stop->max_seconds = 0;
    stop->max_evals = stop->patience = stop->plateau = 0;
    stop->theta_delta = stop->loss_delta = stop->grad_norm = 0;
    stop->target_stops = false;
    stop->max_loss = INFINITY;
    spec->schedule.common.warmup = 0;
    spec->schedule.common.interval = OB_INTERVAL_STEP;
    spec->log.curvature = 0;
}

bool range_test_run(struct range_test *r, const struct range_opts *o,
                    struct ob_spec *spec, struct ob_diags *diags)
{
    const struct ob_schedule_type *type = spec->schedule.type;
    void *opts = spec->schedule.opts;
    char *horizon = spec->schedule.common.horizon;
    char steps[32];
    struct growth g = { o->from, o->to, base_rate(spec), o->linear };
    *r = (struct range_test){ 0 };
    if (spec->line_search.type->length)
        return ob_spec_complain(spec, diags, OB_ECONFIG, "line_search", "kind",
                                "%s finds the length of each step: there is no rate to "
                                "look for",
                                spec->line_search.type->name);
    r->lr = ob_xcalloc(o->steps, sizeof *r->lr);
    r->loss = ob_xcalloc(o->steps, sizeof *r->loss);
    r->smooth = ob_xcalloc(o->steps, sizeof *r->smooth);
    prepare(spec, o);
    snprintf(steps, sizeof steps, "%llu", (unsigned long long)o->steps);
    spec->schedule.type = &growth;
    spec->schedule.opts = &g;
    spec->schedule.common.horizon = steps;
    struct ob_trainer *t = ob_trainer_create(spec, diags);
    bool ok = t != NULL;
    if (t)
        walk(r, t, o->steps);
    if (t && ob_trainer_failure(t))
        ok = ob_diags_add_err(diags, NULL, 0, ob_trainer_failure(t));
    ob_trainer_destroy(t);
    spec->schedule.type = type;
    spec->schedule.opts = opts;
    spec->schedule.common.horizon = horizon;
    judge(r);
    return ok;
}

void range_test_finish(struct range_test *r)
{
    free(r->lr);
    free(r->loss);
    free(r->smooth);
    *r = (struct range_test){ 0 };
}
