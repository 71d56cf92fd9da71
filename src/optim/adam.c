/* Adam, with the meaning of torch.optim.Adam: weight decay is part of the gradient (L2),
 * eps stands outside the square root. The rule itself is in rules/adam.h. */
#include <math.h>

#include "explain.h"
#include "power.h"
#include "rules.h"
#include "rules/flags.h"

struct opts {
    double lr, beta1, beta2, eps, weight_decay;
    bool amsgrad, maximize;
};

enum { EXP_AVG, EXP_AVG_SQ, MAX_EXP_AVG_SQ, SLOTS };
static const char *const slots[] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.999, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_BOOLEAN(struct opts, amsgrad, .help = "divide by the largest root so far"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

/* t is the number of this step of the optimizer, from 1. */
static struct rule_adam coefficients(const struct opts *s, double lr, uint64_t t)
{
    const double least = 0x1p-60; /* 1 less this is 1 */
    return (struct rule_adam){
        .beta1 = s->beta1,
        .beta2 = s->beta2,
        .rate = lr / (1 - power(s->beta1, t, least)),
        .root = sqrt(1 - power(s->beta2, t, least)),
        .eps = s->eps,
        .decay = s->weight_decay,
        .flags = (s->maximize ? OB_ADAM_MAXIMIZE : 0) |
                 (s->weight_decay != 0 ? OB_ADAM_DECAY : 0) |
                 (s->amsgrad ? OB_ADAM_AMSGRAD : 0),
    };
}

struct state {
    const struct rules *rules;
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *state = o->state;
    (void)err;
    state->rules = rules_for(o->problem->dtype);
    return true;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    enum ob_dtype dtype = it->theta->dtype;
    size_t size = ob_dtype_size(dtype);
    const struct state *state = o->state;
    o->counter[0]++;
    it->lr = 0;
    for (size_t i = 0; i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        const struct opts *opts = o->group_opts[s->group];
        double lr = ob_schedule_rate(o->schedule, opts->lr, it->k);
        struct rule_adam c = coefficients(opts, lr, o->counter[0]);
        size_t at = s->offset * size;
        void *array[RULE_ARRAYS] = { (char *)it->theta->data + at,
                                     (char *)it->grad->data + at };
        for (size_t k = 0; k < SLOTS; k++)
            array[2 + k] = (char *)o->slot[k].data + at;
        if (lr != 0 && (it->lr == 0 || s->group == 0))
            it->lr = lr;
        rules_run(it->problem->pool, dtype, state->rules->adam, s->n, array, &c);
    }
    return OB_STEP_OK;
}

static void explain(const struct ob_optimizer *o, const struct ob_iterate *it, size_t i,
                    struct ob_buf *out)
{
    const struct opts *s = o->group_opts[explain_segment(o, i)->group];
    char name[OB_COLUMN_NAME_MAX];
    explain_name(it, i, name);
    double lr = ob_schedule_rate(o->schedule, s->lr, it->k);
    struct rule_adam c = coefficients(s, lr, o->counter[0] + 1);
    double theta = ob_vec_get(it->theta, i), grad = ob_vec_get(it->grad, i);
    double g = (s->maximize ? -grad : grad) + s->weight_decay * theta;
    double m = ob_vec_get(&o->slot[EXP_AVG], i), v = ob_vec_get(&o->slot[EXP_AVG_SQ], i);
    double m1 = s->beta1 * m + (1 - s->beta1) * g;
    double v1 = s->beta2 * v + (1 - s->beta2) * g * g;
    double top = fmax(v1, ob_vec_get(&o->slot[MAX_EXP_AVG_SQ], i));
    double second = s->amsgrad ? top : v1, below = sqrt(second) / c.root + s->eps;
    explain_line(out, name, "exp_avg = %v * %v + %v * %v = %v\n",
                 (double[]){ s->beta1, m, 1 - s->beta1, g, m1 });
    explain_line(out, name, "exp_avg_sq = %v * %v + %v * %v^2 = %v\n",
                 (double[]){ s->beta2, v, 1 - s->beta2, g, v1 });
    explain_line(out, name, "divisor = sqrt(%v) / %v + %v = %v\n",
                 (double[]){ second, c.root, s->eps, below });
    explain_line(out, name, "%n = %v - %v * %v / %v = %v\n",
                 (double[]){ theta, c.rate, m1, below, theta - c.rate * m1 / below });
}

const struct ob_optimizer_type ob_optimizer_adam = {
    .name = "adam",
    .title = "Adam",
    .summary = "steps scaled by running means of the gradient and of its square",
    .reference = "Kingma, Ba 2015, algorithm 1; Reddi, Kale, Kumar 2018 (amsgrad); "
                 "conventions of torch.optim.Adam",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .start = start,
    .step = step,
    .explain = explain,
};
