#include <config.h>

#include "optbench/train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "course.h"
#include "optbench/base/number.h"
#include "optbench/num/reduce.h"
#include "trainer_priv.h"

/* ---- time ---- */

double ob_trainer_seconds(const struct ob_trainer *t)
{
    if (t->stop != OB_GO_ON)
        return t->seconds;
    if (!t->begun)
        return t->seconds_before;
    int64_t now = t->held ? t->held : ob_clock_ns();
    return t->seconds_before + (double)(now - t->begun - t->rested) * 1e-9;
}

void ob_trainer_hold(struct ob_trainer *t)
{
    if (!t->held)
        t->held = ob_clock_ns();
}

void ob_trainer_release(struct ob_trainer *t)
{
    if (t->held)
        ob_trainer_rested(t, ob_clock_ns() - t->held);
    t->held = 0;
}

void ob_trainer_rested(struct ob_trainer *t, int64_t ns)
{
    t->rested += ns;
    t->cadence.last += ns;
}

/* ---- one step ---- */

/* A step on the processor takes tens of nanoseconds: it asks no other file for a course.
 */
static inline bool followed(const struct ob_trainer *t)
{
    return t->course && ob_course_has(t);
}

static inline bool far_away(const struct ob_trainer *t, struct ob_course_figures *f)
{
    return t->course && ob_course_figures(t, f);
}

static inline bool device_failed(const struct ob_trainer *t)
{
    return t->device && ob_trainer_failure(t);
}

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

/* What is 0 at a minimum: the gradient, or where it lacks the l1 term the shortest
 * subgradient. */
static const struct ob_vec *slope_of(struct ob_trainer *t)
{
    if (!t->slope.n)
        return &t->grad;
    ob_vec_copy(&t->slope, &t->grad);
    ob_problem_least_slope(t->problem, t->theta.data, t->slope.data);
    return &t->slope;
}

/* Loss and gradient at theta_k, of the rows that are chosen; returns the loss. On the
 * full batch the gradient before is kept where there is a place for it. */
static double take_gradient(struct ob_trainer *t)
{
    struct ob_course_figures f;
    struct ob_eval e;
    const bool far = far_away(t, &f);
    if (t->grad_before.n && !far) {
        const struct ob_vec swap = t->grad_before;
        t->grad_before = t->grad;
        t->grad = swap;
    }
    if (followed(t))
        ob_course_gradient(t, &e);
    else
        ob_problem_eval(t->problem, t->theta.data, t->grad.data, &e);
    t->clamped = e.clamped;
    if (far) {
        t->grad_norm = f.grad_norm;
        t->grad_is_zero = f.grad_is_zero;
        return e.loss;
    }
    const struct ob_vec *slope = slope_of(t);
    t->grad_norm = ob_norm2(t->pool, slope);
    /* The square of a tiny number is 0, too, so a norm of 0 is only a hint. */
    t->grad_is_zero = t->grad_norm == 0 && ob_absmax(slope) == 0;
    return e.loss;
}

/* The objective over all rows at theta_k. */
static void take_loss(struct ob_trainer *t, double loss)
{
    t->loss = loss;
    if (loss < t->best_loss || (t->k == 0 && isfinite(loss))) {
        t->best_loss = loss;
        t->best_step = t->k;
    }
    ob_span_add_loss(&t->sampler.span, loss);
}

/* Where gradients are samples: a pass for the loss alone. */
static void measure_loss(struct ob_trainer *t)
{
    struct ob_eval e;
    if (t->course && ob_course_loss(t, &e)) {
        take_loss(t, e.loss);
        return;
    }
    bool done = !t->mini || ob_problem_batch(t->problem, NULL, 0, NULL);
    OB_REQUIRE(done);
    ob_problem_eval(t->problem, t->theta.data, NULL, &e);
    take_loss(t, e.loss);
}

/* Where gradients are samples: the one that step k + 1 goes by. */
static void take_sample(struct ob_trainer *t)
{
    t->batch_rows = 0;
    t->batch = t->mini ? ob_batches_at(&t->batches, t->k + 1, &t->batch_rows) : NULL;
    if (!followed(t)) {
        bool done =
            !t->mini || ob_problem_batch(t->problem, t->batch, t->batch_rows, NULL);
        OB_REQUIRE(done); /* build.c has had the largest batch already */
        ob_problem_mode(t->problem, OB_MODE_TRAIN, t->k + 1);
    }
    t->batch_loss = take_gradient(t);
}

