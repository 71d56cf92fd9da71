/*
 * Prodigy: Mishchenko, Defazio 2024, "Prodigy: An Expeditiously Adaptive Parameter-Free
 * Learner", algorithm 4 (Prodigy with Adam), in the order and with the defaults of the
 * authors' code (prodigyopt 1.1): d, a lower bound of the distance to the minimum, grows
 * as the gradients show it and takes the place of the rate; lr only scales it.
 *
 * Two passes: the means, s and the products for d's estimate, then the step by the new d.
 */
#ifdef OB_REAL_BITS

#    ifndef PRODIGY_FIRST
#        define PRODIGY_FIRST 1 /* theta is where it all begins */
#        define PRODIGY_APPLY 2 /* the second pass */
#        define PRODIGY_DECAY 4 /* as part of the gradient */
#        define PRODIGY_PLAIN 8 /* beta1 = 0: no mean of gradients */
#    endif

/* rest1 = d (1 - beta1), rest2 = d^2 (1 - beta2), grow = what a gradient adds to s; keep
 * = 1 - weight_decay * rate; eps and rate have d in them. */
struct OB_FN(prodigy) {
    real beta1, rest1, beta2, rest2, beta3, grow, decay, eps, rate, keep;
};

/* Slots: m, v, s, theta at the start; in the first pass g (theta_0 - theta) behind. */
OB_DEVFN void OB_FN(prodigy_rule)(struct OB_FN(ob_element) * e,
                                  const struct OB_FN(prodigy) * c, int flags)
{
    real g = flags & PRODIGY_DECAY ? e->grad + c->decay * e->theta : e->grad;
    if (flags & PRODIGY_APPLY) {
        real along = flags & PRODIGY_PLAIN ? g : e->s[0];
        e->theta =
            e->theta * c->keep - c->rate * along / (OB_FN(ob_sqrt)(e->s[1]) + c->eps);
        return;
    }
    e->s[3] = flags & PRODIGY_FIRST ? e->theta : e->s[3];
    e->s[4] = g * (e->s[3] - e->theta);
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * g * g;
    e->s[2] = c->beta3 * e->s[2] + c->grow * g;
}

#else

#    define RULE         prodigy
#    define RULE_FILE    "rules/prodigy.c"
#    define RULE_SLOTS   5
#    define RULE_USED(f) ((f)&PRODIGY_APPLY ? 2 : 5)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(PRODIGY_APPLY)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "power.h"
#        include "trust.h"

struct opts {
    double lr, beta1, beta2, beta3, eps, weight_decay, d0, d_coef, growth_rate;
    bool decouple, use_bias_correction, safeguard_warmup;
};

enum { EXP_AVG, EXP_AVG_SQ, S, P0, SLOTS };
enum { D, D_MAX, D_NUMERATOR, FIGURES };

