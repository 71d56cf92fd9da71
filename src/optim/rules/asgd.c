/*
 * Averaged SGD: Polyak, Juditsky 1992, "Acceleration of Stochastic Approximation by
 * Averaging", with the rates of Xu 2011, "Towards Optimal One Pass Large Scale Learning
 * with Averaged Stochastic Gradient Descent", section 2; with the meaning and the order
 * of operations of torch.optim.ASGD.
 */
#ifdef OB_REAL_BITS

#    ifndef ASGD_MAXIMIZE
#        define ASGD_MAXIMIZE 1
#        define ASGD_DECAY    2
#        define ASGD_COPY     4 /* mu = 1: the average has not begun */
#    endif

/* keep = 1 - lambd * eta. */
struct OB_FN(asgd) {
    real eta, mu, keep, decay;
};

/* Slot: the average. */
OB_DEVFN void OB_FN(asgd_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(asgd) * c,
                               int flags)
{
    real g = flags & ASGD_MAXIMIZE ? -e->grad : e->grad;
    if (flags & ASGD_DECAY)
        g = g + c->decay * e->theta;
    e->theta = e->theta * c->keep;
    e->theta = e->theta - c->eta * g;
    e->s[0] = flags & ASGD_COPY ? e->theta : e->s[0] + (e->theta - e->s[0]) * c->mu;
}

#else

#    define RULE       asgd
#    define RULE_FILE  "rules/asgd.c"
#    define RULE_SLOTS 1
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "pow64.h"

struct opts {
    double lr, lambd, alpha, t0, weight_decay;
    bool maximize;
};

/* What torch keeps: the rate and the weight of the next step. */
struct state {
    double *eta, *mu; /* [groups] */
};

static const char *const slots[] = { "ax" };
static const char *const counters[] = { "step", NULL };

static const struct ob_gauge gauges[] = {
    { "eta", "rate of this step, which falls by itself", false },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, lambd, .fallback = 1e-4, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "theta shrinks by lambd * eta in each step, and eta falls with it"),
    OB_REAL(struct opts, alpha, .fallback = 0.75, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "step t + 1 has the rate eta = lr / (1 + lambd * lr * t)^alpha"),
    OB_REAL(struct opts, t0, .fallback = 1e6, .min = 0, .max = INFINITY,
            .below_max = true, .unit = "steps", .help = "where the average begins"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    state->eta = ob_optimizer_keep(o, "eta", OB_F64, o->groups, err);
    state->mu = state->eta ? ob_optimizer_keep(o, "mu", OB_F64, o->groups, err) : NULL;
    return state->mu != NULL;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    const struct state *state = step->o->state;
    const double t = (double)step->t;
    double *eta = &state->eta[step->group], *mu = &state->mu[step->group];
    if (step->t == 1) {
        *eta = step->lr;
        *mu = 1;
    }
    *(struct asgd_f64 *)coef = (struct asgd_f64){
        .eta = *eta, .mu = *mu, .keep = 1 - s->lambd * *eta, .decay = s->weight_decay
    };
    if (step->group == step->o->segment[0].group)
        *step->o->gauge[0] = *eta;
    *flags = (s->maximize ? ASGD_MAXIMIZE : 0) | (s->weight_decay != 0 ? ASGD_DECAY : 0) |
             (*mu == 1 ? ASGD_COPY : 0);
    *eta = step->lr / pow64(1 + s->lambd * step->lr * t, s->alpha);
    *mu = 1 / fmax(1, t - s->t0);
}

ELEMENT_VARIANTS(asgd)
static const struct element_rule rule = { ELEMENT_LOOPS(asgd), coefficients, true };

/* Up to t0 the average is theta. */
static void average(const struct ob_optimizer *o, const struct ob_vec *theta,
                    struct ob_vec *out)
{
    (void)theta;
    for (size_t i = 0; o->counter[0] > 0 && i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        for (size_t k = s->offset; k < s->offset + s->n; k++)
            ob_vec_set(out, k, ob_vec_get(&o->slot[0], k));
    }
}

const struct ob_optimizer_type ob_optimizer_asgd = {
    .name = "asgd",
    .title = "Averaged SGD",
    .summary = "gradient descent with a falling rate, and the average of where it was",
    .reference = "Polyak, Juditsky 1992, Acceleration of Stochastic Approximation by "
                 "Averaging; Xu 2011 (rates); conventions of torch.optim.ASGD",
    .equations = "theta = (1 - lambd eta) theta - eta (g + weight_decay theta)\n"
                 "a = a + mu (theta - a)\n"
                 "eta = lr / (1 + lambd lr t)^alpha,  mu = 1 / max(1, t - t0)\n",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .start = start,
    .average = average,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
