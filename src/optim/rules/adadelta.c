/*
 * Adadelta: Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method", algorithm 1, with
 * the meaning and the order of operations of torch.optim.Adadelta, whose lr scales the
 * step that the paper takes.
 */
#ifdef OB_REAL_BITS

#    ifndef ADADELTA_MAXIMIZE
#        define ADADELTA_MAXIMIZE 1
#        define ADADELTA_DECAY    2
#    endif

struct OB_FN(adadelta) {
    real lr, rho, rest, eps, decay;
};

/* Slots: the running mean of squares of the gradient, that of squares of the steps. */
OB_DEVFN void OB_FN(adadelta_rule)(struct OB_FN(ob_element) * e,
                                   const struct OB_FN(adadelta) * c, int flags)
{
    real g = flags & ADADELTA_MAXIMIZE ? -e->grad : e->grad;
    real step;
    if (flags & ADADELTA_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] * c->rho + c->rest * g * g;
    step = OB_FN(ob_sqrt)(e->s[1] + c->eps) / OB_FN(ob_sqrt)(e->s[0] + c->eps) * g;
    e->s[1] = e->s[1] * c->rho + c->rest * step * step;
    e->theta = e->theta - c->lr * step;
}

#else

#    define RULE       adadelta
#    define RULE_FILE  "rules/adadelta.c"
#    define RULE_SLOTS 2
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, rho, eps, weight_decay;
    bool maximize;
};

static const char *const slots[] = { "square_avg", "acc_delta" };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "factor of the step that the rule finds by itself"),
    OB_REAL(struct opts, rho, .fallback = 0.9, .min = 0, .max = 1, .live = true,
            .help = "share of the running means of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-6, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added under both roots: sets the first steps going"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct adadelta_f64 *)coef =
        (struct adadelta_f64){ step->lr, s->rho, 1 - s->rho, s->eps, s->weight_decay };
    *flags = (s->maximize ? ADADELTA_MAXIMIZE : 0) |
             (s->weight_decay != 0 ? ADADELTA_DECAY : 0);
}

ELEMENT_VARIANTS(adadelta)
static const struct element_rule rule = { ELEMENT_LOOPS(adadelta), coefficients, false };

const struct ob_optimizer_type ob_optimizer_adadelta = {
    .name = "adadelta",
    .title = "Adadelta",
    .summary = "steps in the parameters' own units, without a rate to choose",
    .reference = "Zeiler 2012, ADADELTA: An Adaptive Learning Rate Method, algorithm 1; "
                 "conventions of torch.optim.Adadelta",
    .equations = "g = grad + weight_decay theta\n"
                 "v = rho v + (1 - rho) g^2\n"
                 "d = sqrt(u + eps) / sqrt(v + eps) g\n"
                 "u = rho u + (1 - rho) d^2\n"
                 "theta = theta - lr d\n",
    .opts_size = sizeof(struct opts),
    .slots = 2,
    .slot_names = slots,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
