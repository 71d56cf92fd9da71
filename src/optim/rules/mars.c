/*
 * MARS: Yuan, Liu, Wu, Zhou, Gu 2024, "MARS: Unleashing the Power of Variance Reduction
 * for Training Large Models", algorithm 1 (equations 3.1 and 3.2) with AdamW (algorithm
 * 2) or Lion (algorithm 3) as what follows, in the order and with the defaults of the
 * authors' code (AGI-Arena/MARS, mars.py): the corrected gradient is cut to length 1 in
 * each tensor, tensors of less than two dimensions go by AdamW with settings of their own
 * unless optimize_1d. Exact MARS (is_approx = no) takes the last parameters' gradient on
 * the rows of this step: a second evaluation.
 */
#ifdef OB_REAL_BITS

#    ifndef MARS_MAXIMIZE
#        define MARS_MAXIMIZE 1
#        define MARS_CORRECT  2 /* the first pass; its slots: last, what is corrected */
#        define MARS_LION     4
#        define MARS_AMSGRAD  8
#    endif

/* scale = gamma beta1 / (1 - beta1), cut = length of the corrected gradient, at least 1;
 * correct = 1 - beta1^t, root = sqrt(1 - beta2^t). */
struct OB_FN(mars) {
    real scale, cut, lr, beta1, rest1, beta2, rest2, correct, root, eps, decay;
};

/* Slots of the second pass: m, v, the largest v; its gradient is the corrected one. */
OB_DEVFN void OB_FN(mars_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(mars) * c,
                               int flags)
{
    real g = flags & MARS_MAXIMIZE ? -e->grad : e->grad;
    real update, second;
    if (flags & MARS_CORRECT) {
        e->s[1] = (g - e->s[0]) * c->scale + g;
        e->s[0] = g;
        return;
    }
    g = g / c->cut;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    if (flags & MARS_LION) {
        update =
            (e->s[0] > R(0.0) ? R(1.0) : R(0.0)) - (e->s[0] < R(0.0) ? R(1.0) : R(0.0));
    } else {
        e->s[1] = c->beta2 * e->s[1] + c->rest2 * g * g;
        second = e->s[1];
        if (flags & MARS_AMSGRAD) {
            second = second > e->s[2] ? second : e->s[2];
            e->s[2] = second;
        }
        update = e->s[0] / ((OB_FN(ob_sqrt)(second) / c->root + c->eps) * c->correct);
    }
    e->theta = e->theta - c->lr * (c->decay * e->theta + update);
}

#else

#    define RULE         mars
#    define RULE_FILE    "rules/mars.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&MARS_LION ? 1 : (f)&MARS_AMSGRAD ? 3 : 2)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(MARS_CORRECT)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>
#        include <stdio.h>
#        include <string.h>

#        include "power.h"
#        include "trust.h"

enum { MARS_BY_ADAMW, MARS_BY_LION };
static const char *const types[] = { "adamw", "lion", NULL };

struct opts {
    double lr, beta1, beta2, eps, weight_decay, gamma;
    double lr_1d, beta1_1d, beta2_1d, weight_decay_1d;
    int mars_type;
    bool is_approx, optimize_1d, amsgrad, maximize;
};

enum { EXP_AVG, EXP_AVG_SQ, MAX_EXP_AVG_SQ, LAST_GRAD, SLOTS };

struct state {
    struct ob_vec corrected; /* of one piece */
    struct ob_vec before;    /* [n] gradient at the last parameters; exact MARS only */
    void *last_theta;        /* [n] kept; exact MARS only */
};