bool ob_trainer_loss_due(const struct ob_trainer *t, uint64_t k)
{
    if (!t->mini)
        return true;
    const uint64_t every = (uint64_t)t->spec->log.evaluate;
    return k % t->batches.per_epoch == 0 || (every && k % every == 0);
}

bool ob_trainer_held_due(const struct ob_trainer *t, uint64_t k)
{
    const uint64_t every = (uint64_t)t->spec->log.evaluate;
    if (!t->val.problem)
        return false;
    return t->mini ? ob_trainer_loss_due(t, k) : !every || k % every == 0;
}

static bool loss_is_due(const struct ob_trainer *t)
{
    return ob_trainer_loss_due(t, t->k);
}

static bool held_is_due(const struct ob_trainer *t)
{
    return ob_trainer_held_due(t, t->k);
}

static void measure_held(struct ob_trainer *t)
{
    ob_course_theta(t);
    ob_held_measure(&t->val, t->theta.data, t->k, t->metric, t->columns.metrics);
}

/* What is known of theta_k behind step k. */
static void evaluate(struct ob_trainer *t)
{
    t->loss = NAN;
    t->val.state.now = false;
    if (!t->sampled)
        take_loss(t, take_gradient(t));
    else if (loss_is_due(t))
        measure_loss(t);
    if (held_is_due(t))
        measure_held(t);
    if (t->mini && t->mean.on && loss_is_due(t))
        ob_mean_measure(t);
    ob_span_add(&t->sampler.span, t->theta_delta, t->grad_norm);
}

/* The first thing that is no number after a step, NULL where all are. Sums of squares
 * may overflow where every element is finite; that alone is nothing bad. */
static const char *find_bad(struct ob_trainer *t)
{
    ob_course_whole(t);
    const struct ob_layout *l = &t->problem->layout;
    size_t i = ob_first_nonfinite(&t->theta);
    if (i < t->theta.n)
        return ob_layout_at(l, i)->name;
    if (!isfinite(loss_is_due(t) ? t->loss : t->batch_loss))
        return "loss";
    i = ob_first_nonfinite(&t->grad);
    if (i == t->grad.n)
        return NULL;
    snprintf(t->bad, sizeof t->bad, "gradient of %s", ob_layout_at(l, i)->name);
    return t->bad;
}

/* Of the validation part, where it was measured at theta_k. */
static double held_target(struct ob_trainer *t)
{
    if (!t->val.state.now)
        return NAN;
    ob_course_theta(t);
    return t->target ? ob_problem_measure(t->val.problem, t->target, t->theta.data)
                     : t->val.state.loss;
}

double ob_trainer_target(struct ob_trainer *t)
{
    const char *name = t->stopper.target.metric;
    if (t->target_val)
        return held_target(t);
    if (t->target && !ob_trainer_measured(t))
        return NAN;
    if (t->target) {
        ob_course_theta(t);
        return ob_problem_measure(t->problem, t->target, t->theta.data);
    }
    if (strcmp(name, "loss") == 0)
        return t->loss;
    if (strcmp(name, "theta_delta") == 0)
        return t->theta_delta;
    return strcmp(name, "grad_norm") == 0 ? t->grad_norm : NAN;
}

/* What the rules ask of theta itself. */
static void look_at_theta(const struct ob_trainer *t, struct ob_step_facts *facts)
{
    struct ob_course_figures f;
    if (far_away(t, &f)) {
        facts->step_is_zero = !f.moved;
        facts->theta_norm = t->stopper.opts.relative ? f.theta_norm : NAN;
        return;
    }
    if (t->theta_delta == 0)
        facts->step_is_zero = memcmp(t->theta.data, t->previous.data,
                                     t->theta.n * ob_dtype_size(t->theta.dtype)) == 0;
    if (t->stopper.opts.relative)
        facts->theta_norm = ob_norm2(t->pool, &t->theta);
}

