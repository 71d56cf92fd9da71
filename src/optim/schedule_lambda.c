/* base * lr_lambda(t), as torch's LambdaLR. */
#include "optbench/optim/schedule.h"
#include "rate_formula.h"

struct opts {
    char *lr_lambda;
};

static const struct ob_param params[] = {
    OB_TEXT(struct opts, lr_lambda, .required = true,
            .help = "the factor of the rate, a formula of t, which counts from 0, and of "
                    "the horizon T: 0.95^t, 1/(1 + 9*t/T)"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    return rate_formula_check(((const struct opts *)opts)->lr_lambda, err);
}

static bool start(struct ob_schedule *s, struct ob_err *err)
{
    const struct opts *o = s->opts;
    s->state = rate_formula_create(o->lr_lambda, s->length, err);
    return s->state && rate_formula_begins(s->state, 0, err);
}

static void finish(struct ob_schedule *s)
{
    rate_formula_destroy(s->state);
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    return base * rate_formula_at(s->state, t);
}

const struct ob_schedule_type ob_schedule_lambda = {
    .name = "lambda",
    .title = "Typed factor",
    .summary = "the rate times a typed formula of the time",
    .reference = "torch.optim.lr_scheduler.LambdaLR",
    .flags = OB_SCHEDULE_APART,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .check = check,
    .start = start,
    .finish = finish,
};
