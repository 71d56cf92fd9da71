#include "optbench/optim/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"

#define X(id) extern const struct ob_schedule_type ob_schedule_##id;
#include "schedules.def"
#undef X

static const struct ob_schedule_type *const types[] = {
#define X(id) &ob_schedule_##id,
#include "schedules.def"
#undef X
    NULL,
};

const struct ob_param ob_schedule_params[] = {
    OB_REAL(struct ob_schedule_opts, warmup, .min = 0, .max = 1e15, .unit = "steps",
            .help = "steps over which the rate grows from 0; below 1 a share of the "
                    "horizon"),
    OB_TEXT(struct ob_schedule_opts, horizon, .fallback_text = "budget",
            .help = "length of the schedule: steps, `N epochs`, or budget for max_steps"),
    { 0 },
};

const struct ob_schedule_type *const *ob_schedules(void)
{
    return types;
}

const struct ob_schedule_type *ob_schedule_find(const char *name, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (const struct ob_schedule_type *const *t = types; *t; t++) {
        if (strcmp((*t)->name, name) == 0)
            return *t;
        ob_suggest_offer(&s, (*t)->name);
    }
    if (s.best)
        ob_fail(err, OB_ECONFIG, "no schedule is called '%s'; did you mean '%s'?", name,
                s.best);
    else
        ob_fail(err, OB_ECONFIG, "no schedule is called '%s'", name);
    return NULL;
}

/* The number in front, and whether " epochs" or " steps" stands behind it. false where
 * the text is anything else; *amount = 0 for "budget". */
static bool read_horizon(const char *text, double *amount, bool *epochs)
{
    *epochs = false;
    *amount = 0;
    if (!text || strcmp(text, "budget") == 0)
        return true;
    size_t n = ob_number_scan(text, strlen(text), amount);
    if (n == 0 || !(*amount > 0) || !(*amount <= 1e15))
        return false;
    const char *rest = text + n + strspn(text + n, " \t");
    *epochs = strcmp(rest, "epochs") == 0 || strcmp(rest, "epoch") == 0;
    return *epochs || *rest == '\0' || strcmp(rest, "steps") == 0;
}

bool ob_schedule_check(const struct ob_schedule_opts *common, struct ob_err *err)
{
    double amount;
    bool epochs;
    if (read_horizon(common->horizon, &amount, &epochs))
        return true;
    return ob_fail(err, OB_ECONFIG,
                   "horizon: '%s' is none of budget, a number of steps, `N epochs`",
                   common->horizon);
}

/* Horizon and warm-up in steps. */
static bool set_times(struct ob_schedule *s, const struct ob_schedule_opts *common,
                      const struct ob_schedule_clock *clock, struct ob_err *err)
{
    double amount;
    bool epochs;
    if (!ob_schedule_check(common, err))
        return false;
    read_horizon(common->horizon, &amount, &epochs);
    if (epochs)
        amount *= clock->steps_per_epoch;
    s->horizon = amount > 0 ? (uint64_t)ceil(amount) : clock->max_steps;
    if (common->warmup < 1)
        s->warmup = (uint64_t)ceil(common->warmup * (double)s->horizon);
    else
        s->warmup = (uint64_t)ceil(common->warmup);
    if (s->type->constant)
        return true;
    if (s->horizon == 0)
        return ob_fail(err, OB_ECONFIG,
                       "horizon: there is no max_steps to take it from; give a number");
    if (s->horizon <= s->warmup)
        return ob_fail(err, OB_ECONFIG,
                       "horizon: %llu steps are not more than the %llu of the warm-up",
                       (unsigned long long)s->horizon, (unsigned long long)s->warmup);
    return true;
}

bool ob_schedule_init(struct ob_schedule *s, const struct ob_schedule_type *type,
                      const void *opts, const struct ob_schedule_opts *common,
                      const struct ob_schedule_clock *clock, struct ob_err *err)
{
    OB_REQUIRE(type->rate);
    *s = (struct ob_schedule){ .type = type };
    if (!set_times(s, common, clock, err))
        return false;
    s->opts = ob_xcalloc(1, type->opts_size + 1);
    ob_params_copy(type->params, s->opts, opts);
    return true;
}

void ob_schedule_finish(struct ob_schedule *s)
{
    if (s->opts)
        ob_params_finish(s->type->params, s->opts);
    free(s->opts);
    *s = (struct ob_schedule){ 0 };
}

double ob_schedule_rate(const struct ob_schedule *s, double base, uint64_t k)
{
    if (!s)
        return base;
    if (k <= s->warmup)
        return base * (double)k / (double)s->warmup;
    if (s->type->constant)
        return base;
    return s->type->rate(s->opts, base, k - 1 - s->warmup, s->horizon - s->warmup);
}
