/*
 * AdaBelief: Zhuang et al. 2020, "AdaBelief Optimizer: Adapting Stepsizes by the Belief
 * in Observed Gradients", algorithm 2, in the order and with the defaults of the authors'
 * code (adabelief-pytorch 0.2): eps is added to the variance and kept there, and again to
 * the root; the step is rectified as RAdam's (Liu et al. 2020, algorithm 2) unless that
 * is switched off.
 */
#ifdef OB_REAL_BITS

#    ifndef ADABELIEF_MAXIMIZE
#        define ADABELIEF_MAXIMIZE 1
#        define ADABELIEF_DECAY    2 /* as part of the gradient */
#        define ADABELIEF_AMSGRAD  4
#        define ADABELIEF_PLAIN    8 /* too few steps to divide by the root */
#    endif

/* root = sqrt(1 - beta2^t), or 1 where the rate has it; keep = what the decay leaves. */
struct OB_FN(adabelief) {
    real beta1, rest1, beta2, rest2, rate, root, eps, decay, keep;
};

/* Slots: m, s, the largest s. */
OB_DEVFN void OB_FN(adabelief_rule)(struct OB_FN(ob_element) * e,
                                    const struct OB_FN(adabelief) * c, int flags)
{
    real g = flags & ADABELIEF_MAXIMIZE ? -e->grad : e->grad;
    real off, second;
    if (flags & ADABELIEF_DECAY)
        g = g + c->decay * e->theta;
    e->theta = e->theta * c->keep;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    off = g - e->s[0];
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * off * off + c->eps;
    second = e->s[1];
    if (flags & ADABELIEF_AMSGRAD) {
        second = second > e->s[2] ? second : e->s[2];
        e->s[2] = second;
    }
    if (flags & ADABELIEF_PLAIN)
        e->theta = e->theta - c->rate * e->s[0];
    else
        e->theta =
            e->theta - c->rate * e->s[0] / (OB_FN(ob_sqrt)(second) / c->root + c->eps);
}

#else

#    define RULE         adabelief
#    define RULE_FILE    "rules/adabelief.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&ADABELIEF_AMSGRAD ? 3 : 2)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "power.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay;
    bool weight_decouple, fixed_decay, rectify, degenerated_to_sgd, amsgrad, maximize;
};

static const char *const slots[] = { "exp_avg", "exp_avg_var", "max_exp_avg_var" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running variance that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-16, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the variance and to its root"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_BOOLEAN(struct opts, weight_decouple, .fallback = true,
               .help = "no: the decay is added to the gradient instead"),
    OB_BOOLEAN(struct opts, fixed_decay,
               .help = "shrink by weight_decay alone, whatever lr is"),
    OB_BOOLEAN(struct opts, rectify, .fallback = true,
               .help = "correct the rate for the variance of the first steps, as RAdam"),
    OB_BOOLEAN(struct opts, degenerated_to_sgd, .fallback = true,
               .help = "first steps of rectify go along the mean; no: nowhere"),
    OB_BOOLEAN(struct opts, amsgrad,
               .help = "divide by the largest root so far (needs rectify = no)"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

/* The authors' rectified step does not look at the largest variance. */
static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *s = opts;
    return !(s->amsgrad && s->rectify) ||
           ob_fail(err, OB_ECONFIG, "amsgrad: has no effect with rectify = yes");
}

/* Liu et al. 2020, algorithm 2: rho_t and r_t, as AdaBelief's code has them. */
static void rectified(const struct element_step *step, struct adabelief_f64 *c,
                      int *flags)
{
    const struct opts *s = step->opts;
    double t = (double)step->t, left = power(s->beta2, step->t, 0x1p-60);
    double most = 2 / (1 - s->beta2) - 1, rho = most - 2 * t * left / (1 - left);
    double correct = 1 - power(s->beta1, step->t, 0x1p-60);
    c->root = 1;
    if (rho >= 5) {
        c->rate = sqrt((1 - left) * (rho - 4) / (most - 4) * (rho - 2) / rho * most /
                       (most - 2)) /
                  correct * step->lr;
        return;
    }
    *flags |= ADABELIEF_PLAIN;
    c->rate = s->degenerated_to_sgd ? 1 / correct * step->lr : 0;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    const struct opts *s = step->opts;
    struct adabelief_f64 *c = coef;
    double shrink = s->fixed_decay ? s->weight_decay : step->lr * s->weight_decay;
    *flags = (s->maximize ? ADABELIEF_MAXIMIZE : 0) |
             (s->weight_decay != 0 && !s->weight_decouple ? ADABELIEF_DECAY : 0) |
             (s->amsgrad ? ADABELIEF_AMSGRAD : 0);
    *c = (struct adabelief_f64){
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .rate = step->lr / (1 - power(s->beta1, step->t, least)),
        .root = sqrt(1 - power(s->beta2, step->t, least)),
        .eps = s->eps,
        .decay = s->weight_decay,
        .keep = s->weight_decouple ? 1 - shrink : 1,
    };
    if (s->rectify)
        rectified(step, c, flags);
}

ELEMENT_VARIANTS(adabelief)
static const struct element_rule rule = { ELEMENT_LOOPS(adabelief), coefficients, true };

const struct ob_optimizer_type ob_optimizer_adabelief = {
    .name = "adabelief",
    .title = "AdaBelief",
    .summary = "Adam that divides by how far gradients stray from their mean",
    .reference = "Zhuang et al. 2020, AdaBelief Optimizer: Adapting Stepsizes by the "
                 "Belief in Observed Gradients, algorithm 2; the authors' "
                 "adabelief-pytorch 0.2",
    .equations = "m = beta1 m + (1 - beta1) g\n"
                 "s = beta2 s + (1 - beta2) (g - m)^2 + eps\n"
                 "theta = theta - lr weight_decay theta\n"
                 "theta = theta - lr r m^ / (sqrt(s^) + eps)   (^: corrected; r: "
                 "rectified)\n",
    .opts_size = sizeof(struct opts),
    .slots = 3,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .check = check,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
