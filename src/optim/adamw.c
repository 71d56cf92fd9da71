/* AdamW: Loshchilov, Hutter 2019, algorithm 2: Adam whose weight decay shrinks the
 * parameter and is no part of the gradient; the rule is that of rules/adam.c. */
#include "adam.h"

#include <math.h>

#include "explain.h"

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
    OB_REAL(struct adam_opts, weight_decay, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "theta shrinks by lr * weight_decay of itself"),
    OB_BOOLEAN(struct adam_opts, amsgrad, .help = "divide by the largest root so far"),
    OB_BOOLEAN(struct adam_opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static struct adam_opts decoupled(const void *opts)
{
    struct adam_opts s = *(const struct adam_opts *)opts;
    s.decoupled_weight_decay = true;
    return s;
}

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct adam_opts s = decoupled(step->opts);
    adam_coefficients(step, &s, coef, flags);
}

static const struct element_rule rule = { ELEMENT_LOOPS(adam), coefficients, true };

static void explain(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out)
{
    struct explain e;
    const struct adam_opts s = decoupled(explain_begin(&e, o, u, out));
    adam_explain_by(&e, &s);
}

const struct ob_optimizer_type ob_optimizer_adamw = {
    .name = "adamw",
    .title = "AdamW",
    .summary = "Adam whose weight decay shrinks the parameters themselves",
    .reference = "Loshchilov, Hutter 2019, Decoupled Weight Decay Regularization, "
                 "algorithm 2; Reddi, Kale, Kumar 2018 (amsgrad); conventions of "
                 "torch.optim.AdamW",
    .equations = "theta = theta - lr weight_decay theta\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "theta = theta - lr m^ / (sqrt(v^) + eps)   (m^ = m / (1 - beta1^t))\n",
    .opts_size = sizeof(struct adam_opts),
    .slots = 3,
    .slot_names = adam_slots,
    .counter_names = adam_counters,
    .params = params,
    .explain = explain,
    ELEMENT_TYPE(rule),
};
