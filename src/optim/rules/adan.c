/*
 * Adan: Xie, Zhou, Li, Lin, Yan 2022, "Adan: Adaptive Nesterov Momentum Algorithm for
 * Faster Optimizing Deep Models", algorithm 1, in the order of the authors' code
 * (sail-sg/Adan, adan.py), whose betas are 1 less those of the paper and whose three
 * means are corrected for their start at 0.
 */
#ifdef OB_REAL_BITS

#    ifndef ADAN_MAXIMIZE
#        define ADAN_MAXIMIZE 1
#        define ADAN_FIRST    2 /* there is no gradient before this one */
#        define ADAN_NO_PROX  4
#    endif

/* rate = lr / (1 - beta1^t), ahead = lr * beta2 / (1 - beta2^t), root = sqrt(1 -
 * beta3^t); keep = 1 - lr * weight_decay, less = 1 + lr * weight_decay. */
struct OB_FN(adan) {
    real beta1, rest1, beta2, rest2, beta3, rest3, rate, ahead, root, eps, keep, less;
};

/* Slots: m, v (of differences), n, the last gradient. */
OB_DEVFN void OB_FN(adan_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(adan) * c,
                               int flags)
{
    real g = flags & ADAN_MAXIMIZE ? -e->grad : e->grad;
    real change = flags & ADAN_FIRST ? R(0.0) : g - e->s[3];
    real look = g + c->beta2 * change;
    real below;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * change;
    e->s[2] = c->beta3 * e->s[2] + c->rest3 * look * look;
    e->s[3] = g;
    below = OB_FN(ob_sqrt)(e->s[2]) / c->root + c->eps;
    if (flags & ADAN_NO_PROX)
        e->theta = e->theta * c->keep;
    e->theta = e->theta - c->rate * e->s[0] / below;
    e->theta = e->theta - c->ahead * e->s[1] / below;
    if (!(flags & ADAN_NO_PROX))
        e->theta = e->theta / c->less;
}

#else

#    define RULE       adan
#    define RULE_FILE  "rules/adan.c"
#    define RULE_SLOTS 4
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "power.h"

struct opts {
    double lr, beta1, beta2, beta3, eps, weight_decay;
    bool no_prox, maximize;
};

static const char *const slots[] = { "exp_avg", "exp_avg_diff", "exp_avg_sq",
                                     "pre_grad" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.98, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.92, .min = 0, .max = 1, .below_max = true,
            .live = true,
            .help = "share of the running mean of gradient differences that is kept"),
    OB_REAL(struct opts, beta3, .fallback = 0.99, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "theta is divided by 1 + lr * weight_decay after the step"),
    OB_BOOLEAN(struct opts, no_prox,
               .help = "shrink theta by lr * weight_decay before the step instead"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    const struct opts *s = step->opts;
    *(struct adan_f64 *)coef = (struct adan_f64){
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .beta3 = s->beta3,
        .rest3 = 1 - s->beta3,
        .rate = step->lr / (1 - power(s->beta1, step->t, least)),
        .ahead = step->lr * s->beta2 / (1 - power(s->beta2, step->t, least)),
        .root = sqrt(1 - power(s->beta3, step->t, least)),
        .eps = s->eps,
        .keep = 1 - step->lr * s->weight_decay,
        .less = 1 + step->lr * s->weight_decay,
    };
    *flags = (s->maximize ? ADAN_MAXIMIZE : 0) | (step->t == 1 ? ADAN_FIRST : 0) |
             (s->no_prox ? ADAN_NO_PROX : 0);
}

ELEMENT_VARIANTS(adan)
static const struct element_rule rule = { ELEMENT_LOOPS(adan), coefficients, true };

const struct ob_optimizer_type ob_optimizer_adan = {
    .name = "adan",
    .title = "Adan",
    .summary = "Adam with a Nesterov momentum made of differences of gradients",
    .reference = "Xie, Zhou, Li, Lin, Yan 2022, Adan: Adaptive Nesterov Momentum "
                 "Algorithm for Faster Optimizing Deep Models, algorithm 1; the authors' "
                 "adan.py, whose betas are 1 less those of the paper",
    .equations =
        "m = beta1 m + (1 - beta1) g\n"
        "v = beta2 v + (1 - beta2) (g - g')   (g': the gradient before)\n"
        "n = beta3 n + (1 - beta3) (g + beta2 (g - g'))^2\n"
        "theta = theta - lr (m^ + beta2 v^) / (sqrt(n^) + eps)   (^: corrected)\n"
        "theta = theta / (1 + lr weight_decay)\n",
    .opts_size = sizeof(struct opts),
    .slots = 4,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
