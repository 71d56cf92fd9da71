/*
 * LARS: You, Gitman, Ginsburg 2017, "Large Batch Training of Convolutional Networks",
 * algorithm 1 and equation 6: SGD with momentum whose rate is, in each tensor,
 * trust_coefficient |theta| / (|g| + weight_decay |theta|) as large; the momentum holds
 * steps, rates included. Where a norm is 0 the ratio is 1.
 */
#ifdef OB_REAL_BITS

#    ifndef LARS_MAXIMIZE
#        define LARS_MAXIMIZE 1
#        define LARS_NESTEROV 2
#    endif

/* rate = lr * ratio. */
struct OB_FN(lars) {
    real rate, momentum, decay;
};

/* Slot: v. */
OB_DEVFN void OB_FN(lars_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(lars) * c,
                               int flags)
{
    real g = flags & LARS_MAXIMIZE ? -e->grad : e->grad;
    real step = c->rate * (g + c->decay * e->theta);
    e->s[0] = c->momentum * e->s[0] + step;
    e->theta =
        e->theta - (flags & LARS_NESTEROV ? step + c->momentum * e->s[0] : e->s[0]);
}

#else

#    define RULE       lars
#    define RULE_FILE  "rules/lars.c"
#    define RULE_SLOTS 1
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "trust.h"

struct opts {
    double lr, momentum, weight_decay, trust_coefficient, eps;
    bool nesterov, exclude_1d, maximize;
};

static const char *const slots[] = { "momentum_buffer" };
static const struct ob_gauge gauges[] = {
    { "trust_ratio", "rate of the tensor / lr", true },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "learning rate, the same for all tensors"),
    OB_REAL(struct opts, momentum, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the last step that is kept"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_REAL(struct opts, trust_coefficient, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "by how much of its length a tensor may move at lr 1"),
    OB_REAL(struct opts, eps, .min = 0, .max = INFINITY, .below_max = true, .live = true,
            .help = "added below the fraction, against division by zero"),
    OB_BOOLEAN(struct opts, nesterov, .help = "look ahead along the buffer"),
    OB_BOOLEAN(struct opts, exclude_1d,
               .help = "biases and other vectors: no decay, ratio 1"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

ELEMENT_VARIANTS(lars)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(lars) };

static double ratio(const struct opts *s, double theta, double grad)
{
    double below = grad + s->weight_decay * theta;
    return theta == 0 || below == 0 ? 1 : s->trust_coefficient * theta / (below + s->eps);
}

static void step_piece(struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_piece *p)
{
    const struct opts *s = o->group_opts[p->group];
    struct ob_pool *pool = it->problem->pool;
    bool plain = s->exclude_1d && piece_is_vector(o, p);
    double trust = plain ? 1
                         : ratio(s, element_norm(pool, it->theta, p->offset, p->n),
                                 element_norm(pool, it->grad, p->offset, p->n));
    struct lars_f64 c = { element_rate(o, it, p->group) * trust, s->momentum,
                          plain ? 0 : s->weight_decay };
    void *array[ELEMENT_ARRAYS] = { element_at(it->theta, p->offset),
                                    element_at(it->grad, p->offset),
                                    element_at(&o->slot[0], p->offset) };
    element_run(pool, it->theta->dtype, &rule, p->n, array, &c,
                (s->maximize ? LARS_MAXIMIZE : 0) | (s->nesterov ? LARS_NESTEROV : 0));
    o->gauge[0][p->tensor] = trust;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    it->lr = 0;
    for (size_t i = 0; i < o->pieces; i++)
        step_piece(o, it, &o->piece[i]);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_lars = {
    .name = "lars",
    .title = "LARS",
    .summary = "SGD whose rate follows, tensor by tensor, from lengths of weights and "
               "gradient",
    .reference = "You, Gitman, Ginsburg 2017, Large Batch Training of Convolutional "
                 "Networks, algorithm 1",
    .equations = "l = trust_coefficient |theta| / (|g| + weight_decay |theta|)   (of a "
                 "tensor)\n"
                 "v = momentum v + lr l (g + weight_decay theta)\n"
                 "theta = theta - v\n",
    .gauges = gauges,
    .opts_size = sizeof(struct opts),
    .slots = 1,
    .slot_names = slots,
    .params = params,
    .step = step,
    .detail = &rule,
};

#    endif
#endif
