#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "glob.h"
#include "optbench/base/mem.h"
#include "trainer_priv.h"

/* The first group that has the tensor, or NULL: it is left to [optimizer]. */
static const struct ob_group_spec *group_of(const struct ob_trainer *t,
                                            const char *tensor)
{
    for (size_t g = 0; g < t->spec->groups; g++)
        for (size_t i = 0; i < t->spec->group[g].match.n; i++)
            if (ob_glob(t->spec->group[g].match.item[i], tensor))
                return &t->spec->group[g];
    return NULL;
}

/* Every pattern must match some tensor, even one that an earlier group took. */
static bool check_patterns(const struct ob_trainer *t, const struct ob_group_spec *group,
                           const char *section, struct ob_diags *diags)
{
    const struct ob_layout *l = &t->problem->layout;
    bool fine = true;
    for (size_t i = 0; i < group->match.n; i++) {
        size_t at = 0;
        while (at < l->count && !ob_glob(group->match.item[i], l->tensor[at].name))
            at++;
        if (at == l->count)
            fine = ob_spec_complain(t->spec, diags, OB_ECONFIG, section, "match",
                                    "'%s' matches no tensor; the first of %zu is '%s'",
                                    group->match.item[i], l->count, l->tensor[0].name);
    }
    return fine;
}

bool ob_trainer_check_groups(const struct ob_trainer *t, struct ob_diags *diags)
{
    bool fine = true;
    for (size_t g = 0; g < t->spec->groups; g++) {
        const struct ob_group_spec *group = &t->spec->group[g];
        char *section = ob_xasprintf("group.%s", group->name);
        fine &= check_patterns(t, group, section, diags);
        if (t->mini && (group->type->needs & OB_FULL_BATCH))
            fine = ob_spec_complain(t->spec, diags, OB_ECONFIG, section, "kind",
                                    "%s takes all rows in every step: write "
                                    "batch.size = full, or choose another optimizer such "
                                    "as sgd",
                                    group->type->name);
        free(section);
    }
    return fine;
}

size_t ob_trainer_groups(const struct ob_trainer *t, struct ob_group **out)
{
    const struct ob_layout *l = &t->problem->layout;
    struct ob_group *own = *out = ob_xcalloc(l->count, sizeof *own);
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct ob_tensor *tensor = &l->tensor[i];
        const struct ob_group_spec *spec = group_of(t, tensor->name);
        if (!spec)
            continue;
        if (n && own[n - 1].opts == spec->opts &&
            own[n - 1].offset + own[n - 1].n == tensor->offset) {
            own[n - 1].n += tensor->size;
            continue;
        }
        own[n] = (struct ob_group){ .offset = tensor->offset,
                                    .n = tensor->size,
                                    .type = spec->type,
                                    .opts = spec->opts };
        memcpy(own[n].name, spec->name, strnlen(spec->name, sizeof own[n].name - 1));
        n++;
    }
    return n;
}

/* ---- who goes where ---- */

struct ob_tensor_facts ob_trainer_tensor_facts(const struct ob_trainer *t, size_t i)
{
    OB_REQUIRE(i < t->problem->layout.count);
    const struct ob_tensor *tensor = &t->problem->layout.tensor[i];
    const struct ob_group_spec *group = group_of(t, tensor->name);
    return (struct ob_tensor_facts){
        .name = tensor->name,
        .size = tensor->size,
        .ndim = tensor->ndim,
        .shape = tensor->shape,
        .group = group ? group->name : NULL,
        .optimizer = group ? group->type->name : t->spec->optimizer.type->name,
    };
}

/* Whether a setting of the group is worth a word: the rate of another kind always is. */
static bool differs(const struct ob_trainer *t, const struct ob_group_spec *group,
                    const struct ob_param *p, const char *value)
{
    struct ob_buf usual = { 0 };
    if (group->type == t->spec->optimizer.type)
        ob_param_write(p, t->spec->optimizer.opts, &usual);
    else if (strcmp(p->name, "lr") != 0)
        ob_param_write_default(p, &usual);
    bool other = strcmp(ob_buf_text(&usual), value) != 0;
    ob_buf_finish(&usual);
    return other;
}

void ob_trainer_tensor_settings(const struct ob_trainer *t, size_t i, struct ob_buf *out)
{
    OB_REQUIRE(i < t->problem->layout.count);
    const struct ob_group_spec *group = group_of(t, t->problem->layout.tensor[i].name);
    bool first = true;
    for (const struct ob_param *p = group ? group->type->params : NULL; p && p->kind;
         p++) {
        struct ob_buf value = { 0 };
        ob_param_write(p, group->opts, &value);
        if (differs(t, group, p, ob_buf_text(&value))) {
            ob_buf_addf(out, "%s%s = %s", first ? "" : ", ", p->name,
                        ob_buf_text(&value));
            first = false;
        }
        ob_buf_finish(&value);
    }
}
