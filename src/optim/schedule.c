#include "optbench/optim/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "ramp.h"
#include "schedule_times.h"

#define X(id) extern const struct ob_schedule_type ob_schedule_##id;
#include "schedules.def"
#undef X

static const struct ob_schedule_type *const types[] = {
#define X(id) &ob_schedule_##id,
#include "schedules.def"
#undef X
    NULL,
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

bool ob_schedule_check(const struct ob_schedule_setup *setup, struct ob_err *err)
{
    const struct ob_schedule_type *t = setup->type;
    if (!schedule_check_horizon(setup->common, err))
        return false;
    if (t->check && !t->check(setup->opts, err))
        return false;
    return !(t->flags & OB_SCHEDULE_PHASES) || schedule_check_phases(setup, err);
}

/* A schedule of the type with a copy of its options. */
static void begin(struct ob_schedule *s, const struct ob_schedule_type *type,
                  const void *opts)
{
    OB_REQUIRE(type->rate);
    *s = (struct ob_schedule){ .type = type, .per = 1 };
    s->opts = ob_xcalloc(1, type->opts_size + 1);
    if (type->params)
        ob_params_copy(type->params, s->opts, opts);
    s->flat = type->is_flat && type->is_flat(s->opts);
    s->memory.best = NAN;
}

static bool start(struct ob_schedule *s, struct ob_err *err)
{
    return !s->type->start || s->type->start(s, err);
}

static bool make_phases(struct ob_schedule *s, const struct ob_schedule_setup *setup,
                        struct ob_err *err)
{
    if (!(s->type->flags & OB_SCHEDULE_PHASES))
        return true;
    s->phase = ob_xcalloc(setup->phases, sizeof *s->phase);
    s->phases = setup->phases;
    for (size_t i = 0; i < s->phases; i++) {
        begin(&s->phase[i], setup->phase[i].type, setup->phase[i].opts);
        s->phase[i].per = s->per;
        s->phase[i].warmup = s->warmup;
    }
    if (!schedule_lay_out(s, setup, err))
        return false;
    for (size_t i = 0; i < s->phases; i++)
        if (!start(&s->phase[i], err))
            return ob_fail_at(err, "phase.%s", setup->phase[i].name);
    return true;
}

bool ob_schedule_init(struct ob_schedule *s, const struct ob_schedule_setup *setup,
                      const struct ob_schedule_clock *clock, struct ob_err *err)
{
    *s = (struct ob_schedule){ 0 };
    if (!ob_schedule_check(setup, err))
        return false;
    begin(s, setup->type, setup->opts);
    return schedule_set_times(s, setup->common, clock, err) &&
           make_phases(s, setup, err) && start(s, err);
}

void ob_schedule_finish(struct ob_schedule *s)
{
    for (size_t i = 0; i < s->phases; i++)
        ob_schedule_finish(&s->phase[i]);
    free(s->phase);
    if (s->type && s->type->finish)
        s->type->finish(s);
    if (s->opts)
        ob_params_finish(s->type->params, s->opts);
    free(s->opts);
    *s = (struct ob_schedule){ 0 };
}

/* The time of step k behind the warm-up. */
static uint64_t time_of(const struct ob_schedule *s, uint64_t k)
{
    const uint64_t t = k - 1 - s->warmup;
    return s->per == 1 ? t : t / s->per;
}

static double warming_up(const struct ob_schedule *s, double base, uint64_t k)
{
    if (s->type->flags & OB_SCHEDULE_APART && !s->flat)
        base = s->type->rate(s, base, 0);
    if (s->warmup_from == 0 && s->warmup_shape == OB_SHAPE_LINEAR)
        return base * (double)k / (double)s->warmup;
    return base * ramp(s->warmup_shape, s->warmup_from, 1, (double)k / (double)s->warmup);
}

double ob_schedule_rate(const struct ob_schedule *s, double base, uint64_t k)
{
    if (!s)
        return base;
    if (k <= s->warmup)
        return warming_up(s, base, k);
    return s->flat ? base : s->type->rate(s, base, time_of(s, k));
}

bool ob_schedule_changes(const struct ob_schedule *s)
{
    return s && (s->warmup > 0 || !s->flat);
}

bool ob_schedule_momentum(const struct ob_schedule *s, uint64_t k, double *out)
{
    return s && s->type->momentum &&
           s->type->momentum(s, k > s->warmup ? time_of(s, k) : 0, out);
}

bool ob_schedule_observes(const struct ob_schedule *s)
{
    return s->type->observe != NULL;
}

void ob_schedule_observe(struct ob_schedule *s, uint64_t k, double value, bool more)
{
    if (k > s->warmup && s->type->observe)
        s->type->observe(s, time_of(s, k), value, more);
}
