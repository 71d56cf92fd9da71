/* The figures as they are shown: taken from the model, with how far each stop rule is and
 * how long it may still take. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "live_priv.h"

/* What a rule looked at in the row that is played. */
static double played_value(const struct ob_run_facts *f, const struct ob_live_rule *rule)
{
    if (strcmp(rule->name, "theta_delta") == 0)
        return f->delta;
    if (strcmp(rule->name, "grad_norm") == 0)
        return f->grad;
    return strcmp(rule->name, "max_steps") == 0 ? f->step : NAN;
}

/* Steps until what the log has of a rule's quantity is small enough. */
static double steps_to(const struct ob_run_model *m, const struct ob_live_rule *rule)
{
    const struct ob_series *s = m->series;
    struct ob_eta_rows rows = { .target = rule->target };
    if (strcmp(rule->name, "theta_delta") == 0) {
        rows.step = &s[OB_Q_DELTA_STEP];
        rows.value = &s[OB_Q_DELTA];
    } else if (strcmp(rule->name, "grad_norm") == 0) {
        rows.step = &s[OB_Q_STEP];
        rows.value = &s[OB_Q_GRAD];
    } else if (strcmp(rule->name, "loss_delta") == 0 ||
               (strcmp(rule->name, "target") == 0 && ob_run_model_target_is_loss(m))) {
        rows.step = &s[OB_Q_LOSS_STEP];
        rows.value = &s[OB_Q_LOSS];
    } else {
        return NAN;
    }
    rows.n = rows.step->n < rows.value->n ? rows.step->n : rows.value->n;
    if (strcmp(rule->name, "loss_delta") == 0)
        return ob_eta_steps_of_change(&rows);
    if (strcmp(rule->name, "target") == 0 && m->live.has_reference)
        rows.floor = m->live.reference_loss;
    return ob_eta_steps(&rows);
}

/* Seconds until the rule may end the run; NAN where nothing says so. */
static double seconds_to(const struct ob_run_model *m, const struct ob_live_rule *rule)
{
    const struct ob_live *l = &m->live;
    double rate = l->rate, left = fmax(rule->target - rule->value, 0);
    if (m->info.state != OB_RUN_RUNNING || !(rate > 0))
        return NAN;
    if (strcmp(rule->name, "max_steps") == 0)
        return left / rate;
    if (strcmp(rule->name, "max_seconds") == 0)
        return left;
    if (strcmp(rule->name, "max_epochs") == 0)
        return left * (double)l->step / l->epoch / rate;
    if (strcmp(rule->name, "max_evals") == 0)
        return left * (double)l->step / l->evals / rate;
    return steps_to(m, rule) / rate;
}

static void follow(struct ob_live_figures *f, const struct ob_run_model *m, size_t i,
                   double now)
{
    struct ob_live_rule *rule = &f->live.rule[i];
    if (m->playing)
        rule->value = played_value(&f->facts, rule);
    f->part[i] = ob_run_model_progress(m, rule);
    if (m->playing || m->info.state != OB_RUN_RUNNING)
        f->eta[i] = (struct ob_eta){ .end = 0 };
    double left = m->playing ? NAN : seconds_to(m, rule);
    f->left[i] = ob_eta_follow(&f->eta[i], isfinite(left) ? left : NAN, now);
    if (isnan(f->soonest) || f->left[i] < f->soonest)
        f->soonest = f->left[i];
}

void ob_live_figures_take(struct ob_live_figures *f, const struct ob_view *v)
{
    const struct ob_run_model *m = &v->run;
    f->facts = ob_run_model_facts(m);
    f->active = ob_run_model_active(m) && !m->playing;
    f->live = m->live;
    f->live.tensor = NULL;
    f->live.value = f->live.grad = f->live.change = f->live.effective = NULL;
    memset(f->live.slot, 0, sizeof f->live.slot);
    memset(f->live.explain, 0, sizeof f->live.explain);
    f->live.tensors = f->live.shown = f->live.slots = f->live.explains = 0;
    f->inside = m->has_live && !m->playing;
    f->evaluates = f->inside && ob_run_model_has_column(m, "step_evals");
    f->heard = ((double)v->wall_ns - (double)m->live.heartbeat) * 1e-9;
    f->soonest = NAN;
    for (size_t i = 0; i < f->live.rules; i++)
        follow(f, m, i, (double)v->now_ns * 1e-9);
}
