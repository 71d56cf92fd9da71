/*
 * Stochastic gradient descent with the meaning and the order of operations of
 * torch.optim.SGD (Robbins, Monro 1951; Polyak 1964; Nesterov 1983):
 *
 *   d = grad (negated to maximize) + weight_decay * theta
 *   b = momentum * b + (1 - dampening) * d, but b = d on the first step with momentum
 *   d = d + momentum * b (nesterov), else b (with momentum)
 *   theta = theta - lr * d
 */
#ifdef OB_REAL_BITS

#    ifndef SGD_MAXIMIZE
#        define SGD_MAXIMIZE 1
#        define SGD_DECAY    2
#        define SGD_MOMENTUM 4
#        define SGD_FIRST    8 /* the buffer starts as the gradient, undamped */
#        define SGD_NESTEROV 16
#    endif

struct OB_FN(sgd) {
    real lr, momentum, keep, decay;
};

/* Slot: b, only with SGD_MOMENTUM. */
OB_DEVFN void OB_FN(sgd_rule)(struct OB_FN(ob_element) * e, const struct OB_FN(sgd) * c,
                              int flags)
{
    real d = flags & SGD_MAXIMIZE ? -e->grad : e->grad;
    if (flags & SGD_DECAY)
        d = d + c->decay * e->theta;
    if (flags & SGD_MOMENTUM) {
        e->s[0] = flags & SGD_FIRST ? d : c->momentum * e->s[0] + c->keep * d;
        d = flags & SGD_NESTEROV ? d + c->momentum * e->s[0] : e->s[0];
    }
    e->theta = e->theta - c->lr * d;
}

#else

#    define RULE         sgd
#    define RULE_FILE    "rules/sgd.c"
#    define RULE_SLOTS   1
#    define RULE_USED(f) ((f)&SGD_MOMENTUM ? 1 : 0)
#    define RULE_SPECIAL                                                                 \
        X(0)                                                                             \
        X(SGD_MOMENTUM)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include "sgd.h"

#        include <math.h>

#        include "element.h"
#        include "explain.h"

