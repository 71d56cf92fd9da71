/*
 * LAMB: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76
 * minutes", algorithm 2: Adam's direction with the decay in it, scaled in each tensor by
 * phi(|theta|) / |direction|. phi is the identity, cut to [min_norm, max_norm]; where
 * either norm is 0 the ratio is 1, as in the authors' code.
 *
 * Two passes over a tensor: the direction into a scratch, then the step by its norm.
 */
#ifdef OB_REAL_BITS

#    ifndef LAMB_MAXIMIZE
#        define LAMB_MAXIMIZE 1
#        define LAMB_APPLY    2 /* the second pass; slot 0 is then the direction */
#    endif

/* correct = 1 - beta1^t, root = sqrt(1 - beta2^t); both 1 without debias. rate = lr *
 * ratio. */
struct OB_FN(lamb) {
    real beta1, rest1, beta2, rest2, correct, root, eps, decay, rate;
};

/* Slots: m, v, the direction. */
OB_DEVFN void OB_FN(lamb_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(lamb) * c,
                               int flags)
{
    real g = flags & LAMB_MAXIMIZE ? -e->grad : e->grad;
    if (flags & LAMB_APPLY) {
        e->theta = e->theta - c->rate * e->s[0];
        return;
    }
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * g * g;
    e->s[2] = e->s[0] / c->correct / (OB_FN(ob_sqrt)(e->s[1]) / c->root + c->eps) +
              c->decay * e->theta;
}

#else

#    define RULE         lamb
#    define RULE_FILE    "rules/lamb.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&LAMB_APPLY ? 1 : 3)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(LAMB_APPLY)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "power.h"
#        include "trust.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay, min_norm, max_norm;
    bool debias, exclude_1d, maximize;
};

struct state {
    struct ob_vec direction; /* of one piece */
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "trust_ratio", "length of the parameters / length of the direction", true },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "learning rate: length of a step relative to the tensor"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-6, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the direction"),
    OB_REAL(struct opts, min_norm, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shorter tensors count as this long"),
    OB_REAL(struct opts, max_norm, .fallback = INFINITY, .min = 0, .max = INFINITY,
            .live = true, .help = "longer tensors count as this long"),
    OB_BOOLEAN(struct opts, debias, .fallback = true,
               .help = "correct both means for their start at 0"),
    OB_BOOLEAN(struct opts, exclude_1d,
               .help = "biases and other vectors: no decay, ratio 1"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *s = opts;
    return s->min_norm <= s->max_norm ||
           ob_fail(err, OB_ECONFIG, "min_norm: is larger than max_norm");
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    return ob_vec_init(&state->direction, o->problem->dtype, longest_piece(o), err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *state = o->state;
    ob_vec_finish(&state->direction);
}

static struct lamb_f64 coefficients(const struct opts *s, uint64_t t, bool plain)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    return (struct lamb_f64){
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .correct = s->debias ? 1 - power(s->beta1, t, least) : 1,
        .root = s->debias ? sqrt(1 - power(s->beta2, t, least)) : 1,
        .eps = s->eps,
        .decay = plain ? 0 : s->weight_decay,
    };
}

ELEMENT_VARIANTS(lamb)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(lamb), .counts = true };

static double ratio(const struct opts *s, double theta, double direction)
{
    double length = fmin(fmax(theta, s->min_norm), s->max_norm);
    return length == 0 || direction == 0 ? 1 : length / direction;
}

static void step_piece(struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_piece *p)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[p->group];
    bool plain = s->exclude_1d && piece_is_vector(o, p);
    struct lamb_f64 c = coefficients(s, o->counter[0], plain);
    struct ob_pool *pool = it->problem->pool;
    enum ob_dtype dtype = it->theta->dtype;
    void *theta = element_at(it->theta, p->offset), *u = state->direction.data;
    void *first[ELEMENT_ARRAYS] = { theta, element_at(it->grad, p->offset),
                                    element_at(&o->slot[0], p->offset),
                                    element_at(&o->slot[1], p->offset), u };
    double length = element_norm(pool, it->theta, p->offset, p->n);
    element_run(pool, dtype, &rule, p->n, first, &c, s->maximize ? LAMB_MAXIMIZE : 0);
    double trust =
        plain ? 1 : ratio(s, length, element_norm(pool, &state->direction, 0, p->n));
    c.rate = element_rate(o, it, p->group) * trust;
    void *second[ELEMENT_ARRAYS] = { theta, first[1], u };
    element_run(pool, dtype, &rule, p->n, second, &c, LAMB_APPLY);
    o->gauge[0][p->tensor] = trust;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[0]++;
    it->lr = 0;
    for (size_t i = 0; i < o->pieces; i++)
        step_piece(o, it, &o->piece[i]);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_lamb = {
    .name = "lamb",
    .title = "LAMB",
    .summary = "Adam with steps as long as each tensor's own length allows",
    .reference = "You et al. 2020, Large Batch Optimization for Deep Learning: Training "
                 "BERT in 76 minutes, algorithm 2",
    .equations = "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "r = m^ / (sqrt(v^) + eps) + weight_decay theta   (^: corrected)\n"
                 "theta = theta - lr (phi(|theta|) / |r|) r   (norms of a tensor)\n",
    .gauges = gauges,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 2,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .check = check,
    .start = start,
    .finish = finish,
    .step = step,
    .detail = &rule,
};

#    endif
#endif
