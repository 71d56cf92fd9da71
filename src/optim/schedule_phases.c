/* Where phases begin and end. In turn each has a length or an end, but for the last,
 * which goes on; together all last as long as the schedule. */
#include <string.h>

#include "ramp.h"
#include "schedule_times.h"

static bool in_turn(const struct ob_schedule_type *type)
{
    return strcmp(type->name, "sequential") == 0;
}

/* What is wrong with one phase; `last`: nothing comes behind it. */
static bool check_phase(const struct ob_schedule_setup *setup,
                        const struct ob_schedule_phase *p, bool last, struct ob_err *err)
{
    const bool steps = p->common.steps > 0, until = p->common.until > 0;
    if (p->type->flags & OB_SCHEDULE_PHASES)
        return ob_fail(err, OB_ECONFIG, "kind: %s is made of phases and cannot be one",
                       p->type->name);
    if (p->type->flags & OB_SCHEDULE_WHOLE)
        return ob_fail(
            err, OB_ECONFIG,
            "kind: %s watches the whole run and cannot be a phase; it can have "
            "a warm-up",
            p->type->name);
    if (!in_turn(setup->type) && (steps || until))
        return ob_fail(err, OB_ECONFIG,
                       "%s: the phases of %s all last to the end; those of sequential "
                       "come one after the other",
                       steps ? "steps" : "until", setup->type->name);
    if (steps && until)
        return ob_fail(err, OB_ECONFIG, "until: steps says already how long it is");
    if (in_turn(setup->type) && !last && !steps && !until)
        return ob_fail(err, OB_ECONFIG,
                       "steps: only the last phase can go on to the end; give steps or "
                       "until");
    return !p->type->check || p->type->check(p->opts, err);
}

bool schedule_check_phases(const struct ob_schedule_setup *setup, struct ob_err *err)
{
    if (setup->phases == 0)
        return ob_fail(err, OB_ECONFIG,
                       "kind: %s needs phases: sections [phase.NAME], in their order",
                       setup->type->name);
    for (size_t i = 0; i < setup->phases; i++)
        if (!check_phase(setup, &setup->phase[i], i + 1 == setup->phases, err))
            return ob_fail_at(err, "phase.%s", setup->phase[i].name);
    return true;
}

/* The t at which a phase that begins at `from` ends; 0 = never. */
static bool find_end(const struct ob_phase_opts *o, uint64_t from, uint64_t whole,
                     uint64_t *end, struct ob_err *err)
{
    const double amount = o->until > 0 ? o->until : o->steps;
    const char *key = o->until > 0 ? "until" : "steps";
    *end = whole > from ? whole : 0;
    if (amount == 0)
        return true;
    if (amount < 1 && whole == 0)
        return ob_fail(err, OB_ECONFIG, "%s: a share needs a horizon, and there is none",
                       key);
    *end = ramp_units(amount, whole) + (o->until > 0 ? 0 : from);
    return *end > from ||
           ob_fail(err, OB_ECONFIG, "until: it ends at %llu and begins at %llu",
                   (unsigned long long)*end, (unsigned long long)from);
}

/* The length of a phase that begins at p->begin. */
static bool lay_out(struct ob_schedule *p, const struct ob_phase_opts *o, uint64_t whole,
                    struct ob_err *err)
{
    uint64_t end;
    if (!find_end(o, p->begin, whole, &end, err))
        return false;
    p->length = end ? end - p->begin : 0;
    if ((p->type->flags & OB_SCHEDULE_HORIZON) && p->length == 0)
        return ob_fail(err, OB_ECONFIG,
                       "kind: %s needs a length, and the schedule ends before step %llu: "
                       "give steps, or a longer schedule.horizon",
                       p->type->name, (unsigned long long)p->begin);
    return true;
}

bool schedule_lay_out(struct ob_schedule *s, const struct ob_schedule_setup *setup,
                      struct ob_err *err)
{
    uint64_t from = 0;
    for (size_t i = 0; i < s->phases; i++) {
        s->phase[i].begin = from;
        if (!lay_out(&s->phase[i], &setup->phase[i].common, s->length, err))
            return ob_fail_at(err, "phase.%s", setup->phase[i].name);
        if (in_turn(s->type))
            from += s->phase[i].length;
    }
    return true;
}