const struct ob_param sgd_params[] = {
    OB_REAL(struct sgd_opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct sgd_opts, momentum, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "share of the last step's buffer that is kept"),
    OB_REAL(struct sgd_opts, dampening, .min = 0, .max = 1, .live = true,
            .help = "share of the gradient left out of the buffer"),
    OB_REAL(struct sgd_opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct sgd_opts, nesterov,
               .help = "look ahead along the buffer (needs momentum, no dampening)"),
    OB_BOOLEAN(struct sgd_opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

const char *const sgd_slots[] = { "momentum_buffer" };
const char *const sgd_counters[] = { "momentum_begun", NULL };

bool sgd_check(const void *opts, struct ob_err *err)
{
    const struct sgd_opts *s = opts;
    if (s->nesterov && (s->momentum == 0 || s->dampening != 0))
        return ob_fail(err, OB_ECONFIG,
                       "nesterov: needs a momentum above 0 and a dampening of 0");
    return true;
}

const char *sgd_no_direction(const void *opts)
{
    const struct sgd_opts *s = opts;
    return s->momentum != 0       ? "momentum is not 0"
           : s->weight_decay != 0 ? "weight_decay is not 0"
           : s->maximize          ? "maximize is on"
                                  : NULL;
}

/* Counter 0 has a bit for each group whose buffer has begun. */
static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct sgd_opts *s = step->opts;
    uint64_t *begun = &step->o->counter[0], bit = UINT64_C(1) << step->group;
    *flags = (s->maximize ? SGD_MAXIMIZE : 0) | (s->weight_decay != 0 ? SGD_DECAY : 0);
    if (s->momentum != 0) {
        *flags |= SGD_MOMENTUM | (*begun & bit ? 0 : SGD_FIRST) |
                  (s->nesterov ? SGD_NESTEROV : 0);
        *begun |= bit;
    }
    *(struct sgd_f64 *)coef =
        (struct sgd_f64){ step->lr, s->momentum, 1 - s->dampening, s->weight_decay };
}

ELEMENT_VARIANTS(sgd)
const struct element_rule sgd_element = { ELEMENT_LOOPS(sgd), coefficients, false };

enum ob_step_result sgd_direction(struct ob_optimizer *o, struct ob_iterate *it,
                                  struct ob_vec *dir)
{
    (void)o;
    if (dir->dtype == OB_F32)
        for (size_t i = 0; i < dir->n; i++)
            ((float *)dir->data)[i] = -((const float *)it->grad->data)[i];
    else
        for (size_t i = 0; i < dir->n; i++)
            ((double *)dir->data)[i] = -((const double *)it->grad->data)[i];
    return OB_STEP_OK;
}

/* What the gradient becomes before the momentum sees it; *what becomes its name. */
static double explain_descent(struct explain *e, const struct sgd_opts *s, double grad,
                              const char **what)
{
    double d = s->maximize ? -grad : grad, before = e->update->before;
    *what = "grad";
    if (s->maximize) {
        explain_say(e, "d = -grad");
        explain_numbers(e, " = -%v = %r\n", (double[]){ grad, d });
        *what = "d";
    }
    if (s->weight_decay != 0) {
        double decay = explain_round(e, s->weight_decay);
        double sum = explain_round(e, d + explain_round(e, decay * before));
        explain_say(e, "d = %s + weight_decay * %s", *what, e->name);
        explain_numbers(e, " = %v + %v * %v = %r\n", (double[]){ d, decay, before, sum });
        *what = "d";
        d = sum;
    }
    return d;
}

/* The buffer's new value is the stored one. */
static void explain_buffer(struct explain *e, const struct sgd_opts *s, double d,
                           const char *what)
{
    const struct ob_update *u = e->update;
    double momentum = explain_round(e, s->momentum),
           keep = explain_round(e, 1 - s->dampening);
    double b = ob_vec_get(&e->optimizer->slot[0], u->i);
    bool first = !(u->counter[0] >> e->segment->group & 1);
    if (!u->known) {
        explain_lost(e, "buffer", b);
    } else if (first) {
        explain_say(e, "first step: buffer = %s", what);
        explain_numbers(e, " = %r\n", &b);
    } else if (keep == 1) {
        explain_say(e, "buffer = momentum * buffer + %s", what);
        explain_numbers(e, " = %v * %v + %v = %r\n",
                        (double[]){ momentum, u->slot[0], d, b });
    } else {
        explain_say(e, "buffer = momentum * buffer + (1 - dampening) * %s", what);
        explain_numbers(e, " = %v * %v + %v * %v = %r\n",
                        (double[]){ momentum, u->slot[0], keep, d, b });
    }
}

void sgd_explain(const struct ob_optimizer *o, const struct ob_update *u,
                 struct ob_buf *out)
{
    struct explain e;
    const struct sgd_opts *s = explain_begin(&e, o, u, out);
    const char *what;
    explain_schedule(&e, s->lr);
    double lr = explain_rate(&e, s->lr), d = explain_descent(&e, s, u->grad, &what);
    if (s->momentum != 0) {
        double momentum = explain_round(&e, s->momentum);
        double b = ob_vec_get(&o->slot[0], u->i);
        explain_buffer(&e, s, d, what);
        if (s->nesterov) {
            double ahead = explain_round(&e, d + explain_round(&e, momentum * b));
            explain_say(&e, "d = %s + momentum * buffer", what);
            explain_numbers(&e, " = %v + %v * %v = %r\n",
                            (double[]){ d, momentum, b, ahead });
            d = ahead;
            what = "d";
        } else {
            d = b;
            what = "buffer";
        }
    }
    explain_say(&e, "new %s = %s - lr * %s", e.name, e.name, what);
    explain_numbers(&e, " = %v - %v * %v = %r\n",
                    (double[]){ u->before, lr, d, u->after });
    explain_float32(&e);
}

const struct ob_optimizer_type ob_optimizer_sgd = {
    .name = "sgd",
    .title = "Stochastic gradient descent",
    .summary = "steps against the gradient, with momentum and weight decay if wanted",
    .reference = "Robbins, Monro 1951; Polyak 1964 (momentum); Nesterov 1983; "
                 "conventions of torch.optim.SGD",
    SGD_MEMBERS,
};

#    endif
#endif
