/*
 * SAGA: Defazio, Bach, Lacoste-Julien 2014 (SAGA: a fast incremental gradient method with
 * support for non-strongly convex composite objectives), equation 1 with h = 0. The
 * gradient that each row had when it was last seen is kept; a step by row j is
 *
 *   theta = theta - lr * (f_j'(theta) - kept_j + mean of all that are kept)
 *
 * A batch is the mean of such steps over its rows, all at the same theta. The table
 * begins with the gradients at the start, as in the paper: the first step costs a pass
 * over all rows, each step evaluates its rows once more, one by one. Both count as one
 * evaluation, as a batch does.
 *
 * On the full batch kept gradients and their mean cancel: this is gradient descent then,
 * and no table is made.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "optbench/optim/optimizer.h"
#include "rate.h"

enum { TABLE_MOST = 1 << 28 }; /* numbers: 2 GiB in float64 */

struct opts {
    double lr;
};

struct state {
    char *table; /* [rows][n] in the dtype, kept by the optimizer; NULL: no batches */
    struct ob_vec one;  /* [n] of one row */
    struct ob_vec step; /* [n] */
};

enum { MEAN };   /* slot: of the table */
enum { FILLED }; /* counter: the table is */

static const char *const slots[] = { "mean_grad" };
static const char *const counters[] = { "saga.filled", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 0.01, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "learning rate: 1 / (3 L) is safe, L the largest curvature of the "
                    "loss of one row"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct ob_problem *p = o->problem;
    if (!p->batched)
        return true;
    if (p->rows > TABLE_MOST / p->n)
        return ob_fail(err, OB_ECONFIG,
                       "kind: saga keeps a gradient for every row, %zu x %zu numbers are "
                       "too many: svrg needs no table",
                       p->rows, p->n);
    s->table = ob_optimizer_keep(o, "saga.table", p->dtype, p->rows * p->n, err);
    return s->table && ob_vec_init(&s->one, p->dtype, p->n, err) &&
           ob_vec_init(&s->step, p->dtype, p->n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->one);
    ob_vec_finish(&s->step);
}

static char *kept(const struct ob_optimizer *o, size_t row)
{
    const struct state *s = o->state;
    return s->table + row * o->problem->n * ob_dtype_size(o->problem->dtype);
}

/* The gradient of one row at theta. */
static bool look_at(struct ob_iterate *it, uint32_t row, void *grad)
{
    struct ob_eval e;
    struct ob_err err;
    if (!ob_problem_batch(it->problem, &row, 1, &err))
        return false;
    ob_problem_eval(it->problem, it->theta->data, grad, &e);
    return true;
}

static bool fill(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    const size_t n = it->theta->n, rows = it->problem->rows;
    ob_vec_zero(&o->slot[MEAN]);
    for (size_t r = 0; r < rows; r++) {
        if (!look_at(it, (uint32_t)r, kept(o, r)))
            return false;
        k->axpy(n, 1 / (double)rows, kept(o, r), o->slot[MEAN].data);
    }
    o->counter[FILLED] = 1;
    return true;
}

/* state.step = mean of (gradient - kept) over the batch + mean of the table; then the
 * table has the new gradients. */
static bool correct(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    struct state *s = o->state;
    const size_t n = it->theta->n, size = n * ob_dtype_size(it->theta->dtype);
    const double share = 1 / (double)it->rows, whole = 1 / (double)it->problem->rows;
    ob_vec_copy(&s->step, &o->slot[MEAN]);
    for (size_t i = 0; i < it->rows; i++) {
        char *old = kept(o, it->row[i]);
        if (!look_at(it, it->row[i], s->one.data))
            return false;
        k->sub(n, s->one.data, old, old); /* the difference, for a moment */
        k->axpy(n, share, old, s->step.data);
        k->axpy(n, whole, old, o->slot[MEAN].data);
        memcpy(old, s->one.data, size);
    }
    return true;
}

static bool make(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct ob_problem_counts *counts = &it->problem->counts, was = *counts;
    struct ob_err err;
    const bool filled = o->counter[FILLED];
    bool done = (filled || fill(o, it)) && correct(o, it) &&
                ob_problem_batch(it->problem, it->row, it->rows, &err);
    *counts = was;
    counts->function += filled ? 1 : 2;
    counts->gradient += filled ? 1 : 2;
    return done;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct state *s = o->state;
    const struct ob_vec *way = it->rows ? &s->step : it->grad;
    OB_REQUIRE(!it->rows || s->table);
    if (it->rows && !make(o, it)) {
        snprintf(o->note, sizeof o->note, "no memory for the gradients of single rows");
        return OB_STEP_STUCK;
    }
    optimizer_descend(o, it, way);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_saga = {
    .name = "saga",
    .title = "SAGA",
    .summary = "keeps the last gradient of every row and steps by what is new, plus the "
               "mean of all",
    .reference = "Defazio, Bach, Lacoste-Julien 2014, equation 1",
    .needs = OB_NEEDS_ROWS,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .equations = "v = mean over the batch of (f_j'(theta) - kept_j) + mean of all kept\n"
                 "kept_j = f_j'(theta) for the rows j of the batch\n"
                 "theta = theta - lr * v",
    .step = step,
    .start = start,
    .finish = finish,
};
