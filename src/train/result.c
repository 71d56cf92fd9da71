#include <config.h>

#include "optbench/train/result.h"

#include <math.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "trainer_priv.h"

/* Whether [model] loss is the clamped one. */
static bool is_bce(const struct ob_trainer *t)
{
    const struct ob_param *p = ob_param_find(t->problem->type->params, "loss");
    struct ob_buf text = { 0 };
    if (p)
        ob_param_write(p, t->problem->opts, &text);
    bool yes = strcmp(ob_buf_text(&text), "bce") == 0;
    ob_buf_finish(&text);
    return yes;
}

/* The closed form's loss; false where there is none, or nothing to compare with it. */
static bool reference(struct ob_trainer *t, double *loss, double *distance)
{
    if (t->stop == OB_STOP_DIVERGED || !(ob_problem_can(t->problem) & OB_CAN_REFERENCE) ||
        !ob_problem_reference(t->problem, NULL, loss))
        return false;
    *distance = ob_problem_distance(t->problem, t->theta.data);
    return true;
}

/* A sentence a line becomes sentences on one line. */
static void join_lines(struct ob_buf *text)
{
    while (text->len && text->data[text->len - 1] == '\n')
        text->data[--text->len] = '\0';
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] == '\n')
            text->data[i] = ' ';
}

const char *ob_trainer_tell(struct ob_trainer *t)
{
    if (t->stop == OB_GO_ON)
        return "";
    if (t->told)
        return t->told;
    const char *note = t->stopper.note;
    if (t->stop == OB_STOP_STUCK || t->stop == OB_STOP_SINGULAR)
        note = t->optimizer->note;
    struct ob_stop_story story = {
        .stop = t->stop,
        .note = note,
        .steps = t->k,
        .loss = t->loss,
        .theta_delta = t->theta_delta,
        .grad_norm = t->grad_norm,
        .reference_loss = NAN,
        .distance = NAN,
        .mini_batch = t->mini,
        .rate_fell = !t->optimizer->search && t->lr < ob_optimizer_lr(t->optimizer),
        .narrow = t->theta.dtype == OB_F32,
        .no_data = t->rows == 0,
        .bce = is_bce(t),
        .target = t->spec->stop.target,
        .target_step = t->stopper.target_step,
        .target_evals = t->stopper.target_evals,
    };
    double loss, distance;
    if (reference(t, &loss, &distance)) {
        story.reference_loss = loss;
        story.distance = distance;
    }
    struct ob_buf text = { 0 };
    ob_stop_tell(&story, &text);
    join_lines(&text);
    t->told = ob_buf_take(&text);
    return t->told;
}

/* Every metric that the problem has, at theta; returns how many. */
static size_t measure(struct ob_problem *p, const void *theta,
                      struct ob_result_metric out[static OB_RESULT_METRICS])
{
    const struct ob_metric *m = p->type->metrics;
    size_t n = 0;
    for (; m && m->name && n < OB_RESULT_METRICS; m++) {
        if (ob_metric_lacks(m, p))
            continue;
        memcpy(out[n].name, m->name, strnlen(m->name, sizeof out[n].name - 1));
        out[n++].value = ob_problem_measure(p, m, theta);
    }
    return n;
}

/* The part that a problem is over; nothing where there is none. */
static void add_part(struct ob_result_part *out, struct ob_problem *p, const void *theta)
{
    struct ob_eval e;
    if (!p)
        return;
    ob_problem_eval(p, theta, NULL, &e);
    out->rows = p->rows;
    out->loss = e.loss;
    out->metrics = measure(p, theta, out->metric);
}

void ob_result_init(struct ob_result *r, struct ob_trainer *t)
{
    const struct ob_problem_counts counts = t->problem->counts;
    const char *text = ob_trainer_tell(t);
    *r = (struct ob_result){
        .stop = t->stop,
        .steps = t->k,
        .epochs = ob_trainer_epoch(t),
        .loss = t->loss,
        .best_loss = t->best_loss,
        .best_step = t->best_step,
        .theta_delta = t->theta_delta,
        .grad_norm = t->grad_norm,
        .has_target = t->stopper.target.metric[0] != '\0',
        .target_step = t->stopper.target_step,
        .target_evals = t->stopper.target_evals,
        .target_seconds = t->stopper.target_seconds,
        .evals_function = counts.function,
        .evals_gradient = counts.gradient,
        .evals_hessian_product = counts.hessian_product,
        .seconds = ob_trainer_seconds(t),
    };
    memcpy(r->text, text, strnlen(text, sizeof r->text - 1));
    r->metrics = measure(t->problem, t->theta.data, r->metric);
    add_part(&r->val, t->val.problem, t->theta.data);
    add_part(&r->test, t->test, t->theta.data);
    r->best_val_loss = t->val.state.best_loss;
    r->best_val_step = t->val.state.best_step;
    r->has_reference = reference(t, &r->reference_loss, &r->reference_distance);
    for (size_t i = 0; i < t->problem->layout.count; i++)
        ob_trainer_tensor(t, t->problem->layout.tensor[i].name, &r->parameters, NULL);
    if ((ob_problem_can(t->problem) & OB_CAN_CONFUSION) &&
        t->problem->classes <= OB_RESULT_CLASSES)
        ob_trainer_confusion(t, &r->confusion, NULL);
}

void ob_result_finish(struct ob_result *r)
{
    ob_safetensors_finish(&r->parameters);
    ob_safetensors_finish(&r->confusion);
    *r = (struct ob_result){ 0 };
}
