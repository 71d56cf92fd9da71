/*
 * AdaHessian: Yao et al. 2021, "ADAHESSIAN: An Adaptive Second Order Optimizer for
 * Machine Learning", algorithm 1 with equations 7 (the estimate), 10 (spatial averaging)
 * and 12 (its mean), in the order and with the defaults of the authors' code
 * (amirgholami/adahessian, optim_adahessian.py): Adam with the Hessian's diagonal where
 * Adam has the gradient's square.
 */
#ifdef OB_REAL_BITS

#    include "optbench/num/fpow.h"

#    ifndef ADAHESSIAN_MAXIMIZE
#        define ADAHESSIAN_MAXIMIZE 1
#        define ADAHESSIAN_POWER    2 /* hessian_power is not 1 */
#        define ADAHESSIAN_HOLD     4 /* no new estimate in this step */
#    endif

/* correct = 1 - beta1^t, root = sqrt(1 - beta2^t)^power. */
struct OB_FN(adahessian) {
    real lr, beta1, rest1, beta2, rest2, correct, root, power, eps, decay;
};

/* Slots: m, v, the estimate of this step. */
OB_DEVFN void OB_FN(adahessian_rule)(struct OB_FN(ob_element) * e,
                                     const struct OB_FN(adahessian) * c, int flags)
{
    real g = flags & ADAHESSIAN_MAXIMIZE ? -e->grad : e->grad;
    real below;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    if (!(flags & ADAHESSIAN_HOLD))
        e->s[1] = c->beta2 * e->s[1] + c->rest2 * e->s[2] * e->s[2];
    below = OB_FN(ob_sqrt)(e->s[1]);
    if (flags & ADAHESSIAN_POWER)
        below = OB_FN(ob_pow)(below, c->power);
    below = below / c->root + c->eps;
    e->theta = e->theta - c->lr * (e->s[0] / c->correct / below + c->decay * e->theta);
}

#else

#    define RULE       adahessian
#    define RULE_FILE  "rules/adahessian.c"
#    define RULE_SLOTS 3
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "hutchinson.h"
#        include "power.h"
#        include "trust.h"
#        define OB_REAL_BITS 64
#        include "optbench/num/fpow.h"
#        undef OB_REAL_BITS

struct opts {
    double lr, beta1, beta2, eps, weight_decay, hessian_power;
    int64_t update_period, samples, block;
    int probes;
    bool maximize;
};

struct state {
    struct hutchinson look;
};

static const char *const slots[] = { "exp_avg", "exp_hessian_diag_sq" };
static const char *const counters[] = { "step", "adahessian_looks", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 0.15, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true,
            .help = "share of the running mean of squared diagonals that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-4, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_REAL(struct opts, hessian_power, .fallback = 1, .min = 0, .max = 1, .live = true,
            .help = "power of the root: 1 as Newton, 0 as momentum"),
    OB_INTEGER(struct opts, update_period, .fallback = 1, .min = 1, .max = 1e15,
               .unit = "steps", .live = true,
               .help = "from one look at the diagonal to the next"),
    OB_INTEGER(struct opts, block, .fallback = 1, .min = 1, .max = 1e15,
               .help = "neighbours in a matrix whose estimates are averaged"),
    OB_CHOICE(struct opts, probes, .fallback = HUTCHINSON_RADEMACHER,
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

ELEMENT_VARIANTS(adahessian)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(adahessian),
                                          .counts = true };

/* Equation 10, of magnitudes as in the authors' code; the last block may be shorter. */
static void average_blocks(struct ob_vec *diagonal, const struct ob_piece *p,
                           size_t block)
{
    for (size_t from = 0; from < p->n; from += block) {
        size_t n = p->n - from < block ? p->n - from : block;
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += fabs(ob_vec_get(diagonal, p->offset + from + i));
        for (size_t i = 0; i < n; i++)
            ob_vec_set(diagonal, p->offset + from + i, sum / (double)n);
    }
}

static void step_piece(struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_piece *p, bool looked)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    struct state *state = o->state;
    const struct opts *s = o->group_opts[p->group];
    double root = sqrt(1 - power(s->beta2, o->counter[1], least));
    const struct adahessian_f64 c = {
        .lr = element_rate(o, it, p->group),
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .correct = 1 - power(s->beta1, o->counter[0], least),
        .root = s->hessian_power == 1 ? root : ob_pow_f64(root, s->hessian_power),
        .power = s->hessian_power,
        .eps = s->eps,
        .decay = s->weight_decay,
    };
    if (looked && s->block > 1 && !piece_is_vector(o, p))
        average_blocks(&state->look.diagonal, p, (size_t)s->block);
    void *array[ELEMENT_ARRAYS] = { element_at(it->theta, p->offset),
                                    element_at(it->grad, p->offset),
                                    element_at(&o->slot[0], p->offset),
                                    element_at(&o->slot[1], p->offset),
                                    element_at(&state->look.diagonal, p->offset) };
    int flags = (s->maximize ? ADAHESSIAN_MAXIMIZE : 0) |
                (s->hessian_power != 1 ? ADAHESSIAN_POWER : 0) |
                (looked ? 0 : ADAHESSIAN_HOLD);
    element_run(it->problem->pool, it->theta->dtype, &rule, p->n, array, &c, flags);
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[o->segment[0].group];
    uint64_t t = o->counter[0] + 1;
    bool due = (t - 1) % (uint64_t)s->update_period == 0;
    it->lr = 0;
    if (due && !hutchinson_look(&state->look, o, it, t, (enum hutchinson_probes)s->probes,
                                (uint64_t)s->samples))
        return OB_STEP_STUCK;
    o->counter[0] = t;
    o->counter[1] += due;
    for (size_t i = 0; i < o->pieces; i++)
        step_piece(o, it, &o->piece[i], due);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_adahessian = {
    .name = "adahessian",
    .title = "AdaHessian",
    .summary = "Adam with the diagonal of the Hessian in the place of squared gradients",
    .reference = "Yao et al. 2021, ADAHESSIAN: An Adaptive Second Order Optimizer for "
                 "Machine Learning, algorithm 1; the authors' optim_adahessian.py",
    .needs = OB_NEEDS_HVP,
    .equations = "D = z (H z)   (z random; averaged over blocks)\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) D^2\n"
                 "theta = theta - lr (m^ / (sqrt(v^)^hessian_power + eps) + weight_decay "
                 "theta)\n",
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
