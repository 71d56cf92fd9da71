#include <config.h>

#include "optbench/train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/num/reduce.h"
#include "trainer_priv.h"

/* ---- time ---- */

double ob_trainer_seconds(const struct ob_trainer *t)
{
    if (t->stop != OB_GO_ON)
        return t->seconds;
    if (!t->begun)
        return t->seconds_before;
    return t->seconds_before + (double)(ob_clock_ns() - t->begun - t->rested) * 1e-9;
}

void ob_trainer_rested(struct ob_trainer *t, int64_t ns)
{
    t->rested += ns;
    t->cadence.last += ns;
}

/* ---- rows ---- */

/* Two parameters are copied faster than memcpy() is called, and in the pieces that the
 * optimizer wrote them in, which the processor can forward. */
static void keep_previous(struct ob_trainer *t)
{
    const size_t n = t->theta.n;
    if (n > 16) {
        ob_vec_copy(&t->previous, &t->theta);
    } else if (t->theta.dtype == OB_F32) {
        const float *from = t->theta.data;
        float *to = t->previous.data;
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    } else {
        const double *from = t->theta.data;
        double *to = t->previous.data;
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    }
}

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

/* Everything in the row is there from step 1 on; row 0 comes before any step. */
static void make_row(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    const struct ob_span *span = &t->sampler.span;
    struct ob_row *row = t->row;
    double *v = row->v;
    row->step = t->k;
    row->has = c->width == 64 ? UINT64_MAX : (UINT64_C(1) << c->width) - 1;
    v[c->at[OB_COLUMN_EPOCH]] = (double)t->k;
    v[c->at[OB_COLUMN_LOSS]] = t->loss;
    v[c->at[OB_COLUMN_LOSS_MIN]] = span->loss_min;
    v[c->at[OB_COLUMN_LOSS_MAX]] = span->loss_max;
    v[c->at[OB_COLUMN_THETA_DELTA]] = t->theta_delta;
    v[c->at[OB_COLUMN_THETA_DELTA_MAX]] = span->theta_delta_max;
    v[c->at[OB_COLUMN_GRAD_NORM]] = t->grad_norm;
    v[c->at[OB_COLUMN_GRAD_NORM_MAX]] = span->grad_norm_max;
    v[c->at[OB_COLUMN_LR]] = t->lr;
    for (size_t i = 0; i < c->metrics; i++)
        v[c->metric + i] = t->metric[i]->value(t->problem, t->theta.data);
    if (c->evals >= 0)
        v[c->evals] = (double)t->problem->counts.function;
    put(&t->theta, c->params, v + c->param);
    put(&t->grad, c->grads, v + c->grad);
    if (t->k == 0)
        row->has &= ~(UINT64_C(1) << c->at[OB_COLUMN_THETA_DELTA] |
                      UINT64_C(1) << c->at[OB_COLUMN_THETA_DELTA_MAX] |
                      UINT64_C(1) << c->at[OB_COLUMN_LR]);
    ob_sampler_taken(&t->sampler, t->k);
    t->row_made = t->row_fresh = true;
}

const struct ob_row *ob_trainer_row(const struct ob_trainer *t)
{
    return t->row_fresh ? t->row : NULL;
}

/* ---- one step ---- */

static void evaluate(struct ob_trainer *t)
{
    struct ob_eval e;
    ob_problem_eval(t->problem, t->theta.data, t->grad.data, &e);
    t->loss = e.loss;
    t->clamped = e.clamped;
    t->grad_norm = ob_norm2(t->pool, &t->grad);
    /* The square of a tiny number is 0, too, so a norm of 0 is only a hint. */
    t->grad_is_zero = t->grad_norm == 0 && ob_absmax(&t->grad) == 0;
    if (t->loss < t->best_loss || (t->k == 0 && isfinite(t->loss))) {
        t->best_loss = t->loss;
        t->best_step = t->k;
    }
    ob_span_add(&t->sampler.span, t->loss, t->theta_delta, t->grad_norm);
}

/* The first thing that is no number after a step, NULL where all are. Sums of squares
 * may overflow where every element is finite; that alone is nothing bad. */
static const char *find_bad(struct ob_trainer *t)
{
    const struct ob_layout *l = &t->problem->layout;
    size_t i = ob_first_nonfinite(&t->theta);
    if (i < t->theta.n)
        return ob_layout_at(l, i)->name;
    if (!isfinite(t->loss))
        return "loss";
    i = ob_first_nonfinite(&t->grad);
    if (i == t->grad.n)
        return NULL;
    snprintf(t->bad, sizeof t->bad, "gradient of %s", ob_layout_at(l, i)->name);
    return t->bad;
}

double ob_trainer_target(struct ob_trainer *t)
{
    const char *name = t->stopper.target.metric;
    if (t->target)
        return t->target->value(t->problem, t->theta.data);
    if (strcmp(name, "loss") == 0)
        return t->loss;
    if (strcmp(name, "theta_delta") == 0)
        return t->theta_delta;
    return strcmp(name, "grad_norm") == 0 ? t->grad_norm : NAN;
}

