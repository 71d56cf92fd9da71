/*
 * RMSprop: Tieleman, Hinton 2012, "Neural Networks for Machine Learning", lecture 6.5;
 * centered and with momentum: Graves 2013, "Generating Sequences With Recurrent Neural
 * Networks", equations 38 to 40; with the meaning and the order of operations of
 * torch.optim.RMSprop, which adds eps outside the root.
 */
#ifdef OB_REAL_BITS

#    ifndef RMSPROP_MAXIMIZE
#        define RMSPROP_MAXIMIZE 1
#        define RMSPROP_DECAY    2
#        define RMSPROP_MOMENTUM 4
#        define RMSPROP_CENTERED 8
#    endif

struct OB_FN(rmsprop) {
    real lr, alpha, rest, eps, momentum, decay;
};

/* Slots: the running mean of squares, the momentum, the running mean of gradients. */
OB_DEVFN void OB_FN(rmsprop_rule)(struct OB_FN(ob_element) * e,
                                  const struct OB_FN(rmsprop) * c, int flags)
{
    real g = flags & RMSPROP_MAXIMIZE ? -e->grad : e->grad;
    real below;
    if (flags & RMSPROP_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] * c->alpha + c->rest * g * g;
    below = e->s[0];
    if (flags & RMSPROP_CENTERED) {
        e->s[2] = e->s[2] + c->rest * (g - e->s[2]);
        below = below - e->s[2] * e->s[2];
        /* Rounding may leave less than nothing, which torch makes NaN of. */
        below = below < R(0.0) ? R(0.0) : below;
    }
    below = OB_FN(ob_sqrt)(below) + c->eps;
    if (flags & RMSPROP_MOMENTUM) {
        e->s[1] = e->s[1] * c->momentum + g / below;
        e->theta = e->theta - c->lr * e->s[1];
    } else
        e->theta = e->theta - c->lr * g / below;
}

#else

#    define RULE         rmsprop
#    define RULE_FILE    "rules/rmsprop.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&RMSPROP_CENTERED ? 3 : (f)&RMSPROP_MOMENTUM ? 2 : 1)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, alpha, eps, weight_decay, momentum;
    bool centered, maximize;
};

static const char *const slots[] = { "square_avg", "momentum_buffer", "grad_avg" };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, alpha, .fallback = 0.99, .min = 0, .max = 1, .live = true,
            .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_REAL(struct opts, momentum, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "share of the last step's buffer that is kept"),
    OB_BOOLEAN(struct opts, centered,
               .help = "divide by the deviation from the mean gradient, not by its size"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct rmsprop_f64 *)coef =
        (struct rmsprop_f64){ step->lr, s->alpha,    1 - s->alpha,
                              s->eps,   s->momentum, s->weight_decay };
    *flags = (s->maximize ? RMSPROP_MAXIMIZE : 0) |
             (s->weight_decay != 0 ? RMSPROP_DECAY : 0) |
             (s->momentum != 0 ? RMSPROP_MOMENTUM : 0) |
             (s->centered ? RMSPROP_CENTERED : 0);
}

ELEMENT_VARIANTS(rmsprop)
static const struct element_rule rule = { ELEMENT_LOOPS(rmsprop), coefficients, false };

const struct ob_optimizer_type ob_optimizer_rmsprop = {
    .name = "rmsprop",
    .title = "RMSprop",
    .summary = "steps divided by the root of a running mean of squares",
    .reference = "Tieleman, Hinton 2012, lecture 6.5; Graves 2013, Generating Sequences "
                 "With Recurrent Neural Networks, equations 38 to 40 (centered); "
                 "conventions of torch.optim.RMSprop",
    .equations = "g = grad + weight_decay theta\n"
                 "v = alpha v + (1 - alpha) g^2,  a = alpha a + (1 - alpha) g\n"
                 "s = sqrt(v) + eps; centered: sqrt(v - a^2) + eps\n"
                 "b = momentum b + g / s\n"
                 "theta = theta - lr b\n",
    .opts_size = sizeof(struct opts),
    .slots = 3,
    .slot_names = slots,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
