/*
 * RAdam: Liu, Jiang, He, Chen, Liu, Gao, Han 2020, "On the Variance of the Adaptive
 * Learning Rate and Beyond", algorithm 2, with the meaning and the order of operations of
 * torch.optim.RAdam: eps stands outside the root, and the first steps, of which the
 * variance is not tractable (rho_t <= 5), are those of momentum alone.
 */
#ifdef OB_REAL_BITS

#    ifndef RADAM_MAXIMIZE
#        define RADAM_MAXIMIZE 1
#        define RADAM_DECAY    2
#        define RADAM_SHRINK   4 /* the decay is no part of the gradient */
#        define RADAM_ADAPT    8 /* rho_t > 5 */
#    endif

/* first = 1 - beta1^t, root = sqrt(1 - beta2^t), rect = r_t; keep = 1 - lr *
 * weight_decay. */
struct OB_FN(radam) {
    real rest1, beta2, rest2, first, root, rect, lr, eps, decay, keep;
};

/* Slots: m, v. */
OB_DEVFN void OB_FN(radam_rule)(struct OB_FN(ob_element) * e,
                                const struct OB_FN(radam) * c, int flags)
{
    real g = flags & RADAM_MAXIMIZE ? -e->grad : e->grad;
    real step;
    if (flags & RADAM_SHRINK)
        e->theta = e->theta * c->keep;
    if (flags & RADAM_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] + c->rest1 * (g - e->s[0]);
    e->s[1] = e->s[1] * c->beta2 + c->rest2 * g * g;
    step = e->s[0] / c->first * c->lr;
    if (flags & RADAM_ADAPT)
        step = step * (c->root / (OB_FN(ob_sqrt)(e->s[1]) + c->eps)) * c->rect;
    e->theta = e->theta - step;
}

#else

#    define RULE       radam
#    define RULE_FILE  "rules/radam.c"
#    define RULE_SLOTS 2
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "power.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay;
    bool decoupled_weight_decay, maximize;
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq" };
static const char *const counters[] = { "step", NULL };

static const struct ob_gauge gauges[] = {
    { "rectification", "share of the adaptive step; 0 while it is momentum alone",
      false },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
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
    OB_BOOLEAN(struct opts, decoupled_weight_decay,
               .help = "shrink theta by lr * weight_decay instead, as AdamW does"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

/* r_t^2, or 0 while rho_t <= 5. At small t both rho_inf and what is taken from it are
 * near 2 / (1 - beta2) while their difference is near 5, so second = beta2^t has to be
 * right to the last bit. */
static double rectified(double beta2, uint64_t t, double second)
{
    double all = 2 / (1 - beta2) - 1;
    double rho = all - 2 * (double)t * second / (1 - second);
    return rho > 5 ? (rho - 4) * (rho - 2) * all / ((all - 4) * (all - 2) * rho) : 0;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    const double second = power_exact(s->beta2, step->t);
    const double rect = rectified(s->beta2, step->t, second);
    *(struct radam_f64 *)coef = (struct radam_f64){
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .first = 1 - power(s->beta1, step->t, 0x1p-60),
        .root = sqrt(1 - second),
        .rect = sqrt(rect),
        .lr = step->lr,
        .eps = s->eps,
        .decay = s->weight_decay,
        .keep = 1 - step->lr * s->weight_decay,
    };
    if (step->group == step->o->segment[0].group)
        *step->o->gauge[0] = sqrt(rect);
    int decay = s->decoupled_weight_decay ? RADAM_SHRINK : RADAM_DECAY;
    *flags = (s->maximize ? RADAM_MAXIMIZE : 0) | (s->weight_decay != 0 ? decay : 0) |
             (rect > 0 ? RADAM_ADAPT : 0);
}

ELEMENT_VARIANTS(radam)
static const struct element_rule rule = { ELEMENT_LOOPS(radam), coefficients, true };

const struct ob_optimizer_type ob_optimizer_radam = {
    .name = "radam",
    .title = "RAdam",
    .summary = "Adam that begins as momentum and trusts its squares as they settle",
    .reference = "Liu et al. 2020, On the Variance of the Adaptive Learning Rate and "
                 "Beyond, algorithm 2; conventions of torch.optim.RAdam",
    .equations = "m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2\n"
                 "rho_inf = 2 / (1 - beta2) - 1\n"
                 "rho = rho_inf - 2 t beta2^t / (1 - beta2^t)\n"
                 "r^2 = (rho-4)(rho-2) rho_inf / ((rho_inf-4)(rho_inf-2) rho)\n"
                 "theta = theta - lr m^ (r / (sqrt(v^) + eps) where rho > 5, else 1)\n",
    .opts_size = sizeof(struct opts),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
