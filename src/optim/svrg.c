/*
 * SVRG: Johnson, Zhang 2013 (Accelerating stochastic gradient descent using predictive
 * variance reduction), figure 1, option I: every m steps the parameters are remembered,
 * with their gradient over all rows; a step corrects the gradient of its batch by that of
 * the same rows at the remembered parameters.
 *
 * A step costs a second evaluation of its batch, every m-th besides one of all rows. On
 * the full batch there is no variance to reduce: the correction is exactly 0, and this is
 * gradient descent.
 */
#include <math.h>
#include <stdio.h>

#include "optbench/num/kernels.h"
#include "optbench/optim/optimizer.h"
#include "rate.h"

struct opts {
    double lr;
    int64_t every;
};

struct state {
    struct ob_vec there; /* [n] gradient of the batch at the snapshot, then the step */
};

enum { SNAPSHOT, FULL }; /* slots */
enum { AGE };            /* counter: steps since the snapshot */

static const char *const slots[] = { "snapshot", "full_grad" };
static const char *const counters[] = { "svrg.age", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 0.01, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate"),
    OB_INTEGER(struct opts, every, .min = 0, .max = 1e15, .zero_word = "auto",
               .unit = "steps", .live = true,
               .help = "steps from one gradient over all rows to the next; auto: two "
                       "passes over the rows"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    return ob_vec_init(&s->there, o->problem->dtype, o->problem->n, err);
}

static void finish(struct ob_optimizer *o)
{
    ob_vec_finish(&((struct state *)o->state)->there);
}

/* The gradient over all rows at theta, which becomes the snapshot. */
static bool take_snapshot(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct ob_eval e;
    struct ob_err err;
    ob_vec_copy(&o->slot[SNAPSHOT], it->theta);
    if (!ob_problem_batch(it->problem, NULL, 0, &err))
        return false;
    ob_problem_eval(it->problem, it->theta->data, o->slot[FULL].data, &e);
    return ob_problem_batch(it->problem, it->row, it->rows, &err);
}

static uint64_t period(const struct opts *opts, const struct ob_iterate *it)
{
    if (opts->every)
        return (uint64_t)opts->every;
    return (2 * it->problem->rows + it->rows - 1) / it->rows;
}

/* The options of the first group of this kind: [optimizer] may be of another. */
static const struct opts *own_opts(const struct ob_optimizer *o)
{
    size_t g = 0;
    while (o->group_type[g] != o->type)
        g++;
    return o->group_opts[g];
}

/* state.there = grad - gradient there + full gradient. */
static bool correct(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    struct state *s = o->state;
    const size_t n = it->theta->n;
    const struct opts *opts = own_opts(o);
    struct ob_eval e;
    if (o->counter[AGE] == 0 && !take_snapshot(o, it))
        return false;
    ob_problem_eval(it->problem, o->slot[SNAPSHOT].data, s->there.data, &e);
    k->sub(n, it->grad->data, s->there.data, s->there.data);
    k->axpy(n, 1, o->slot[FULL].data, s->there.data);
    o->counter[AGE] = (o->counter[AGE] + 1) % period(opts, it);
    return true;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct state *s = o->state;
    const struct ob_vec *way = it->rows ? &s->there : it->grad;
    if (it->rows && !correct(o, it)) {
        snprintf(o->note, sizeof o->note, "no memory for the gradient over all rows");
        return OB_STEP_STUCK;
    }
    optimizer_descend(o, it, way);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_svrg = {
    .name = "svrg",
    .title = "stochastic variance reduced gradient",
    .summary = "corrects each batch's gradient by that of the same rows at remembered "
               "parameters, whose full gradient is known",
    .reference = "Johnson, Zhang 2013, figure 1, option I",
    .needs = OB_NEEDS_ROWS,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .equations = "every m steps: snapshot = theta, mu = gradient over all rows there\n"
                 "v = grad_batch(theta) - grad_batch(snapshot) + mu\n"
                 "theta = theta - lr * v",
    .step = step,
    .start = start,
    .finish = finish,
};