static enum ob_stop check(struct ob_trainer *t, size_t clamped, bool grad_was_zero)
{
    struct ob_step_facts facts = {
        .k = t->k,
        .epoch = ob_trainer_epoch(t),
        .loss = t->loss,
        .theta_delta = t->theta_delta,
        .grad_norm = t->grad_norm,
        .theta_norm = NAN,
        .lr = t->lr,
        .target = NAN,
        .more = t->watch.more,
        .watches = t->watch.name,
        .seconds = t->seconds,
        .evals = t->problem->counts.function,
        .clamped = clamped,
        .grad_is_zero = grad_was_zero,
    };
    facts.measured = ob_watch_look(t, &facts.watched);
    if (facts.measured)
        ob_schedule_observe(&t->schedule, t->k, facts.watched, facts.more);
    look_at_theta(t, &facts);
    if (t->stopper.target.metric[0])
        facts.target = ob_trainer_target(t);
    /* One test for three numbers: what is not finite makes the sum so. */
    double loss = loss_is_due(t) ? t->loss : t->batch_loss;
    if (!isfinite(loss + t->grad_norm + t->theta_delta))
        facts.bad = find_bad(t);
    enum ob_stop verdict = ob_stop_check(&t->stopper, &facts);
    if (t->stopper.target_step == t->k)
        t->stopper.target_seconds = ob_trainer_seconds(t);
    return verdict;
}

struct ob_ending ob_trainer_ending(const struct ob_trainer *t)
{
    return (struct ob_ending){ t->sampler,   t->problem->counts, t->loss,
                               t->best_loss, t->best_step,       t->curvature_next,
                               t->val.state, t->mean.state };
}

void ob_trainer_set_ending(struct ob_trainer *t, const struct ob_ending *e)
{
    t->sampler = e->sampler;
    t->problem->counts = e->counts;
    t->loss = e->loss;
    t->best_loss = e->best_loss;
    t->best_step = e->best_step;
    t->curvature_next = e->curvature_next;
    t->val.state = e->held;
    t->mean.state = e->mean;
}

/* Why a run that diverged did: the problem is asked at the last theta, and, where that is
 * no number itself or was not what a batch was measured at, at the one before. */
static void find_reason(struct ob_trainer *t)
{
    struct ob_buf reason = { 0 };
    char shown[OB_NUMBER_MAX];
    if (t->k > 0 && !isfinite(t->lr)) {
        ob_number_write(shown, t->lr);
        ob_buf_addf(&reason, "the learning rate was %s", shown);
    }
    if (!reason.len)
        ob_problem_trouble(t->problem, t->theta.data, &reason);
    if (!reason.len && t->k > 0)
        ob_problem_trouble(t->problem, t->previous.data, &reason);
    ob_stop_note_reason(&t->stopper, ob_buf_text(&reason));
    ob_buf_finish(&reason);
}

enum ob_stop ob_trainer_finish(struct ob_trainer *t, enum ob_stop why)
{
    t->seconds = ob_trainer_seconds(t);
    t->stop = why;
    if (device_failed(t))
        return t->stop = OB_STOP_CANCELLED;
    ob_course_whole(t);
    if (!t->row_made && t->k == t->sampler.next)
        ob_trainer_make_row(t);
    ob_best_look(t);
    t->before_end = ob_trainer_ending(t);
    if (!loss_is_due(t))
        measure_loss(t);
    if (t->val.problem && !held_is_due(t))
        measure_held(t);
    if (t->mini && t->mean.on && t->mean.state.k != t->k)
        ob_mean_measure(t);
    if (why == OB_STOP_DIVERGED && !t->told)
        find_reason(t);
    t->row_extra = !t->row_made;
    if (t->row_extra)
        ob_trainer_make_row(t);
    return why;
}

/* A start that is no number ends the run before its first step. */
static enum ob_stop check_start(struct ob_trainer *t)
{
    struct ob_step_facts facts = { .loss = t->loss,
                                   .theta_delta = NAN,
                                   .grad_norm = t->grad_norm,
                                   .theta_norm = NAN,
                                   .lr = NAN,
                                   .target = NAN };
    facts.bad = find_bad(t);
    return facts.bad ? ob_trainer_finish(t, ob_stop_check(&t->stopper, &facts))
                     : OB_GO_ON;
}