static const char *const slots[] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq",
                                     "last_grad" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "correction", "length of the corrected gradient, before it is cut to 1", true },
    { 0 },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 3e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.95, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.99, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "shrinks theta by lr * weight_decay of itself"),
    OB_REAL(struct opts, gamma, .fallback = 0.025, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "how much of the change of the gradient is added to it"),
    OB_CHOICE(struct opts, mars_type, .choices = types,
              .help = "what the corrected gradient goes into"),
    OB_BOOLEAN(struct opts, is_approx, .fallback = true,
               .help = "no: evaluate the last parameters on this step's rows, too"),
    OB_BOOLEAN(struct opts, amsgrad, .help = "divide by the largest root so far"),
    OB_BOOLEAN(struct opts, optimize_1d,
               .help =
                   "biases and other vectors as matrices; no: AdamW by the next keys"),
    OB_REAL(struct opts, lr_1d, .fallback = 3e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate of vectors"),
    OB_REAL(struct opts, beta1_1d, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "beta1 of vectors"),
    OB_REAL(struct opts, beta2_1d, .fallback = 0.95, .min = 0, .max = 1,
            .below_max = true, .live = true, .help = "beta2 of vectors"),
    OB_REAL(struct opts, weight_decay_1d, .fallback = 0.1, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "weight_decay of vectors"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    bool exact = false;
    for (size_t i = 0; i < o->pieces; i++)
        exact =
            exact || !((const struct opts *)o->group_opts[o->piece[i].group])->is_approx;
    if (!ob_vec_init(&state->corrected, o->problem->dtype, longest_piece(o), err))
        return false;
    if (!exact)
        return true;
    state->last_theta =
        ob_optimizer_keep(o, "last_theta", o->problem->dtype, o->problem->n, err);
    return state->last_theta &&
           ob_vec_init(&state->before, o->problem->dtype, o->problem->n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *state = o->state;
    ob_vec_finish(&state->corrected);
    ob_vec_finish(&state->before);
}

static struct mars_f64 coefficients(const struct opts *s, uint64_t t, bool vector)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    double beta1 = vector ? s->beta1_1d : s->beta1,
           beta2 = vector ? s->beta2_1d : s->beta2;
    return (struct mars_f64){
        .scale = s->gamma * (beta1 / (1 - beta1)),
        .cut = 1,
        .beta1 = beta1,
        .rest1 = 1 - beta1,
        .beta2 = beta2,
        .rest2 = 1 - beta2,
        .correct = 1 - power(beta1, t, least),
        .root = sqrt(1 - power(beta2, t, least)),
        .eps = s->eps,
        .decay = vector ? s->weight_decay_1d : s->weight_decay,
    };
}

ELEMENT_VARIANTS(mars)
static const struct element_rule rule = { .loops = ELEMENT_LOOPS(mars), .counts = true };

/* The gradient that the correction starts from stands in the slot: that of the last step,
 * or of the last parameters now. In the first step of exact MARS nothing has changed. */
static void put_exact(struct ob_optimizer *o, const struct ob_iterate *it,
                      const struct ob_piece *p, bool maximize)
{
    const struct state *state = o->state;
    const struct ob_vec *from = o->counter[0] > 1 ? &state->before : it->grad;
    for (size_t i = p->offset; i < p->offset + p->n; i++) {
        double g = ob_vec_get(from, i);
        ob_vec_set(&o->slot[LAST_GRAD], i, maximize ? -g : g);
    }
}

/* Equations 3.1 and 3.2; returns the corrected gradient and writes c->cut. */
static void *correct(struct ob_optimizer *o, struct ob_iterate *it,
                     const struct ob_piece *p, struct mars_f64 *c)
{
    struct state *state = o->state;
    const struct opts *s = o->group_opts[p->group];
    struct ob_pool *pool = it->problem->pool;
    if (!s->is_approx)
        put_exact(o, it, p, s->maximize);
    void *array[ELEMENT_ARRAYS] = { element_at(it->theta, p->offset),
                                    element_at(it->grad, p->offset),
                                    element_at(&o->slot[LAST_GRAD], p->offset),
                                    state->corrected.data };
    element_run(pool, it->theta->dtype, &rule, p->n, array, c,
                MARS_CORRECT | (s->maximize ? MARS_MAXIMIZE : 0));
    double length = element_norm(pool, &state->corrected, 0, p->n);
    o->gauge[0][p->tensor] = length;
    c->cut = length > 1 ? length : 1;
    return state->corrected.data;
}

/* Whether the gradient was corrected. */
static bool step_piece(struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_piece *p)
{
    const struct opts *s = o->group_opts[p->group];
    bool vector = !s->optimize_1d && piece_is_vector(o, p);
    bool lion = s->mars_type == MARS_BY_LION && !vector;
    struct mars_f64 c = coefficients(s, o->counter[0], vector);
    double lr = element_rate(o, it, p->group);
    void *grad = vector ? element_at(it->grad, p->offset) : correct(o, it, p, &c);
    c.lr = vector ? ob_schedule_rate(o->schedule, s->lr_1d, it->k) : lr;
    void *array[ELEMENT_ARRAYS] = { element_at(it->theta, p->offset), grad };
    for (size_t k = 0; k < LAST_GRAD; k++)
        array[2 + k] = element_at(&o->slot[k], p->offset);
    int flags = (vector && s->maximize ? MARS_MAXIMIZE : 0) | (lion ? MARS_LION : 0) |
                (s->amsgrad && !lion ? MARS_AMSGRAD : 0);
    element_run(it->problem->pool, it->theta->dtype, &rule, p->n, array, &c, flags);
    return !vector;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *state = o->state;
    struct ob_eval eval;
    o->counter[0]++;
    it->lr = 0;
    if (state->last_theta && o->counter[0] > 1)
        ob_problem_eval(it->problem, state->last_theta, state->before.data, &eval);
    if (state->last_theta)
        memcpy(state->last_theta, it->theta->data,
               it->theta->n * ob_dtype_size(it->theta->dtype));
    bool corrects = false;
    for (size_t i = 0; i < o->pieces; i++)
        corrects = step_piece(o, it, &o->piece[i]) || corrects;
    if (!corrects)
        snprintf(o->note, sizeof o->note,
                 "no tensor here has rows and columns: all go by AdamW with lr_1d; "
                 "optimize_1d = yes is MARS for them");
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_mars = {
    .name = "mars",
    .title = "MARS",
    .summary = "AdamW or Lion by a gradient that its own last change corrects",
    .reference = "Yuan, Liu, Wu, Zhou, Gu 2024, MARS: Unleashing the Power of Variance "
                 "Reduction for Training Large Models, algorithms 1 to 3; the authors' "
                 "mars.py",
    .needs = OB_EVALUATES,
    .equations =
        "c = g + gamma beta1 / (1 - beta1) (g - g')   (g': the gradient before)\n"
        "c = c / max(|c|, 1)   (norm of a tensor)\n"
        "m = beta1 m + (1 - beta1) c\n"
        "v = beta2 v + (1 - beta2) c^2\n"
        "theta = theta - lr (m^ / (sqrt(v^) + eps) + weight_decay theta)\n",
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
