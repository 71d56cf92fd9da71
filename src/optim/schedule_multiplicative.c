/* base * (lr_lambda(1) * ... * lr_lambda(t)), as torch's MultiplicativeLR. The last
 * product is kept: the next step multiplies once. */
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/optim/schedule.h"
#include "rate_formula.h"

struct opts {
    char *lr_lambda;
};

static const struct ob_param params[] = {
    OB_TEXT(struct opts, lr_lambda, .required = true,
            .help = "what the rate is multiplied by at each step behind the first, a "
                    "formula of t, which is 1 then, and of the horizon T: 0.95"),
    { 0 },
};

struct state {
    struct rate_formula *formula;
    uint64_t t;
    double product; /* of the factors up to t */
};

static bool check(const void *opts, struct ob_err *err)
{
    return rate_formula_check(((const struct opts *)opts)->lr_lambda, err);
}

static bool start(struct ob_schedule *s, struct ob_err *err)
{
    const struct opts *o = s->opts;
    struct state *m = s->state = ob_xcalloc(1, sizeof *m);
    m->product = 1;
    m->formula = rate_formula_create(o->lr_lambda, s->length, err);
    return m->formula && rate_formula_begins(m->formula, 1, err);
}

static void finish(struct ob_schedule *s)
{
    struct state *m = s->state;
    if (m)
        rate_formula_destroy(m->formula);
    free(m);
}

static double rate(const struct ob_schedule *s, double base, uint64_t t)
{
    struct state *m = s->state;
    if (t < m->t) {
        m->t = 0;
        m->product = 1;
    }
    while (m->t < t)
        m->product *= rate_formula_at(m->formula, ++m->t);
    return base * m->product;
}

const struct ob_schedule_type ob_schedule_multiplicative = {
    .name = "multiplicative",
    .title = "Typed factors, multiplied",
    .summary = "the rate is multiplied by a typed formula of the time at each step",
    .reference = "torch.optim.lr_scheduler.MultiplicativeLR",
    .flags = OB_SCHEDULE_GOES_ON,
    .opts_size = sizeof(struct opts),
    .params = params,
    .rate = rate,
    .check = check,
    .start = start,
    .finish = finish,
};
