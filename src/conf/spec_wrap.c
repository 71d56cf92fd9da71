#include <config.h>

#include <string.h>

#include "spec_priv.h"

/* The keys that switch a wrapper on; each is one of its numbers or its kind. */
static const struct {
    const char *section, *key;
} switches[] = {
    { "sam", "rho" },          { "clip", "max_norm" }, { "clip", "clip_value" },
    { "clip", "clip_factor" }, { "lookahead", "k" },   { "average", "kind" },
};

static const struct ob_wrapper_type *wrapper(const char *section)
{
    const struct ob_wrapper_type *const *t = ob_wrappers();
    while (*t && strcmp((*t)->name, section) != 0)
        t++;
    return *t;
}

static const void *opts_of(const struct ob_spec *spec, const struct ob_wrapper_type *t)
{
    return (const char *)&spec->wrap + t->opts_at;
}

bool spec_wrap_is_off(const struct ob_spec *spec, const char *section)
{
    const struct ob_wrapper_type *t = wrapper(section);
    return t && !t->on(opts_of(spec, t));
}

bool spec_wrap_is_idle(const struct ob_spec *spec, const char *section, const char *key)
{
    const struct {
        const char *section, *key;
        bool idle;
    } keys[] = {
        { "batch", "accumulate", spec->batch.size == 0 },
        { "clip", "norm_type", spec->wrap.clip.max_norm == 0 },
        { "clip", "eps", spec->wrap.clip.clip_factor == 0 },
        { "average", "decay", spec->wrap.average.kind != OB_AVERAGE_EMA },
    };
    for (size_t i = 0; i < OB_COUNT(keys); i++)
        if (!strcmp(section, keys[i].section) && !strcmp(key, keys[i].key))
            return keys[i].idle;
    return false;
}

static bool was_set(const struct ob_spec *spec, const char *section, const char *key)
{
    const char *file;
    unsigned line;
    return ob_spec_where(spec, section, key, &file, &line);
}

/* Whether the file says anything about what would switch it on, be it "none"; `names`
 * gets those keys. */
static bool is_decided(const struct ob_spec *spec, const char *section,
                       struct ob_buf *names)
{
    bool said = false;
    for (size_t i = 0; i < OB_COUNT(switches); i++) {
        if (strcmp(switches[i].section, section) != 0)
            continue;
        said = said || was_set(spec, section, switches[i].key);
        ob_buf_addf(names, "%s%s", names->len ? ", " : "", switches[i].key);
    }
    return said;
}

/* What is said about a wrapper that nothing switches on was meant to do something. */
static void check_off(const struct ob_spec *spec, const struct ob_wrapper_type *t,
                      struct ob_diags *diags)
{
    struct ob_buf names = { 0 };
    const struct ob_param *p = t->params;
    while (p->kind && !was_set(spec, t->name, p->name))
        p++;
    if (p->kind && !is_decided(spec, t->name, &names))
        ob_spec_complain(spec, diags, OB_ECONFIG, t->name, p->name,
                         "does nothing while [%s] is off; what switches it on: %s",
                         t->name, ob_buf_text(&names));
    ob_buf_finish(&names);
}

void spec_check_wrap(const struct ob_spec *spec, struct ob_diags *diags)
{
    for (const struct ob_wrapper_type *const *t = ob_wrappers(); *t; t++)
        if (!(*t)->on(opts_of(spec, *t)))
            check_off(spec, *t, diags);
    if (spec->batch.accumulate > 1 && spec->batch.size == 0)
        ob_spec_complain(spec, diags, OB_ECONFIG, "batch", "accumulate",
                         "a full batch has every row once: give batch.size a number");
}
