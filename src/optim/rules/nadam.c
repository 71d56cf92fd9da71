/*
 * NAdam: Dozat 2016, "Incorporating Nesterov Momentum into Adam", algorithm 2 with its
 * schedule of momentum, mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2), with the meaning
 * and the order of operations of torch.optim.NAdam.
 */
#ifdef OB_REAL_BITS

#    ifndef NADAM_MAXIMIZE
#        define NADAM_MAXIMIZE 1
#        define NADAM_DECAY    2
#        define NADAM_SHRINK   4 /* the decay is no part of the gradient */
#    endif

/* second = 1 - beta2^t; rate = lr (1 - mu_t) / (1 - mu_1 ... mu_t), ahead = lr mu_(t+1) /
 * (1 - mu_1 ... mu_(t+1)); keep = 1 - lr * weight_decay. */
struct OB_FN(nadam) {
    real rest1, beta2, rest2, second, rate, ahead, eps, decay, keep;
};

/* Slots: m, v. */
OB_DEVFN void OB_FN(nadam_rule)(struct OB_FN(ob_element) * e,
                                const struct OB_FN(nadam) * c, int flags)
{
    real g = flags & NADAM_MAXIMIZE ? -e->grad : e->grad;
    real below;
    if (flags & NADAM_SHRINK)
        e->theta = e->theta * c->keep;
    if (flags & NADAM_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] + c->rest1 * (g - e->s[0]);
    e->s[1] = e->s[1] * c->beta2 + c->rest2 * g * g;
    below = OB_FN(ob_sqrt)(e->s[1] / c->second) + c->eps;
    e->theta = e->theta - c->rate * g / below;
    e->theta = e->theta - c->ahead * e->s[0] / below;
}

#else

#    define RULE       nadam
#    define RULE_FILE  "rules/nadam.c"
#    define RULE_SLOTS 2
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "pow64.h"
#        include "power.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay, momentum_decay;
    bool decoupled_weight_decay, maximize;
};

struct state {
    double *product; /* [groups] mu_1 ... mu_t, kept */
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq" };
static const char *const counters[] = { "step", NULL };

static const struct ob_gauge gauges[] = {
    { "momentum", "momentum of this step", false },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 2e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_REAL(struct opts, momentum_decay, .fallback = 4e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "how fast the momentum grows from beta1 / 2 to beta1"),
    OB_BOOLEAN(struct opts, decoupled_weight_decay,
               .help = "shrink theta by lr * weight_decay instead, as AdamW does"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    state->product = ob_optimizer_keep(o, "mu_product", OB_F64, o->groups, err);
    for (size_t i = 0; state->product && i < o->groups; i++)
        state->product[i] = 1;
    return state->product != NULL;
}

static double momentum(const struct opts *s, uint64_t t)
{
    return s->beta1 * (1 - 0.5 * pow64(0.96, (double)t * s->momentum_decay));
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    const struct state *state = step->o->state;
    double mu = momentum(s, step->t), next = momentum(s, step->t + 1);
    double product = state->product[step->group] *= mu;
    *(struct nadam_f64 *)coef = (struct nadam_f64){
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .second = 1 - power(s->beta2, step->t, 0x1p-60),
        .rate = step->lr * (1 - mu) / (1 - product),
        .ahead = step->lr * next / (1 - product * next),
        .eps = s->eps,
        .decay = s->weight_decay,
        .keep = 1 - step->lr * s->weight_decay,
    };
    if (step->group == step->o->segment[0].group)
        *step->o->gauge[0] = mu;
    int decay = s->decoupled_weight_decay ? NADAM_SHRINK : NADAM_DECAY;
    *flags = (s->maximize ? NADAM_MAXIMIZE : 0) | (s->weight_decay != 0 ? decay : 0);
}

ELEMENT_VARIANTS(nadam)
static const struct element_rule rule = { ELEMENT_LOOPS(nadam), coefficients, true };

const struct ob_optimizer_type ob_optimizer_nadam = {
    .name = "nadam",
    .title = "NAdam",
    .summary = "Adam with Nesterov's momentum, which grows as the run goes on",
    .reference = "Dozat 2016, Incorporating Nesterov Momentum into Adam, algorithm 2; "
                 "conventions of torch.optim.NAdam",
    .equations = "mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2),  M_t = mu_1 ... mu_t\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2,  v^ = v / (1 - beta2^t)\n"
                 "m^ = (1 - mu_t) g / (1 - M_t) + mu_(t+1) m / (1 - M_(t+1))\n"
                 "theta = theta - lr m^ / (sqrt(v^) + eps)\n",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .start = start,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
