#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "spec_priv.h"

struct ob_phase_spec *spec_phase(struct ob_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->phases; i++)
        if (!strcmp(spec->phase[i].name, name))
            return &spec->phase[i];
    spec->phase = ob_xreallocarray(spec->phase, spec->phases + 1, sizeof *spec->phase);
    struct ob_phase_spec *p = &spec->phase[spec->phases++];
    *p = (struct ob_phase_spec){ .name = ob_xstrdup(name) };
    ob_params_reset(ob_phase_params, p);
    return p;
}

const struct ob_kind *spec_phase_kind(const struct ob_phase_spec *p)
{
    return p->type ? ob_family_find(ob_schema_section("schedule")->family, p->type->name)
                   : NULL;
}

void spec_phase_begin(struct ob_phase_spec *p)
{
    p->type = ob_schedules()[p->kind];
    p->opts = kind_opts(spec_phase_kind(p));
}

void spec_phase_finish(struct ob_phase_spec *p)
{
    if (p->type)
        kind_opts_free(spec_phase_kind(p), p->opts);
    ob_params_finish(ob_phase_params, p);
    free(p->name);
}

void ob_spec_schedule(const struct ob_spec *spec, struct ob_schedule_setup *out)
{
    struct ob_schedule_phase *phase = ob_xcalloc(spec->phases + 1, sizeof *phase);
    for (size_t i = 0; i < spec->phases; i++) {
        const struct ob_phase_spec *p = &spec->phase[i];
        phase[i] = (struct ob_schedule_phase){ p->name, p->type, p->opts, p->common };
    }
    *out = (struct ob_schedule_setup){
        .type = spec->schedule.type,
        .opts = spec->schedule.opts,
        .common = &spec->schedule.common,
        .phase = phase,
        .phases = spec->phases,
    };
}

bool ob_spec_make_schedule(const struct ob_spec *spec,
                           const struct ob_schedule_clock *clock, struct ob_schedule *out,
                           struct ob_err *err)
{
    struct ob_schedule_setup setup;
    ob_spec_schedule(spec, &setup);
    bool made = ob_schedule_init(out, &setup, clock, err);
    free((void *)setup.phase);
    return made;
}
