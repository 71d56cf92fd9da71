#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/optim/rule.h"
#include "spec_priv.h"

static const struct ob_section *optimizer(void)
{
    return ob_schema_section("optimizer");
}

struct ob_group_spec *spec_group(struct ob_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->groups; i++)
        if (!strcmp(spec->group[i].name, name))
            return &spec->group[i];
    spec->group = ob_xreallocarray(spec->group, spec->groups + 1, sizeof *spec->group);
    struct ob_group_spec *g = &spec->group[spec->groups++];
    *g = (struct ob_group_spec){ .name = ob_xstrdup(name) };
    ob_params_reset(ob_group_params, g);
    return g;
}

const struct ob_kind *spec_group_kind(const struct ob_group_spec *g)
{
    const struct ob_family *f = optimizer()->family;
    for (size_t i = 0; g->type && i < f->kinds; i++)
        if (f->kind[i].type == g->type)
            return &f->kind[i];
    return g->type ? spec_typed_kind(g->type) : NULL;
}

void spec_group_begin(const struct ob_spec *spec, const struct layers *ls,
                      struct ob_group_spec *g)
{
    const struct ob_optimizer_type *of = spec->optimizer.type;
    bool typed = ob_rule_is(of);
    g->type = g->kind ? ob_optimizers()[g->kind - 1] : of;
    if (ob_rule_is(g->type))
        g->type = spec_rule_kind(ls, typed, g->name)->type;
    g->opts = kind_opts(spec_group_kind(g));
    if (g->opts && g->type == of) {
        ob_params_finish(g->type->params, g->opts);
        memset(g->opts, 0, g->type->opts_size);
        ob_params_copy(g->type->params, g->opts, spec->optimizer.opts);
    } else if (typed && ob_rule_is(g->type)) {
        spec_rule_inherit(g->type, g->opts, of, spec->optimizer.opts);
    }
}

void spec_group_finish(struct ob_group_spec *g)
{
    if (g->type)
        kind_opts_free(spec_group_kind(g), g->opts);
    ob_params_finish(ob_group_params, g);
    free(g->name);
}
