/*
 * Adagrad: Duchi, Hazan, Singer 2011, "Adaptive Subgradient Methods for Online Learning
 * and Stochastic Optimization", the diagonal form of figure 1, with the meaning and the
 * order of operations of torch.optim.Adagrad.
 */
#ifdef OB_REAL_BITS

#    ifndef ADAGRAD_MAXIMIZE
#        define ADAGRAD_MAXIMIZE 1
#        define ADAGRAD_DECAY    2
#    endif

/* rate = lr / (1 + (t - 1) lr_decay). */
struct OB_FN(adagrad) {
    real rate, eps, decay;
};

/* Slot: the sum of squares. */
OB_DEVFN void OB_FN(adagrad_rule)(struct OB_FN(ob_element) * e,
                                  const struct OB_FN(adagrad) * c, int flags)
{
    real g = flags & ADAGRAD_MAXIMIZE ? -e->grad : e->grad;
    if (flags & ADAGRAD_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = e->s[0] + g * g;
    e->theta = e->theta - c->rate * g / (OB_FN(ob_sqrt)(e->s[0]) + c->eps);
}

#else

#    define RULE       adagrad
#    define RULE_FILE  "rules/adagrad.c"
#    define RULE_SLOTS 1
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, lr_decay, weight_decay, initial_accumulator_value, eps;
    bool maximize;
};

static const char *const slots[] = { "sum" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, lr_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "step t has the rate lr / (1 + (t - 1) * lr_decay)"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_REAL(struct opts, initial_accumulator_value, .min = 0, .max = INFINITY,
            .below_max = true, .help = "what the sums of squares begin with"),
    OB_REAL(struct opts, eps, .fallback = 1e-10, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    (void)err;
    for (size_t i = 0; i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        const struct opts *opts = o->group_opts[s->group];
        for (size_t k = s->offset; k < s->offset + s->n; k++)
            ob_vec_set(&o->slot[0], k, opts->initial_accumulator_value);
    }
    return true;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct adagrad_f64 *)coef = (struct adagrad_f64){
        .rate = step->lr / (1 + (double)(step->t - 1) * s->lr_decay),
        .eps = s->eps,
        .decay = s->weight_decay,
    };
    *flags =
        (s->maximize ? ADAGRAD_MAXIMIZE : 0) | (s->weight_decay != 0 ? ADAGRAD_DECAY : 0);
}

ELEMENT_VARIANTS(adagrad)
static const struct element_rule rule = { ELEMENT_LOOPS(adagrad), coefficients, true };

const struct ob_optimizer_type ob_optimizer_adagrad = {
    .name = "adagrad",
    .title = "Adagrad",
    .summary = "steps divided by the root of the sum of all squares of the gradient",
    .reference = "Duchi, Hazan, Singer 2011, Adaptive Subgradient Methods for Online "
                 "Learning and Stochastic Optimization, figure 1; conventions of "
                 "torch.optim.Adagrad",
    .equations = "g = grad + weight_decay theta\n"
                 "s = s + g^2\n"
                 "theta = theta - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)\n",
    .opts_size = sizeof(struct opts),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .start = start,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
