/*
 * Lion: Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2,
 * in the order of the authors' code (google/automl, lion_pytorch.py): the decoupled decay
 * first, then the sign of a mix of momentum and gradient, then the momentum.
 */
#ifdef OB_REAL_BITS

#    ifndef LION_MAXIMIZE
#        define LION_MAXIMIZE 1
#    endif

/* keep = 1 - lr * weight_decay. */
struct OB_FN(lion) {
    real lr, keep, beta1, rest1, beta2, rest2;
};

/* Slot: m. */
OB_DEVFN void OB_FN(lion_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(lion) * c,
                               int flags)
{
    real g = flags & LION_MAXIMIZE ? -e->grad : e->grad;
    real mix = c->beta1 * e->s[0] + c->rest1 * g;
    real sign = (mix > R(0.0) ? R(1.0) : R(0.0)) - (mix < R(0.0) ? R(1.0) : R(0.0));
    e->theta = e->theta * c->keep - c->lr * sign;
    e->s[0] = c->beta2 * e->s[0] + c->rest2 * g;
}

#else

#    define RULE       lion
#    define RULE_FILE  "rules/lion.c"
#    define RULE_SLOTS 1
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, beta1, beta2, weight_decay;
    bool maximize;
};

static const char *const slots[] = { "exp_avg" };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-4, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "learning rate: by which every parameter moves"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .live = true,
            .help = "share of the momentum in the mix whose sign is the step"),
    OB_REAL(struct opts, beta2, .fallback = 0.99, .min = 0, .max = 1, .live = true,
            .help = "share of the momentum that is kept"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct lion_f64 *)coef = (struct lion_f64){
        .lr = step->lr,
        .keep = 1 - step->lr * s->weight_decay,
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
    };
    *flags = s->maximize ? LION_MAXIMIZE : 0;
}

ELEMENT_VARIANTS(lion)
static const struct element_rule rule = { ELEMENT_LOOPS(lion), coefficients, false };

const struct ob_optimizer_type ob_optimizer_lion = {
    .name = "lion",
    .title = "Lion",
    .summary = "steps of one length everywhere, by the sign of a mix of momentum and "
               "gradient",
    .reference = "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, "
                 "algorithm 2; the authors' lion_pytorch.py",
    .equations = "c = beta1 m + (1 - beta1) g\n"
                 "theta = theta - lr (sign(c) + weight_decay theta)\n"
                 "m = beta2 m + (1 - beta2) g\n",
    .opts_size = sizeof(struct opts),
    .slots = 1,
    .slot_names = slots,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