enum ob_stop ob_trainer_start(struct ob_trainer *t)
{
    t->begun = ob_clock_ns();
    ob_cadence_init(&t->cadence, t->begun);
    t->row_fresh = false;
    ob_wraps_start(&t->wraps, &t->theta);
    evaluate(t);
    if (device_failed(t))
        return ob_trainer_finish(t, OB_STOP_CANCELLED);
    ob_trainer_make_row(t);
    ob_best_look(t);
    double watched;
    ob_watch_look(t, &watched);
    ob_stopper_begin(&t->stopper, t->loss, watched);
    return check_start(t);
}

/* Theta goes one step on; false where the optimizer could not make one, and the run has
 * ended. */
static bool move(struct ob_trainer *t)
{
    struct ob_iterate it = { .problem = t->problem,
                             .theta = &t->theta,
                             .grad = &t->grad,
                             .loss = t->sampled ? t->batch_loss : t->loss,
                             .k = t->k + 1,
                             .row = t->batch,
                             .rows = t->batch_rows };
    keep_previous(t);
    const uint64_t evals = t->problem->counts.function;
    it.grad = ob_wraps_gradient(&t->wraps, &t->theta, &t->grad);
    ob_last_keep(&t->last, t->optimizer, it.grad);
    enum ob_step_result r = OB_STEP_OK;
    if (followed(t))
        ob_course_move(t, &it);
    else
        r = ob_optimizer_step(t->optimizer, &it);
    ob_wraps_release(&t->wraps);
    t->step_evals = t->problem->counts.function - evals;
    ob_problem_mode(t->problem, OB_MODE_EVAL, 0);
    if (r != OB_STEP_OK) {
        ob_vec_copy(&t->theta,
                    &t->previous); /* the kind of a group failed behind others */
        ob_trainer_finish(t, r == OB_STEP_STUCK ? OB_STOP_STUCK : OB_STOP_SINGULAR);
        return false;
    }
    t->k++;
    t->last.k = t->k;
    ob_wraps_after(&t->wraps, &t->theta, t->k);
    t->lr = it.lr;
    t->theta_delta = ob_norm2_diff(t->pool, &t->theta, &t->previous);
    return true;
}

/* The same where vectors stay on a device. */
static void move_far(struct ob_trainer *t, const struct ob_course_figures *f)
{
    struct ob_iterate it = { .k = t->k + 1 };
    ob_course_move(t, &it);
    t->step_evals = 0;
    t->k++;
    t->last.k = 0;
    t->lr = it.lr;
    t->theta_delta = f->theta_delta;
}

enum ob_stop ob_trainer_step(struct ob_trainer *t)
{
    struct ob_course_figures f;
    OB_REQUIRE(t->stop == OB_GO_ON && t->begun);
    t->row_fresh = false;
    if (t->course && !ob_course_follow(t))
        return ob_trainer_finish(t, OB_STOP_CANCELLED);
    if (t->sampled)
        take_sample(t);
    const size_t clamped = t->clamped;
    const bool grad_was_zero = t->grad_is_zero;
    if (far_away(t, &f))
        move_far(t, &f);
    else if (!move(t))
        return t->stop;
    t->row_made = false;
    evaluate(t);
    if (device_failed(t))
        return ob_trainer_finish(t, OB_STOP_CANCELLED);
    if (t->stopper.opts.max_seconds > 0 && ob_cadence_due(&t->cadence))
        t->seconds =
            t->seconds_before + (double)(t->cadence.last - t->begun - t->rested) * 1e-9;
    enum ob_stop stop = check(t, clamped, grad_was_zero);
    if (t->course)
        ob_course_done(t);
    if (stop != OB_GO_ON)
        return ob_trainer_finish(t, stop);
    if (t->k == t->sampler.next)
        ob_trainer_make_row(t);
    ob_best_look(t);
    return OB_GO_ON;
}

void ob_trainer_end(struct ob_trainer *t, enum ob_stop why)
{
    OB_REQUIRE(t->stop == OB_GO_ON && why != OB_GO_ON);
    t->row_fresh = false;
    ob_trainer_finish(t, why);
}
