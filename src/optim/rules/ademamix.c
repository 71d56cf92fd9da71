/*
 * AdEMAMix: Pagliardini, Ablin, Grangier 2024, "The AdEMAMix Optimizer: Better, Faster,
 * Older", equations 2 (the rule), 3 (warm-up of alpha) and 4 (of beta3), in the order and
 * with the defaults of the authors' code (apple/ml-ademamix). The slow mean is not
 * corrected for its start at 0.
 */
#ifdef OB_REAL_BITS

#    ifndef ADEMAMIX_MAXIMIZE
#        define ADEMAMIX_MAXIMIZE 1
#    endif

/* correct = 1 - beta1^t, root = sqrt(1 - beta2^t). */
struct OB_FN(ademamix) {
    real lr, beta1, rest1, beta2, rest2, beta3, rest3, correct, root, eps, alpha, decay;
};

/* Slots: m1 (fast), v, m2 (slow). */
OB_DEVFN void OB_FN(ademamix_rule)(struct OB_FN(ob_element) * e,
                                   const struct OB_FN(ademamix) * c, int flags)
{
    real g = flags & ADEMAMIX_MAXIMIZE ? -e->grad : e->grad;
    real below;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    e->s[2] = c->beta3 * e->s[2] + c->rest3 * g;
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * g * g;
    below = OB_FN(ob_sqrt)(e->s[1]) / c->root + c->eps;
    e->theta = e->theta - c->lr * ((e->s[0] / c->correct + c->alpha * e->s[2]) / below +
                                   c->decay * e->theta);
}

#else

#    define RULE       ademamix
#    define RULE_FILE  "rules/ademamix.c"
#    define RULE_SLOTS 3
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "element.h"
#        include "power.h"
#        define OB_REAL_BITS 64
#        include "optbench/num/fmath.h"
#        undef OB_REAL_BITS

struct opts {
    double lr, beta1, beta2, beta3, alpha, eps, weight_decay;
    int64_t alpha_warmup, beta3_warmup;
    bool maximize;
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq", "exp_avg_slow" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the fast mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, beta3, .fallback = 0.9999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the slow mean of gradients that is kept"),
    OB_REAL(struct opts, alpha, .fallback = 2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "weight of the slow mean"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_INTEGER(struct opts, alpha_warmup, .min = 0, .max = 1e15, .unit = "steps",
               .live = true, .zero_word = "none",
               .help = "in which alpha grows from 0, evenly"),
    OB_INTEGER(struct opts, beta3_warmup, .min = 0, .max = 1e15, .unit = "steps",
               .live = true, .zero_word = "none",
               .help =
                   "in which the half-life of the slow mean grows from the fast one's"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

/* Equation 3. */
static double alpha_at(const struct opts *s, double t)
{
    double steps = (double)s->alpha_warmup;
    return t < steps ? t * s->alpha / steps : s->alpha;
}

/* Equation 4; the half-life of a mean is log(1/2) / log(beta). */
static double beta3_at(const struct opts *s, double t)
{
    double steps = (double)s->beta3_warmup;
    if (t >= steps || s->beta3 <= s->beta1 || s->beta1 == 0)
        return s->beta3;
    double fast = ob_log_f64(s->beta1), slow = ob_log_f64(s->beta3), done = t / steps;
    double grown = ob_exp_f64(fast * slow / ((1 - done) * slow + done * fast));
    return grown < s->beta3 ? grown : s->beta3;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    const struct opts *s = step->opts;
    double beta3 = beta3_at(s, (double)step->t);
    *(struct ademamix_f64 *)coef = (struct ademamix_f64){
        .lr = step->lr,
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .beta3 = beta3,
        .rest3 = 1 - beta3,
        .correct = 1 - power(s->beta1, step->t, least),
        .root = sqrt(1 - power(s->beta2, step->t, least)),
        .eps = s->eps,
        .alpha = alpha_at(s, (double)step->t),
        .decay = s->weight_decay,
    };
    *flags = s->maximize ? ADEMAMIX_MAXIMIZE : 0;
}

ELEMENT_VARIANTS(ademamix)
static const struct element_rule rule = { ELEMENT_LOOPS(ademamix), coefficients, true };

const struct ob_optimizer_type ob_optimizer_ademamix = {
    .name = "ademamix",
    .title = "AdEMAMix",
    .summary = "Adam with a second, very slow mean of the gradients",
    .reference = "Pagliardini, Ablin, Grangier 2024, The AdEMAMix Optimizer: Better, "
                 "Faster, Older, equations 2 to 4; the authors' ademamix.py",
    .equations = "m1 = beta1 m1 + (1 - beta1) g\n"
                 "m2 = beta3 m2 + (1 - beta3) g\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "u = (m1^ + alpha m2) / (sqrt(v^) + eps)   (^: corrected)\n"
                 "theta = theta - lr (u + weight_decay theta)\n",
    .opts_size = sizeof(struct opts),
    .slots = 3,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
