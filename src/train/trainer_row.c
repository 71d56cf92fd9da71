#include <config.h>

#include <math.h>

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

static uint64_t bit(const struct ob_trainer *t, enum ob_column_id column)
{
    return UINT64_C(1) << t->columns.at[column];
}

/* Columns [first, first + n). */
static uint64_t bits(size_t first, size_t n)
{
    return n ? (UINT64_MAX >> (64 - n)) << first : 0;
}

static uint64_t metric_bits(const struct ob_columns *c)
{
    uint64_t has = 0;
    for (size_t i = 0; i < c->metrics; i++)
        has |= UINT64_C(1) << ob_columns_metric(c, i);
    return has;
}

/* The columns of the validation part. */
static uint64_t held_bits(const struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    uint64_t has = 0;
    if (!t->val.problem)
        return 0;
    for (size_t i = 0; i < c->metrics; i++)
        has |= UINT64_C(1) << ob_columns_held_metric(c, i);
    return has | bit(t, OB_COLUMN_VAL_LOSS);
}

/* What the row of step k can tell: the start has made no step, and where gradients are
 * samples it has none; with mini-batches loss and metrics are known now and then. */
static uint64_t measured(const struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    uint64_t has = bits(0, c->width);
    if (t->k == 0)
        has &= ~(bit(t, OB_COLUMN_THETA_DELTA) | bit(t, OB_COLUMN_THETA_DELTA_MAX) |
                 bit(t, OB_COLUMN_LR));
    if (t->sampled && t->k == 0)
        has &= ~(bit(t, OB_COLUMN_BATCH_LOSS) | bit(t, OB_COLUMN_GRAD_NORM) |
                 bit(t, OB_COLUMN_GRAD_NORM_MAX) | bits(c->grad, c->grads));
    if (!ob_trainer_measured(t))
        has &= ~(bit(t, OB_COLUMN_LOSS) | metric_bits(c));
    if (!t->val.state.fresh)
        has &= ~held_bits(t);
    if (!t->sampler.span.loss)
        has &= ~(bit(t, OB_COLUMN_LOSS_MIN) | bit(t, OB_COLUMN_LOSS_MAX));
    return has;
}

/* The largest eigenvalue of the Hessian over all rows, where it is due: in the first row
 * of every so many steps, so that what is measured depends on the rows alone. The work is
 * none of the run's. */
static uint64_t put_curvature(struct ob_trainer *t, double *v)
{
    const uint64_t every = (uint64_t)t->spec->log.curvature;
    struct ob_problem *p = t->problem;
    struct ob_sharpness s;
    if (t->columns.curvature < 0)
        return 0;
    v += t->columns.curvature;
    v[0] = v[1] = NAN;
    if (t->k < t->curvature_next)
        return 0;
    t->curvature_next = (t->k / every + 1) * every;
    const struct ob_problem_counts before = p->counts;
    bool done = (!t->mini || ob_problem_batch(p, NULL, 0, NULL)) &&
                ob_sharpness_at(&s, p, t->theta.data, NULL);
    p->counts = before;
    if (!done)
        return 0;
    v[0] = s.lambda_max;
    v[1] = s.lr_limit;
    return bits((size_t)t->columns.curvature, 2);
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

void ob_trainer_make_row(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    const struct ob_span *span = &t->sampler.span;
    struct ob_row *row = t->row;
    double *v = row->v;
    row->step = t->k;
    row->has = measured(t);
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
        v[ob_columns_metric(c, i)] =
            ob_trainer_measured(t) ? t->metric[i]->value(t->problem, t->theta.data) : NAN;
    put_held(t, v);
    if (c->evals >= 0)
        v[c->evals] = (double)t->problem->counts.function;
    if (c->curvature >= 0)
        row->has &= ~bits((size_t)c->curvature, 2);
    row->has |= put_curvature(t, v);
    put(&t->theta, c->params, v + c->param);
    put(&t->grad, c->grads, v + c->grad);
    ob_sampler_taken(&t->sampler, t->k);
    t->row_made = t->row_fresh = true;
}

const struct ob_row *ob_trainer_row(const struct ob_trainer *t)
{
    return t->row_fresh ? t->row : NULL;
}
