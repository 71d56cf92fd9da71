/*
 * Rprop: Riedmiller, Braun 1993, "A Direct Adaptive Method for Faster Backpropagation
 * Learning: The RPROP Algorithm", equations 4 to 7, in the variant without going back
 * (iRprop-: Igel, Huesken 2000, table 4), with the meaning of torch.optim.Rprop.
 */
#ifdef OB_REAL_BITS

#    ifndef RPROP_MAXIMIZE
#        define RPROP_MAXIMIZE 1
#        define RPROP_FIRST    2 /* the sizes begin as lr */
#    endif

struct OB_FN(rprop) {
    real lr, minus, plus, least, most;
};

/* Slots: the last gradient, 0 where it had changed its sign; the size of the step. */
OB_DEVFN void OB_FN(rprop_rule)(struct OB_FN(ob_element) * e,
                                const struct OB_FN(rprop) * c, int flags)
{
    real g = flags & RPROP_MAXIMIZE ? -e->grad : e->grad;
    real same = g * e->s[0];
    real size = flags & RPROP_FIRST ? c->lr : e->s[1];
    size = size * (same > R(0.0) ? c->plus : same < R(0.0) ? c->minus : R(1.0));
    size = size < c->least ? c->least : size;
    size = size > c->most ? c->most : size;
    g = same < R(0.0) ? R(0.0) : g;
    e->s[0] = g;
    e->s[1] = size;
    e->theta = e->theta - (g > R(0.0) ? size : g < R(0.0) ? -size : R(0.0));
}

#else

#    define RULE       rprop
#    define RULE_FILE  "rules/rprop.c"
#    define RULE_SLOTS 2
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"

struct opts {
    double lr, eta_minus, eta_plus, step_min, step_max;
    bool maximize;
};

static const char *const slots[] = { "prev", "step_size" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true,
            .help = "size of the first step; later ones follow from the signs alone, "
                    "whatever the schedule says"),
    OB_REAL(struct opts, eta_minus, .fallback = 0.5, .min = 0, .max = 1,
            .above_min = true, .below_max = true, .live = true,
            .help = "factor of the size where the gradient changes its sign"),
    OB_REAL(struct opts, eta_plus, .fallback = 1.2, .min = 1, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true,
            .help = "factor of the size where the gradient keeps its sign"),
    OB_REAL(struct opts, step_min, .fallback = 1e-6, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "least size of a step"),
    OB_REAL(struct opts, step_max, .fallback = 50, .min = 0, .max = INFINITY,
            .live = true, .help = "largest size of a step"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *s = opts;
    return s->step_min <= s->step_max ||
           ob_fail(err, OB_ECONFIG, "step_min: is above step_max");
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    *(struct rprop_f64 *)coef = (struct rprop_f64){ step->lr, s->eta_minus, s->eta_plus,
                                                    s->step_min, s->step_max };
    *flags = (s->maximize ? RPROP_MAXIMIZE : 0) | (step->t == 1 ? RPROP_FIRST : 0);
}

ELEMENT_VARIANTS(rprop)
static const struct element_rule rule = { ELEMENT_LOOPS(rprop), coefficients, true };

const struct ob_optimizer_type ob_optimizer_rprop = {
    .name = "rprop",
    .title = "Rprop",
    .summary = "a size of step for each parameter, which the signs of gradients adapt",
    .reference = "Riedmiller, Braun 1993, A Direct Adaptive Method for Faster "
                 "Backpropagation Learning, equations 4 to 7; Igel, Huesken 2000 "
                 "(iRprop-); conventions of torch.optim.Rprop",
    .equations = "s = s eta_plus where g g' > 0, s eta_minus where g g' < 0, else s\n"
                 "s = min(max(s, step_min), step_max)\n"
                 "g = 0 where g g' < 0   (g': the gradient before)\n"
                 "theta = theta - s sign(g)\n",
    .opts_size = sizeof(struct opts),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .check = check,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
