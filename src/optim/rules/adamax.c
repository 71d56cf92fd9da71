/*
 * Adamax: Kingma, Ba 2015, algorithm 2, with the meaning and the order of operations of
 * torch.optim.Adamax: eps is added to |g| inside the maximum, weight decay is part of the
 * gradient.
 */
#ifdef OB_REAL_BITS

#    ifndef ADAMAX_MAXIMIZE
#        define ADAMAX_MAXIMIZE 1
#        define ADAMAX_DECAY    2
#    endif

/* rate = lr / (1 - beta1^t). */
struct OB_FN(adamax) {
    real rest1, beta2, rate, eps, decay;
};

/* Slots: m, u. */
OB_DEVFN void OB_FN(adamax_rule)(struct OB_FN(ob_element) * e,
                                 const struct OB_FN(adamax) * c, int flags)
{
    real g = flags & ADAMAX_MAXIMIZE ? -e->grad : e->grad;
    real old, now;
    if (flags & ADAMAX_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] + c->rest1 * (g - e->s[0]);
    old = e->s[1] * c->beta2;
    now = OB_FN(ob_abs)(g) + c->eps;
    e->s[1] = old > now ? old : now;
    e->theta = e->theta - c->rate * e->s[0] / e->s[1];
}

#else

#    define RULE       adamax
#    define RULE_FILE  "rules/adamax.c"
#    define RULE_SLOTS 2
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "power.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay;
    bool maximize;
};

static const char *const slots[] = { "exp_avg", "exp_inf" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 2e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "factor by which the largest gradient fades"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the size of the gradient, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct adamax_f64 *)coef = (struct adamax_f64){
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rate = step->lr / (1 - power(s->beta1, step->t, 0x1p-60)),
        .eps = s->eps,
        .decay = s->weight_decay,
    };
    *flags =
        (s->maximize ? ADAMAX_MAXIMIZE : 0) | (s->weight_decay != 0 ? ADAMAX_DECAY : 0);
}

ELEMENT_VARIANTS(adamax)
static const struct element_rule rule = { ELEMENT_LOOPS(adamax), coefficients, true };

const struct ob_optimizer_type ob_optimizer_adamax = {
    .name = "adamax",
    .title = "Adamax",
    .summary = "Adam that divides by the largest recent gradient, fading, and no root",
    .reference = "Kingma, Ba 2015, Adam: A Method for Stochastic Optimization, algorithm "
                 "2; conventions of torch.optim.Adamax",
    .equations = "g = grad + weight_decay theta\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "u = max(beta2 u, |g| + eps)\n"
                 "theta = theta - lr / (1 - beta1^t) m / u\n",
    .opts_size = sizeof(struct opts),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
