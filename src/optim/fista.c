/*
 * FISTA: Beck, Teboulle 2009 (A fast iterative shrinkage-thresholding algorithm for
 * linear inverse problems), equations 4.1 to 4.3, with the adaptive restarts of
 * O'Donoghue and Candes 2015 (Adaptive restart for accelerated gradient schemes),
 * section 3.2.
 *
 * theta is x, what the paper bounds the loss of; its gradient is wanted at y, a little
 * farther on, so that a step evaluates once more than gradient descent.
 */
#include <math.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "proximal.h"
#include "rate.h"

enum restart { RESTART_NONE, RESTART_FUNCTION, RESTART_GRADIENT };

struct opts {
    double lr, backtracking; /* struct proximal_opts */
    int restart;
};

struct state {
    struct ob_vec y, grad, next; /* [n] */
    double *number;              /* [NUMBERS] kept */
};

enum { PREVIOUS, SLOTS }; /* x of the step before */
enum { T, BETA, LAST_LOSS, MOST, NUMBERS };
enum { MOMENTUM };

static const char *const slots[] = { "previous" };
static const struct ob_gauge gauges[] = {
    { "momentum", "share of the last step that y lies farther on", false },
    { 0 },
};
static const char *const restarts[] = {
    [RESTART_NONE] = "none",
    [RESTART_FUNCTION] = "function",
    [RESTART_GRADIENT] = "gradient",
    NULL,
};

static const struct ob_param params[] = {
    PROXIMAL_PARAMS(struct opts),
    OB_CHOICE(struct opts, restart, .choices = restarts, .live = true,
              .help = "when the momentum begins anew: function, after a step that made "
                      "the loss larger; gradient, after one that went uphill"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    enum ob_dtype dtype = o->problem->dtype;
    size_t n = o->problem->n;
    s->number = ob_optimizer_keep(o, "fista.state", OB_F64, NUMBERS, err);
    return s->number && ob_vec_init(&s->y, dtype, n, err) &&
           ob_vec_init(&s->grad, dtype, n, err) && ob_vec_init(&s->next, dtype, n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->y);
    ob_vec_finish(&s->grad);
    ob_vec_finish(&s->next);
}

/* y without momentum is x: t is 1 as at the start. */
static void begin_anew(struct state *s)
{
    s->number[T] = 1;
    s->number[BETA] = 0;
}

/* The point y, with its gradient. */
static struct proximal_point look_ahead(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    struct state *s = o->state;
    struct ob_eval e;
    o->gauge[MOMENTUM][0] = s->number[BETA];
    if (s->number[BETA] == 0)
        return (struct proximal_point){ it->theta, it->grad, it->loss };
    k->sub(s->y.n, it->theta->data, o->slot[PREVIOUS].data, s->y.data);
    k->scale(s->y.n, s->number[BETA], s->y.data);
    k->axpy(s->y.n, 1, it->theta->data, s->y.data);
    ob_problem_eval(it->problem, s->y.data, s->grad.data, &e);
    return (struct proximal_point){ &s->y, &s->grad, e.loss };
}

/* Whether the step from x to `next` goes against the one from y: (y - next)'(next - x).
 */
static bool goes_uphill(const struct ob_vec *x, const struct ob_vec *y,
                        const struct ob_vec *next)
{
    double sum = 0;
    for (size_t i = 0; i < x->n; i++) {
        double at = ob_vec_get(next, i);
        sum += (ob_vec_get(y, i) - at) * (at - ob_vec_get(x, i));
    }
    return sum > 0;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    const struct opts *opts = o->group_opts[0];
    const struct proximal_opts prox = { opts->lr, opts->backtracking };
    double *number = s->number;
    if (number[T] == 0 ||
        (opts->restart == RESTART_FUNCTION && it->loss > number[LAST_LOSS]))
        begin_anew(s);
    number[LAST_LOSS] = it->loss;
    const struct proximal_point from = look_ahead(o, it);
    it->lr = optimizer_group_lr(o, 0, it->k);
    if (!proximal_step(o, &prox, &from, &it->lr, &number[MOST], &s->next))
        return OB_STEP_STUCK;
    const double t = number[T];
    number[T] = (1 + sqrt(1 + 4 * t * t)) / 2;
    number[BETA] = (t - 1) / number[T];
    if (opts->restart == RESTART_GRADIENT && goes_uphill(it->theta, from.y, &s->next))
        begin_anew(s);
    ob_vec_copy(&o->slot[PREVIOUS], it->theta);
    ob_vec_copy(it->theta, &s->next);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_fista = {
    .name = "fista",
    .title = "FISTA",
    .summary = "proximal gradient with Nesterov's momentum: l1 by its soft threshold",
    .reference = "Beck, Teboulle 2009, equations 4.1 to 4.3; restart: O'Donoghue, Candes "
                 "2015",
    .needs = OB_PROXIMAL | OB_WHOLE_VECTOR | OB_EVALUATES,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .params = params,
    .gauges = gauges,
    .equations = "x' = prox(y - lr * g(y)), prox(z) = sign(z) * max(|z| - lr * l1, 0)\n"
                 "t' = (1 + sqrt(1 + 4 t^2)) / 2, t = 1 at first\n"
                 "y' = x' + (t - 1) / t' * (x' - x); theta is x",
    .step = step,
    .start = start,
    .finish = finish,
};
