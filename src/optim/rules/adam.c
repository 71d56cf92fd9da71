/*
 * Adam: Kingma, Ba 2015, algorithm 1, with the meaning and the order of operations of
 * torch.optim.Adam: weight decay is part of the gradient (L2) unless it is decoupled,
 * eps stands outside the square root; Reddi, Kale, Kumar 2018 (amsgrad) divide by the
 * largest v so far. AdamW (adamw.c) is the same with another table of parameters.
 */
#ifdef OB_REAL_BITS

#    ifndef ADAM_MAXIMIZE
#        define ADAM_MAXIMIZE 1
#        define ADAM_DECAY    2
#        define ADAM_AMSGRAD  4
#        define ADAM_SHRINK   8 /* the decay is no part of the gradient (AdamW) */
#    endif

/* The bias corrections come in ready made: rate = lr / (1 - beta1^t), root = sqrt(1 -
 * beta2^t). keep = 1 - lr * weight_decay. */
struct OB_FN(adam) {
    real beta1, rest1, beta2, rest2, rate, root, eps, decay, keep;
};

/* Slots: m, v, the largest v. */
OB_DEVFN void OB_FN(adam_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(adam) * c,
                               int flags)
{
    real g = flags & ADAM_MAXIMIZE ? -e->grad : e->grad;
    real second;
    if (flags & ADAM_SHRINK)
        e->theta = e->theta * c->keep;
    if (flags & ADAM_DECAY)
        g = g + c->decay * e->theta;
    e->s[0] = c->beta1 * e->s[0] + c->rest1 * g;
    e->s[1] = c->beta2 * e->s[1] + c->rest2 * g * g;
    second = e->s[1];
    if (flags & ADAM_AMSGRAD) {
        second = second > e->s[2] ? second : e->s[2];
        e->s[2] = second;
    }
    e->theta = e->theta - c->rate * e->s[0] / (OB_FN(ob_sqrt)(second) / c->root + c->eps);
}

#else

#    define RULE         adam
#    define RULE_FILE    "rules/adam.c"
#    define RULE_SLOTS   3
#    define RULE_USED(f) ((f)&ADAM_AMSGRAD ? 3 : 2)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(ADAM_SHRINK)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include "adam.h"

#        include <math.h>

#        include "explain.h"
#        include "power.h"
#        include "rate.h"

enum { EXP_AVG, EXP_AVG_SQ, MAX_EXP_AVG_SQ, SLOTS };
const char *const adam_slots[] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq" };
const char *const adam_counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct adam_opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct adam_opts, beta1, .fallback = 0.9, .min = 0, .max = 1,
            .below_max = true, .live = true,
            .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct adam_opts, beta2, .fallback = 0.999, .min = 0, .max = 1,
            .below_max = true, .live = true,
            .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct adam_opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct adam_opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct adam_opts, decoupled_weight_decay,
               .help = "shrink theta by lr * weight_decay instead, as AdamW does"),
    OB_BOOLEAN(struct adam_opts, amsgrad, .help = "divide by the largest root so far"),
    OB_BOOLEAN(struct adam_opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

/* t is the number of this step of the optimizer, from 1. */
static struct adam_f64 made(const struct adam_opts *s, double lr, uint64_t t)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    return (struct adam_f64){
        .beta1 = s->beta1,
        .rest1 = 1 - s->beta1,
        .beta2 = s->beta2,
        .rest2 = 1 - s->beta2,
        .rate = lr / (1 - power(s->beta1, t, least)),
        .root = sqrt(1 - power(s->beta2, t, least)),
        .eps = s->eps,
        .decay = s->weight_decay,
        .keep = 1 - lr * s->weight_decay,
    };
}

void adam_coefficients(const struct element_step *step, const struct adam_opts *s,
                       void *coef, int *flags)
{
    const int decay = s->decoupled_weight_decay ? ADAM_SHRINK : ADAM_DECAY;
    *(struct adam_f64 *)coef = made(s, step->lr, step->t);
    *flags = (s->maximize ? ADAM_MAXIMIZE : 0) | (s->weight_decay != 0 ? decay : 0) |
             (s->amsgrad ? ADAM_AMSGRAD : 0);
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    adam_coefficients(step, step->opts, coef, flags);
}

static const struct element_rule rule = { ELEMENT_LOOPS(adam), coefficients, true };