struct state {
    struct ob_vec products; /* [n] */
    double *figure;         /* [FIGURES] kept; zeros before the first step */
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq", "s", "p0" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "d", "distance to the minimum, as far as it is known", false },
    { "effective_lr", "d * lr: the rate of the last step", false },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "learning rate relative to what d allows"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, beta3, .min = 0, .max = 1, .below_max = true, .live = true,
            .zero_word = "auto",
            .help = "share of d's estimate that is kept; auto is sqrt(beta2)"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true,
            .help = "added to the root in units of d"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by d * lr * weight_decay of itself"),
    OB_BOOLEAN(struct opts, decouple, .fallback = true,
               .help = "no: the decay is added to the gradient instead"),
    OB_BOOLEAN(struct opts, use_bias_correction,
               .help = "correct the means for their start at 0"),
    OB_BOOLEAN(struct opts, safeguard_warmup,
               .help = "leave lr out of the estimate, for long warm-ups"),
    OB_REAL(struct opts, d0, .fallback = 1e-6, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .help = "first estimate of d"),
    OB_REAL(struct opts, d_coef, .fallback = 1, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true,
            .help = "factor of the estimate; what to tune, by 1/2 to 2"),
    OB_REAL(struct opts, growth_rate, .fallback = INFINITY, .min = 1, .max = INFINITY,
            .live = true, .help = "d grows by this factor a step at most"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    state->figure = ob_optimizer_keep(o, "d", OB_F64, FIGURES, err);
    return state->figure &&
           ob_vec_init(&state->products, o->problem->dtype, o->problem->n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *state = o->state;
    ob_vec_finish(&state->products);
}

ELEMENT_VARIANTS(prodigy)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(prodigy),
                                          .counts = true };

static void run(struct ob_optimizer *o, struct ob_iterate *it,
                const struct prodigy_f64 *c, int flags)
{
    struct state *state = o->state;
    void *array[ELEMENT_ARRAYS] = { it->theta->data, it->grad->data };
    for (size_t k = 0; k < SLOTS; k++)
        array[2 + k] = o->slot[k].data;
    array[2 + SLOTS] = state->products.data;
    element_run(it->problem->pool, it->theta->dtype, &rule, it->theta->n, array, c,
                flags);
}

/* d_{t+1} from the sums of the first pass; false while nothing has had a slope. */
static bool estimate(struct ob_optimizer *o, struct ob_iterate *it, double rate,
                     double beta3)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[0];
    double *f = state->figure, below = ob_norm1(it->problem->pool, &o->slot[S]);
    if (below == 0)
        return false;
    double sum = ob_sum(it->problem->pool, &state->products);
    f[D_NUMERATOR] = f[D_NUMERATOR] * beta3 + f[D] / s->d0 * rate * sum;
    double found = s->d_coef * f[D_NUMERATOR] / below;
    if (f[D] == s->d0)
        f[D] = fmax(f[D], found);
    f[D_MAX] = fmax(f[D_MAX], found);
    f[D] = fmin(f[D_MAX], f[D] * s->growth_rate);
    return true;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[0];
    const double least = 0x1p-60; /* 1 less this is 1 */
    double *f = state->figure, lr = it->lr = optimizer_group_lr(o, 0, it->k);
    uint64_t t = o->counter[0] + 1;
    if (t == 1)
        f[D] = f[D_MAX] = s->d0;
    *o->gauge[0] = f[D];
    *o->gauge[1] = 0;
    if (lr == 0)
        return OB_STEP_OK;
    double d = f[D], beta3 = s->beta3 == 0 ? sqrt(s->beta2) : s->beta3;
    double rate = d * lr;
    if (s->use_bias_correction)
        rate *= sqrt(1 - power(s->beta2, t, least)) / (1 - power(s->beta1, t, least));
    struct prodigy_f64 c = {
        .beta1 = s->beta1,
        .rest1 = d * (1 - s->beta1),
        .beta2 = s->beta2,
        .rest2 = d * d * (1 - s->beta2),
        .beta3 = beta3,
        .grow = d / s->d0 * (s->safeguard_warmup ? d : rate),
        .decay = s->weight_decay,
        .keep = s->decouple ? 1 - s->weight_decay * rate : 1,
    };
    int flags = (s->weight_decay != 0 && !s->decouple ? PRODIGY_DECAY : 0) |
                (s->beta1 == 0 ? PRODIGY_PLAIN : 0);
    run(o, it, &c, flags | (t == 1 ? PRODIGY_FIRST : 0));
    if (!estimate(o, it, rate, beta3))
        return OB_STEP_OK;
    c.eps = f[D] * s->eps;
    c.rate = s->beta1 == 0 ? rate * f[D] : rate;
    run(o, it, &c, flags | PRODIGY_APPLY);
    o->counter[0] = t;
    *o->gauge[0] = f[D];
    *o->gauge[1] = rate;
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_prodigy = {
    .name = "prodigy",
    .title = "Prodigy",
    .summary = "Adam that finds its own rate from the distance it has gone",
    .reference = "Mishchenko, Defazio 2024, Prodigy: An Expeditiously Adaptive "
                 "Parameter-Free Learner, algorithm 4; the authors' prodigyopt 1.1",
    .needs = OB_WHOLE_VECTOR,
    .equations = "m = beta1 m + (1 - beta1) d g,   v = beta2 v + (1 - beta2) d^2 g^2\n"
                 "r = beta3 r + lr d^2 / d0 <g, theta_0 - theta>\n"
                 "s = beta3 s + lr d^2 / d0 g\n"
                 "d' = max(d, r / |s|_1)   (the next d; d_coef = 1)\n"
                 "theta = theta - lr d (m / (sqrt(v) + d' eps) + weight_decay theta)\n",
    .gauges = gauges,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .start = start,
    .finish = finish,
    .step = step,
    .detail = &rule,
};

#    endif
#endif
