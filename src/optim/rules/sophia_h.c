/*
 * Sophia-H: Liu, Li, Hall, Liang, Ma 2023, "Sophia: A Scalable Stochastic Second-order
 * Optimizer for Language Model Pre-training", algorithm 3 with Hutchinson's estimator
 * (algorithm 1) and the settings of section 3.1: the mean of gradients divided by a mean
 * of the Hessian's diagonal, which is looked at every update_period steps, cut to [-1,
 * 1].
 */
#ifdef OB_REAL_BITS

#    ifndef SOPHIA_MAXIMIZE
#        define SOPHIA_MAXIMIZE 1
#        define SOPHIA_LOOK     2 /* slot 2 is a new estimate */
#    endif

/* keep = 1 - lr * weight_decay. */
struct OB_FN(sophia_h) {
    real lr, beta1, rest1, beta2, rest2, gamma, eps, clip, keep;
};

/* Slots: m, h, the estimate of this step. */
OB_DEVFN void OB_FN(sophia_h_rule)(struct OB_FN(ob_element) * e,
                                   const struct OB_FN(sophia_h) * c, int flags)
{
    real g = flags & SOPHIA_MAXIMIZE ? -e->grad : e->grad;
    real h, u;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    if (flags & SOPHIA_LOOK)
        e->s[1] = c->beta2 * e->s[1] +
                  c->rest2 * (flags & SOPHIA_MAXIMIZE ? -e->s[2] : e->s[2]);
    h = c->gamma * e->s[1];
    u = e->s[0] / (h > c->eps ? h : c->eps);
    u = u > c->clip ? c->clip : u;
    u = u < -c->clip ? -c->clip : u;
    e->theta = e->theta * c->keep - c->lr * u;
}

#else

#    define RULE         sophia_h
#    define RULE_FILE    "rules/sophia_h.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&SOPHIA_LOOK ? 3 : 2)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(SOPHIA_LOOK)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "hutchinson.h"
#        include "trust.h"

struct opts {
    double lr, beta1, beta2, gamma, eps, clip, weight_decay;
    int64_t update_period, samples;
    int probes;
    bool maximize;
};

struct state {
    struct hutchinson look;
};

static const char *const slots[] = { "exp_avg", "hessian" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "unclipped", "share of the parameters that the cut leaves alone", false },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 6e-4, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "learning rate: what a parameter moves at most, with clip 1"),
    OB_REAL(struct opts, beta1, .fallback = 0.96, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.99, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the mean of the diagonal that is kept"),
    OB_REAL(struct opts, gamma, .fallback = 0.01, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true,
            .help = "factor of the diagonal: the smaller, the more is cut"),
    OB_REAL(struct opts, eps, .fallback = 1e-12, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true,
            .help = "least divisor, for flat and for negative curvature"),
    OB_REAL(struct opts, clip, .fallback = 1, .min = 0, .max = INFINITY,
            .above_min = true, .live = true,
            .help = "largest magnitude of the scaled mean"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_INTEGER(struct opts, update_period, .fallback = 10, .min = 1, .max = 1e15,
               .unit = "steps", .live = true,
               .help = "from one look at the diagonal to the next"),
    OB_CHOICE(struct opts, probes, .fallback = HUTCHINSON_GAUSSIAN,
              .choices = hutchinson_probes,
              .help = "random vectors of the estimate; exact: one product a parameter"),
    OB_INTEGER(struct opts, samples, .fallback = 1, .min = 1, .max = 1e6, .live = true,
               .help = "random vectors a look"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    return hutchinson_init(&state->look, o, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *state = o->state;
    hutchinson_finish(&state->look);
}

/* Whether this group takes a new estimate in step t. */
static bool is_due(const struct opts *s, uint64_t t)
{
    return (t - 1) % (uint64_t)s->update_period == 0;
}

ELEMENT_VARIANTS(sophia_h)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(sophia_h),
                                          .counts = true };

static void step_segment(struct ob_optimizer *o, struct ob_iterate *it,
                         const struct ob_segment *p)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[p->group];
    double lr = element_rate(o, it, p->group);
    const struct sophia_h_f64 c = {
        .lr = lr,
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .gamma = s->gamma,
        .eps = s->eps,
        .clip = s->clip,
        .keep = 1 - lr * s->weight_decay,
    };
    void *array[ELEMENT_ARRAYS] = { element_at(it->theta, p->offset),
                                    element_at(it->grad, p->offset),
                                    element_at(&o->slot[0], p->offset),
                                    element_at(&o->slot[1], p->offset),
                                    element_at(&state->look.diagonal, p->offset) };
    int flags = (s->maximize ? SOPHIA_MAXIMIZE : 0) |
                (is_due(s, o->counter[0]) ? SOPHIA_LOOK : 0);
    element_run(it->problem->pool, it->theta->dtype, &rule, p->n, array, &c, flags);
}

/* Where |m| < clip * max(gamma h, eps), of n elements from `at` on. */
#        define INSIDE(T)                                                                \
            for (size_t i = at; i < at + n; i++) {                                       \
                double d = s->gamma * (double)((const T *)h->data)[i];                   \
                double u = fabs((double)((const T *)m->data)[i]);                        \
                inside += u < s->clip * (d > s->eps ? d : s->eps);                       \
            }

static size_t inside_of(const struct ob_vec *m, const struct ob_vec *h, size_t at,
                        size_t n, const struct opts *s)
{
    size_t inside = 0;
    if (m->dtype == OB_F32)
        INSIDE(float)
    else
        INSIDE(double)
    return inside;
}

/* The paper wants this between a tenth and a half (section 3.1). */
static double unclipped(const struct ob_optimizer *o)
{
    size_t inside = 0, n = 0;
    for (size_t k = 0; k < o->segments; k++) {
        const struct ob_segment *p = &o->segment[k];
        inside +=
            inside_of(&o->slot[0], &o->slot[1], p->offset, p->n, o->group_opts[p->group]);
        n += p->n;
    }
    return (double)inside / (double)n;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[o->segment[0].group];
    uint64_t t = o->counter[0] + 1;
    bool due = false;
    it->lr = 0;
    for (size_t i = 0; i < o->segments; i++)
        due = due || is_due(o->group_opts[o->segment[i].group], t);
    if (due && !hutchinson_look(&state->look, o, it, t, (enum hutchinson_probes)s->probes,
                                (uint64_t)s->samples))
        return OB_STEP_STUCK;
    o->counter[0] = t;
    for (size_t i = 0; i < o->segments; i++)
        step_segment(o, it, &o->segment[i]);
    *o->gauge[0] = unclipped(o);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_sophia_h = {
    .name = "sophia_h",
    .title = "Sophia-H",
    .summary = "steps divided by the curvature along each parameter, and cut",
    .reference = "Liu, Li, Hall, Liang, Ma 2023, Sophia: A Scalable Stochastic "
                 "Second-order Optimizer for Language Model Pre-training, algorithms 1 "
                 "and 3",
    .needs = OB_NEEDS_HVP,
    .equations = "m = beta1 m + (1 - beta1) g\n"
                 "h = beta2 h + (1 - beta2) z (H z)   (every update_period steps; z "
                 "random)\n"
                 "theta = theta - lr weight_decay theta\n"
                 "theta = theta - lr clip(m / max(gamma h, eps), 1)\n",
    .gauges = gauges,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 2,
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