/* The two running means and the largest second one; their new values are the stored. */
static void explain_means(struct explain *e, const struct adam_opts *s, double g,
                          const char *what)
{
    const struct ob_update *u = e->update;
    const struct ob_vec *slot = e->optimizer->slot;
    double m = ob_vec_get(&slot[EXP_AVG], u->i), v = ob_vec_get(&slot[EXP_AVG_SQ], u->i);
    if (!u->known) {
        explain_lost(e, adam_slots[EXP_AVG], m);
        explain_lost(e, adam_slots[EXP_AVG_SQ], v);
        return;
    }
    explain_say(e, "exp_avg = beta1 * exp_avg + (1 - beta1) * %s", what);
    explain_numbers(e, " = %v * %v + %v * %v = %r\n",
                    (double[]){ explain_round(e, s->beta1), u->slot[EXP_AVG],
                                explain_round(e, 1 - s->beta1), g, m });
    explain_say(e, "exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * %s^2", what);
    explain_numbers(e, " = %v * %v + %v * %v * %v = %r\n",
                    (double[]){ explain_round(e, s->beta2), u->slot[EXP_AVG_SQ],
                                explain_round(e, 1 - s->beta2), g, g, v });
    if (s->amsgrad) {
        explain_say(e, "max_exp_avg_sq = the larger of it and exp_avg_sq");
        explain_numbers(e, " = max(%v, %v) = %r\n",
                        (double[]){ u->slot[MAX_EXP_AVG_SQ], v,
                                    ob_vec_get(&slot[MAX_EXP_AVG_SQ], u->i) });
    }
}

/* What weight decay makes of the gradient, or of the parameter; *what becomes the name of
 * the one. */
static void explain_decay(struct explain *e, const struct adam_opts *s, double *g,
                          double *from, const char **what)
{
    const double before = e->update->before;
    if (s->weight_decay == 0)
        return;
    if (s->decoupled_weight_decay) {
        double lr = ob_schedule_rate(e->optimizer->schedule, s->lr, e->update->k);
        double keep = explain_round(e, 1 - lr * s->weight_decay);
        *from = explain_round(e, before * keep);
        explain_say(e, "kept = %s * (1 - lr * weight_decay)", e->name);
        explain_numbers(e, " = %v * %v = %r\n", (double[]){ before, keep, *from });
        return;
    }
    double decay = explain_round(e, s->weight_decay);
    double sum = explain_round(e, *g + explain_round(e, decay * before));
    explain_say(e, "g = %s + weight_decay * %s", *what, e->name);
    explain_numbers(e, " = %v + %v * %v = %r\n", (double[]){ *g, decay, before, sum });
    *what = "g";
    *g = sum;
}

static void explain_step(struct explain *e, const struct adam_opts *s, double from)
{
    const struct ob_optimizer *o = e->optimizer;
    const struct ob_update *u = e->update;
    uint64_t t = o->counter[0];
    struct adam_f64 c = made(s, ob_schedule_rate(o->schedule, s->lr, u->k), t);
    const size_t which = s->amsgrad ? MAX_EXP_AVG_SQ : EXP_AVG_SQ;
    double m = ob_vec_get(&o->slot[EXP_AVG], u->i);
    double second = ob_vec_get(&o->slot[which], u->i);
    double rate = explain_round(e, c.rate), root = explain_round(e, c.root),
           eps = explain_round(e, c.eps);
    double below = explain_round(e, sqrt(second));
    below = explain_round(e, explain_round(e, below / root) + eps);
    explain_say(e, "divisor = sqrt(%s) / sqrt(1 - beta2^%llu) + eps", adam_slots[which],
                (unsigned long long)t);
    explain_numbers(e, " = sqrt(%v) / %v + %v = %r\n",
                    (double[]){ second, root, eps, below });
    explain_say(e, "rate = lr / (1 - beta1^%llu) of ", (unsigned long long)t);
    explain_lr(e, s->lr);
    explain_numbers(e, " = %r\n", &rate);
    explain_say(e, "new %s = %s - rate * exp_avg / divisor", e->name,
                s->weight_decay != 0 && s->decoupled_weight_decay ? "kept" : e->name);
    explain_numbers(e, " = %v - %v * %v / %v = %r\n",
                    (double[]){ from, rate, m, below, u->after });
}

void adam_explain_by(struct explain *e, const struct adam_opts *s)
{
    const struct ob_update *u = e->update;
    double g = s->maximize ? -u->grad : u->grad, from = u->before;
    const char *what = s->maximize ? "-grad" : "grad";
    explain_decay(e, s, &g, &from, &what);
    explain_means(e, s, g, what);
    explain_step(e, s, from);
    explain_float32(e);
}

static void explain(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out)
{
    struct explain e;
    const struct adam_opts *s = explain_begin(&e, o, u, out);
    adam_explain_by(&e, s);
}

const struct ob_optimizer_type ob_optimizer_adam = {
    .name = "adam",
    .title = "Adam",
    .summary = "steps scaled by running means of the gradient and of its square",
    .reference = "Kingma, Ba 2015, algorithm 1; Reddi, Kale, Kumar 2018 (amsgrad); "
                 "conventions of torch.optim.Adam",
    .equations = "g = g + weight_decay theta\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2   (amsgrad: the largest v so far)\n"
                 "theta = theta - lr m^ / (sqrt(v^) + eps)   (m^ = m / (1 - beta1^t))\n",
    .opts_size = sizeof(struct adam_opts),
    .slots = SLOTS,
    .slot_names = adam_slots,
    .counter_names = adam_counters,
    .params = params,
    .explain = explain,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
