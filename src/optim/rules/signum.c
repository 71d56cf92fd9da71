/*
 * Signum: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex
 * Problems", algorithm 2, as in the authors' code (MXNet's Signum): the momentum is a
 * running mean, weight_decay is part of the gradient unless it is decoupled (MXNet's
 * wd_lh). With momentum 0 it is signSGD, algorithm 1.
 */
#ifdef OB_REAL_BITS

#    ifndef SIGNUM_MAXIMIZE
#        define SIGNUM_MAXIMIZE 1
#        define SIGNUM_DECAY    2
#        define SIGNUM_MOMENTUM 4
#    endif

/* keep = 1 - lr * weight_decay where that is decoupled, else 1. */
struct OB_FN(signum) {
    real lr, keep, decay, momentum, rest;
};

/* Slot: m, only with SIGNUM_MOMENTUM. */
OB_DEVFN void OB_FN(signum_rule)(struct OB_FN(ob_element) * e,
                                 const struct OB_FN(signum) * c, int flags)
{
    real d = flags & SIGNUM_MAXIMIZE ? -e->grad : e->grad;
    real sign;
    if (flags & SIGNUM_DECAY)
        d = d + c->decay * e->theta;
    if (flags & SIGNUM_MOMENTUM) {
        e->s[0] = c->momentum * e->s[0] + c->rest * d;
        d = e->s[0];
    }
    sign = (d > R(0.0) ? R(1.0) : R(0.0)) - (d < R(0.0) ? R(1.0) : R(0.0));
    e->theta = e->theta * c->keep - c->lr * sign;
}

#else

#    define RULE         signum
#    define RULE_FILE    "rules/signum.c"
#    define RULE_SLOTS   1
#    define RULE_USED(f) ((f)&SIGNUM_MOMENTUM ? 1 : 0)
#    define RULE_SPECIAL X(SIGNUM_MOMENTUM)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, momentum, weight_decay;
    bool decoupled_weight_decay, maximize;
};

static const char *const slots[] = { "momentum_buffer" };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "learning rate: by which every parameter moves"),
    OB_REAL(struct opts, momentum, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true,
            .help = "share of the running mean of gradients that is kept; 0 is signSGD"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct opts, decoupled_weight_decay,
               .help = "shrink theta by lr * weight_decay of itself instead"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    bool apart = s->decoupled_weight_decay;
    *(struct signum_f64 *)coef = (struct signum_f64){
        .lr = step->lr,
        .keep = apart ? 1 - step->lr * s->weight_decay : 1,
        .decay = s->weight_decay,
        .momentum = s->momentum,
        .rest = 1 - s->momentum,
    };
    *flags = (s->maximize ? SIGNUM_MAXIMIZE : 0) |
             (s->weight_decay != 0 && !apart ? SIGNUM_DECAY : 0) |
             (s->momentum != 0 ? SIGNUM_MOMENTUM : 0);
}

ELEMENT_VARIANTS(signum)
static const struct element_rule rule = { ELEMENT_LOOPS(signum), coefficients, false };

const struct ob_optimizer_type ob_optimizer_signum = {
    .name = "signum",
    .title = "Signum",
    .summary = "steps of one length everywhere, by the sign of the momentum",
    .reference = "Bernstein et al. 2018, signSGD: Compressed Optimisation for Non-Convex "
                 "Problems, algorithms 1 and 2; the authors' Signum of MXNet",
    .equations = "m = momentum m + (1 - momentum) (g + weight_decay theta)\n"
                 "theta = theta - lr sign(m)\n",
    .opts_size = sizeof(struct opts),
    .slots = 1,
    .slot_names = slots,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
