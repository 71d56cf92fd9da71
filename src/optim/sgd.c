/*
 * Stochastic gradient descent with the meaning of torch.optim.SGD:
 *
 *   d = grad (negated to maximize) + weight_decay * theta
 *   b = momentum * b + (1 - dampening) * d, but b = d on the first step with momentum
 *   d = d + momentum * b (nesterov), else b (with momentum)
 *   theta = theta - lr * d
 */
#include "sgd.h"

#include <math.h>

#include "explain.h"
#include "rules.h"
#include "rules/flags.h"

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

static struct rule_sgd coefficients(const struct sgd_opts *s, double lr, bool begun)
{
    int flags =
        (s->maximize ? OB_SGD_MAXIMIZE : 0) | (s->weight_decay != 0 ? OB_SGD_DECAY : 0);
    if (s->momentum != 0)
        flags |= OB_SGD_MOMENTUM | (begun ? 0 : OB_SGD_FIRST) |
                 (s->nesterov ? OB_SGD_NESTEROV : 0);
    return (struct rule_sgd){ lr, s->momentum, 1 - s->dampening, s->weight_decay, flags };
}

static bool begun(const struct ob_optimizer *o, size_t group)
{
    return o->counter[0] >> group & 1;
}

bool sgd_start(struct ob_optimizer *o, struct ob_err *err)
{
    struct sgd_state *state = o->state;
    (void)err;
    state->rules = rules_for(o->problem->dtype);
    return true;
}

enum ob_step_result sgd_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    enum ob_dtype dtype = it->theta->dtype;
    size_t size = ob_dtype_size(dtype);
    const struct sgd_state *state = o->state;
    uint64_t now_begun = 0;
    it->lr = 0;
    for (size_t i = 0; i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        const struct sgd_opts *opts = o->group_opts[s->group];
        double lr = ob_schedule_rate(o->schedule, opts->lr, it->k);
        struct rule_sgd c = coefficients(opts, lr, begun(o, s->group));
        size_t at = s->offset * size;
        void *array[RULE_ARRAYS] = { (char *)it->theta->data + at,
                                     (char *)it->grad->data + at,
                                     (char *)o->slot[0].data + at };
        if (lr != 0 && (it->lr == 0 || s->group == 0))
            it->lr = lr;
        if (c.flags & OB_SGD_MOMENTUM)
            now_begun |= UINT64_C(1) << s->group;
        rules_run(it->problem->pool, dtype, state->rules->sgd, s->n, array, &c);
    }
    o->counter[0] |= now_begun;
    return OB_STEP_OK;
}

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

void sgd_explain(const struct ob_optimizer *o, const struct ob_iterate *it, size_t i,
                 struct ob_buf *out)
{
    const struct ob_segment *segment = explain_segment(o, i);
    const struct sgd_opts *s = o->group_opts[segment->group];
    char name[OB_COLUMN_NAME_MAX];
    explain_name(it, i, name);
    double lr = ob_schedule_rate(o->schedule, s->lr, it->k);
    double theta = ob_vec_get(it->theta, i), grad = ob_vec_get(it->grad, i);
    double b = ob_vec_get(&o->slot[0], i), d = s->maximize ? -grad : grad;
    if (s->weight_decay != 0) {
        double sum = d + s->weight_decay * theta;
        explain_line(out, name, "d = gradient + weight_decay * %n = %v + %v * %v = %v\n",
                     (double[]){ d, s->weight_decay, theta, sum });
        d = sum;
    }
    if (s->momentum != 0 && !begun(o, segment->group)) {
        explain_line(out, name, "buffer = %v, as this is its first step\n", &d);
        b = d;
    } else if (s->momentum != 0) {
        double keep = 1 - s->dampening, sum = s->momentum * b + keep * d;
        explain_line(out, name, "buffer = %v * %v + %v * %v = %v\n",
                     (double[]){ s->momentum, b, keep, d, sum });
        b = sum;
    }
    if (s->momentum != 0 && s->nesterov) {
        explain_line(out, name, "d = %v + %v * %v = %v\n",
                     (double[]){ d, s->momentum, b, d + s->momentum * b });
        d = d + s->momentum * b;
    } else if (s->momentum != 0) {
        d = b;
    }
    explain_line(out, name, "%n = %v - %v * %v = %v\n",
                 (double[]){ theta, lr, d, theta - lr * d });
}

const struct ob_optimizer_type ob_optimizer_sgd = {
    .name = "sgd",
    .title = "Stochastic gradient descent",
    .summary = "steps against the gradient, with momentum and weight decay if wanted",
    .reference = "Robbins, Monro 1951; Polyak 1964 (momentum); Nesterov 1983; "
                 "conventions of torch.optim.SGD",
    SGD_MEMBERS,
};
