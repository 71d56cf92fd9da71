#include <config.h>

#include <math.h>
#include <string.h>

#include "course.h"
#include "optbench/model/curvature.h"
#include "trainer_priv.h"

/* The first n elements as doubles. */
static void put(const struct ob_vec *v, size_t n, double *out)
{
    if (v->dtype == OB_F32) {
        const float *from = v->data;
        for (size_t i = 0; i < n; i++)
            out[i] = (double)from[i];
    } else {
        const double *from = v->data;
        for (size_t i = 0; i < n; i++)
            out[i] = from[i];
    }
}

/* A fixed column was not measured. */
static void lacks(struct ob_trainer *t, enum ob_column_id column)
{
    if (t->columns.at[column] >= 0)
        ob_row_lack(t->row, (size_t)t->columns.at[column], 1);
}

static void lacks_metrics(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    for (size_t i = 0; i < c->metrics; i++)
        ob_row_lack(t->row, ob_columns_metric(c, i), 1);
}

/* The columns of the validation part. */
static void lacks_held(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    for (size_t i = 0; t->val.problem && i < c->metrics; i++)
        ob_row_lack(t->row, ob_columns_held_metric(c, i), 1);
    lacks(t, OB_COLUMN_VAL_LOSS);
}

/* What the row of step k can tell: the start has made no step, and where gradients are
 * samples it has none; with mini-batches loss and metrics are known now and then. What is
 * known of the optimizer and of curvature says so itself. */
static void mark_measured(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    memset(t->row->has, 0, sizeof t->row->has);
    ob_row_have(t->row, 0, c->metric + (c->held ? 2 : 1) * c->metrics);
    ob_row_have(t->row, c->param, c->params);
    ob_row_have(t->row, c->grad, c->grads);
    if (t->k == 0) {
        lacks(t, OB_COLUMN_THETA_DELTA);
        lacks(t, OB_COLUMN_THETA_DELTA_MAX);
        lacks(t, OB_COLUMN_LR);
    }
    if (t->sampled && t->k == 0) {
        lacks(t, OB_COLUMN_BATCH_LOSS);
        lacks(t, OB_COLUMN_GRAD_NORM);
        lacks(t, OB_COLUMN_GRAD_NORM_MAX);
        ob_row_lack(t->row, c->grad, c->grads);
    }
    if (!ob_trainer_measured(t)) {
        lacks(t, OB_COLUMN_LOSS);
        lacks_metrics(t);
    }
    if (!t->val.state.fresh)
        lacks_held(t);
    if (!t->sampler.span.loss) {
        lacks(t, OB_COLUMN_LOSS_MIN);
        lacks(t, OB_COLUMN_LOSS_MAX);
    }
}

/* The largest eigenvalue of the Hessian over all rows, where it is due: in the first row
 * of every so many steps, so that what is measured depends on the rows alone. The work is
 * none of the run's. */
static void put_curvature(struct ob_trainer *t)
{
    const int at = t->columns.curvature;
    const uint64_t every = (uint64_t)t->spec->log.curvature;
    struct ob_problem *p = t->problem;
    struct ob_sharpness s;
    if (at < 0)
        return;
    t->row->v[at] = t->row->v[at + 1] = NAN;
    if (t->k < t->curvature_next)
        return;
    t->curvature_next = (t->k / every + 1) * every;
    ob_course_theta(t);
    const struct ob_problem_counts before = p->counts;
    bool done = (!t->mini || ob_problem_batch(p, NULL, 0, NULL)) &&
                ob_sharpness_at(&s, p, t->theta.data, NULL);
    p->counts = before;
    if (!done)
        return;
    ob_row_put(t->row, (size_t)at, s.lambda_max);
    ob_row_put(t->row, (size_t)at + 1, s.lr_limit);
}

/* The last measurement since the row before. */
static void put_held(struct ob_trainer *t, double *v)
{
    const struct ob_columns *c = &t->columns;
    struct ob_held_state *s = &t->val.state;
    if (!t->val.problem)
        return;
    v[c->at[OB_COLUMN_VAL_LOSS]] = s->loss;
    for (size_t i = 0; i < c->metrics; i++)
        v[ob_columns_held_metric(c, i)] = s->metric[i];
    s->fresh = false;
}

/* Counted on the way of the loss by some devices, it costs no pass. */
static bool is_counted(const struct ob_metric *m)
{
    return strcmp(m->name, "accuracy") == 0;
}

static double metric(struct ob_trainer *t, const struct ob_metric *m)
{
    double correct;
    if (!ob_trainer_measured(t))
        return NAN;
    if (is_counted(m) && ob_course_correct(t, &correct))
        return correct / (double)t->problem->rows;
    ob_course_theta(t);
    return ob_problem_measure(t->problem, m, t->theta.data);
}

static bool metrics_look(const struct ob_trainer *t)
{
    size_t i = 0;
    while (i < t->columns.metrics && is_counted(t->metric[i]))
        i++;
    return i < t->columns.metrics || (i > 0 && !ob_course_counts(t));
}

bool ob_trainer_row_looks(const struct ob_trainer *t, uint64_t k)
{
    const struct ob_columns *c = &t->columns;
    return c->params > 0 || c->grads > 0 || c->internals > 0 ||
           (ob_trainer_loss_due(t, k) && metrics_look(t)) || (t->mean.on && !t->mini) ||
           (c->curvature >= 0 && k >= t->curvature_next);
}

void ob_trainer_make_row(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    const struct ob_span *span = &t->sampler.span;
    struct ob_row *row = t->row;
    double *v = row->v;
    if (c->params > 0 || c->grads > 0 || c->internals > 0)
        ob_course_whole(t);
    row->step = t->k;
    mark_measured(t);
    if (c->at[OB_COLUMN_EPOCH] >= 0)
        v[c->at[OB_COLUMN_EPOCH]] = ob_trainer_epoch(t);
    v[c->at[OB_COLUMN_LOSS]] = t->loss;
    v[c->at[OB_COLUMN_LOSS_MIN]] = span->loss_min;
    v[c->at[OB_COLUMN_LOSS_MAX]] = span->loss_max;
    if (t->sampled)
        v[c->at[OB_COLUMN_BATCH_LOSS]] = t->batch_loss;
    v[c->at[OB_COLUMN_THETA_DELTA]] = t->theta_delta;
    v[c->at[OB_COLUMN_THETA_DELTA_MAX]] = span->theta_delta_max;
    v[c->at[OB_COLUMN_GRAD_NORM]] = t->grad_norm;
    v[c->at[OB_COLUMN_GRAD_NORM_MAX]] = span->grad_norm_max;
    v[c->at[OB_COLUMN_LR]] = t->lr;
    for (size_t i = 0; i < c->metrics; i++)
        v[ob_columns_metric(c, i)] = metric(t, t->metric[i]);
    put_held(t, v);
    ob_mean_put(t);
    put_curvature(t);
    ob_trainer_put_internals(t);
    put(&t->theta, c->params, v + c->param);
    put(&t->grad, c->grads, v + c->grad);
    ob_sampler_taken(&t->sampler, t->k);
    t->row_made = t->row_fresh = true;
}

const struct ob_row *ob_trainer_row(const struct ob_trainer *t)
{
    return t->row_fresh ? t->row : NULL;
}
