#include <config.h>

#include "scalars.h"

#include <string.h>

#include "trainer_priv.h"

static void integer(struct scalars *s, const char *key, uint64_t *value)
{
    OB_REQUIRE(s->integers < OB_COUNT(s->integer));
    s->integer[s->integers].key = key;
    s->integer[s->integers++].value = value;
}

static void number(struct scalars *s, const char *key, double *value)
{
    OB_REQUIRE(s->numbers < OB_COUNT(s->number));
    s->number[s->numbers].key = key;
    s->number[s->numbers++].value = value;
}

static const char *const row_key[OB_ROWS] = {
    [OB_ROW_TARGET] = "stop.row.target",
    [OB_ROW_GRAD] = "stop.row.grad_norm",
    [OB_ROW_THETA] = "stop.row.theta_delta",
    [OB_ROW_LOSS] = "stop.row.loss_delta",
};
static const char *const first_key[OB_ROWS] = {
    [OB_ROW_TARGET] = "stop.first.target",
    [OB_ROW_GRAD] = "stop.first.grad_norm",
    [OB_ROW_THETA] = "stop.first.theta_delta",
    [OB_ROW_LOSS] = "stop.first.loss_delta",
};

static void list_held(struct ob_trainer *t, struct spare *spare, struct scalars *s)
{
    struct ob_held_state *held = &t->val.state;
    integer(s, "best_val_step", &held->best_step);
    integer(s, "val.fresh", &spare->val_fresh);
    number(s, "best_val_loss", &held->best_loss);
    number(s, "val_loss", &held->loss);
    for (size_t i = 0; i < t->columns.metrics; i++)
        number(s, t->val.key[i], &held->metric[i]);
}

/* What a target, a plateau and a schedule that watches remember. */
static void list_watched(struct ob_trainer *t, struct spare *spare, struct scalars *s)
{
    struct ob_stopper *stopper = &t->stopper;
    struct ob_schedule_memory *m = &t->schedule.memory;
    if (stopper->target.metric[0]) {
        integer(s, "stop.target.step", &stopper->target_step);
        integer(s, "stop.target.evals", &stopper->target_evals);
        number(s, "stop.target.seconds", &stopper->target_seconds);
    }
    if (stopper->opts.plateau > 0) {
        integer(s, "stop.window", &stopper->window);
        integer(s, "stop.window.flat", &spare->window_flat);
        number(s, "stop.window.sum", &stopper->window_sum);
        number(s, "stop.window.mean", &stopper->window_mean);
        number(s, "stop.window.gain", &stopper->window_gain);
        number(s, "stop.window.first", &stopper->window_first);
    }
    if (ob_schedule_observes(&t->schedule)) {
        integer(s, "schedule.bad", &m->bad);
        integer(s, "schedule.cooldown", &m->cooldown);
        integer(s, "schedule.cuts", &m->cuts);
        integer(s, "schedule.cuts_before", &m->cuts_before);
        integer(s, "schedule.since", &m->since);
        number(s, "schedule.best", &m->best);
    }
}

/* On the full batch it is measured in rows, so that nothing of it waits for one. */
static void list_mean(struct ob_trainer *t, struct spare *spare, struct scalars *s)
{
    integer(s, "average.fresh", &spare->mean_fresh);
    for (size_t i = 0; i < t->mean.figures; i++)
        number(s, t->columns.name[t->mean.first + i], &t->mean.state.value[i]);
}

void scalars_list(struct ob_trainer *t, struct spare *spare, struct scalars *s)
{
    struct ob_problem_counts *counts = &t->problem->counts;
    struct ob_stopper *stopper = &t->stopper;
    struct ob_span *span = &t->sampler.span;
    *s = (struct scalars){ 0 };
    integer(s, "step", &t->k);
    integer(s, "best_step", &t->best_step);
    integer(s, "clamped", &spare->clamped);
    integer(s, "grad_is_zero", &spare->grad_is_zero);
    integer(s, "rows", &spare->rows);
    integer(s, "span.any", &spare->span_any);
    integer(s, "span.loss", &spare->span_loss);
    integer(s, "evals.function", &counts->function);
    integer(s, "evals.gradient", &counts->gradient);
    integer(s, "evals.hessian", &counts->hessian);
    integer(s, "evals.hessian_product", &counts->hessian_product);
    for (size_t i = 0; i < OB_ROWS; i++) {
        integer(s, row_key[i], &stopper->row[i]);
        number(s, first_key[i], &stopper->first[i]);
    }
    integer(s, "stop.stalled", &stopper->stalled);
    if (t->spec->log.curvature > 0)
        integer(s, "curvature.next", &t->curvature_next);
    if (t->best.figure != OB_BEST_NONE) {
        integer(s, "best.step", &t->best.step);
        number(s, "best.value", &t->best.value);
    }
    for (size_t i = 0; i < ob_optimizer_counters(t->optimizer); i++)
        integer(s, t->optimizer->type->counter_names[i], &t->optimizer->counter[i]);
    for (size_t i = 0; i < t->wraps.n; i++)
        if (t->wraps.at[i].type->count_key)
            integer(s, t->wraps.at[i].type->count_key, &t->wraps.at[i].count);
    number(s, "loss", &t->loss);
    number(s, "batch_loss", &t->batch_loss);
    number(s, "theta_delta", &t->theta_delta);
    number(s, "grad_norm", &t->grad_norm);
    number(s, "lr", &t->lr);
    number(s, "best_loss", &t->best_loss);
    number(s, "span.loss_min", &span->loss_min);
    number(s, "span.loss_max", &span->loss_max);
    number(s, "span.theta_delta_max", &span->theta_delta_max);
    number(s, "span.grad_norm_max", &span->grad_norm_max);
    number(s, "stop.last_loss", &stopper->last_loss);
    number(s, "seconds", &spare->seconds);
    integer(s, "stop.waited", &stopper->waited);
    number(s, "stop.watched", &stopper->watched);
    list_watched(t, spare, s);
    if (t->val.problem)
        list_held(t, spare, s);
    if (t->mean.on && t->mini)
        list_mean(t, spare, s);
}

bool scalars_may_be_new(const char *key)
{
    return strncmp(key, "stop.target.", strlen("stop.target.")) == 0 ||
           strncmp(key, "stop.window", strlen("stop.window")) == 0;
}