static enum ob_stop check(struct ob_trainer *t, size_t clamped, bool grad_was_zero)
{
    struct ob_step_facts facts = {
        .k = t->k,
        .epoch = (double)t->k,
        .loss = t->loss,
        .theta_delta = t->theta_delta,
        .grad_norm = t->grad_norm,
        .theta_norm = NAN,
        .lr = t->lr,
        .target = NAN,
        .seconds = t->seconds,
        .evals = t->problem->counts.function,
        .clamped = clamped,
        .grad_is_zero = grad_was_zero,
    };
    if (t->theta_delta == 0)
        facts.step_is_zero = memcmp(t->theta.data, t->previous.data,
                                    t->theta.n * ob_dtype_size(t->theta.dtype)) == 0;
    if (t->stopper.opts.relative)
        facts.theta_norm = ob_norm2(t->pool, &t->theta);
    if (t->stopper.target.metric[0])
        facts.target = ob_trainer_target(t);
    /* One test for three numbers: what is not finite makes the sum so. */
    if (!isfinite(t->loss + t->grad_norm + t->theta_delta))
        facts.bad = find_bad(t);
    return ob_stop_check(&t->stopper, &facts);
}

/* The run is over: the last step gets its row, and the time stands still. A row that a
 * longer run would not have is extra: a checkpoint does not know of it. */
static enum ob_stop finish(struct ob_trainer *t, enum ob_stop why)
{
    t->seconds = ob_trainer_seconds(t);
    t->stop = why;
    if (t->row_made)
        return why;
    t->row_extra = t->k != t->sampler.next;
    t->before_extra = t->sampler;
    make_row(t);
    return why;
}

enum ob_stop ob_trainer_start(struct ob_trainer *t)
{
    t->begun = ob_clock_ns();
    ob_cadence_init(&t->cadence, t->begun);
    t->row_fresh = false;
    evaluate(t);
    make_row(t);
    ob_stopper_begin(&t->stopper, t->loss);
    if (!isfinite(t->loss + t->grad_norm)) {
        struct ob_step_facts facts = { .loss = t->loss,
                                       .theta_delta = NAN,
                                       .grad_norm = t->grad_norm,
                                       .theta_norm = NAN,
                                       .lr = NAN,
                                       .target = NAN };
        facts.bad = find_bad(t);
        if (facts.bad)
            return finish(t, ob_stop_check(&t->stopper, &facts));
    }
    return OB_GO_ON;
}

enum ob_stop ob_trainer_step(struct ob_trainer *t)
{
    OB_REQUIRE(t->stop == OB_GO_ON && t->begun);
    struct ob_iterate it = { .problem = t->problem,
                             .theta = &t->theta,
                             .grad = &t->grad,
                             .loss = t->loss,
                             .k = t->k + 1 };
    const size_t clamped = t->clamped;
    const bool grad_was_zero = t->grad_is_zero;

    t->row_fresh = false;
    keep_previous(t);
    enum ob_step_result r = ob_optimizer_step(t->optimizer, &it);
    if (r != OB_STEP_OK)
        return finish(t, r == OB_STEP_STUCK ? OB_STOP_STUCK : OB_STOP_SINGULAR);
    t->k++;
    t->lr = it.lr;
    t->row_made = false;
    t->theta_delta = ob_norm2_diff(t->pool, &t->theta, &t->previous);
    evaluate(t);
    if (t->stopper.opts.max_seconds > 0 && ob_cadence_due(&t->cadence))
        t->seconds =
            t->seconds_before + (double)(t->cadence.last - t->begun - t->rested) * 1e-9;
    enum ob_stop stop = check(t, clamped, grad_was_zero);
    if (stop != OB_GO_ON)
        return finish(t, stop);
    if (t->k == t->sampler.next)
        make_row(t);
    return OB_GO_ON;
}

void ob_trainer_end(struct ob_trainer *t, enum ob_stop why)
{
    OB_REQUIRE(t->stop == OB_GO_ON && why != OB_GO_ON);
    t->row_fresh = false;
    finish(t, why);
}

/* ---- looking at it ---- */

const struct ob_columns *ob_trainer_columns(const struct ob_trainer *t)
{
    return &t->columns;
}

struct ob_trainer_data ob_trainer_data(const struct ob_trainer *t)
{
    return (struct ob_trainer_data){ t->origin, t->data_hash, t->rows, t->features };
}

unsigned ob_trainer_threads(const struct ob_trainer *t)
{
    return ob_pool_threads(t->pool);
}

bool ob_trainer_row_is_extra(const struct ob_trainer *t)
{
    return t->row_extra;
}

uint64_t ob_trainer_steps(const struct ob_trainer *t)
{
    return t->k;
}

enum ob_stop ob_trainer_state(const struct ob_trainer *t)
{
    return t->stop;
}

uint64_t ob_trainer_budget(const struct ob_trainer *t)
{
    int64_t most = t->stopper.opts.max_steps;
    if (most <= 0)
        return UINT64_MAX;
    return (uint64_t)most > t->k ? (uint64_t)most - t->k : 0;
}
