/* Live edits: an option changes between two steps, through the parameter table. */
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/optim/optimizer.h"
#include "settings.h"

void optimizer_forget(struct ob_optimizer *o)
{
    for (size_t g = 0; o->last_opts && g < o->groups; g++) {
        ob_params_finish(o->group_type[g]->params, o->last_opts[g]);
        free(o->last_opts[g]);
    }
    free(o->last_opts);
    o->last_opts = NULL;
}

/* The settings of the last step outlive a change that comes before the next. */
static void remember(struct ob_optimizer *o)
{
    if (o->last_opts)
        return;
    o->last_opts = ob_xcalloc(o->groups, sizeof *o->last_opts);
    for (size_t g = 0; g < o->groups; g++) {
        const struct ob_optimizer_type *t = o->group_type[g];
        o->last_opts[g] = ob_xcalloc(1, t->opts_size + 1);
        ob_params_copy(t->params, o->last_opts[g], o->group_opts[g]);
    }
}

/* The text of one option; owned by the caller. */
static char *value_text(const struct ob_param *p, const void *opts)
{
    struct ob_buf b = { 0 };
    ob_param_write(p, opts, &b);
    return ob_buf_take(&b);
}

/* Replaces the options of group g by a changed copy, if they make sense together. */
static bool change(struct ob_optimizer *o, size_t g, const struct ob_param *p,
                   const char *text, struct ob_err *err)
{
    const struct ob_optimizer_type *t = o->group_type[g];
    void *opts = ob_xcalloc(1, t->opts_size + 1);
    ob_params_copy(t->params, opts, o->group_opts[g]);
    bool ok = ob_param_set(p, opts, text, err) && (!t->check || t->check(opts, err));
    if (ok && o->search && t->no_direction && t->no_direction(opts))
        ok = ob_fail(err, OB_ECONFIG, "the line search cannot go on while %s",
                     t->no_direction(opts));
    if (ok) {
        void *old = o->group_opts[g];
        o->group_opts[g] = opts;
        opts = old;
    }
    ob_params_finish(t->params, opts);
    free(opts);
    return ok;
}

/* Groups of the same kind that had the value of [optimizer] keep having it. A group whose
 * other options forbid the new value stays as it is. */
static void follow(struct ob_optimizer *o, const struct ob_param *p, const char *old,
                   const char *text)
{
    for (size_t g = 1; g < o->groups; g++) {
        if (o->group_type[g] != o->group_type[0])
            continue;
        char *own = value_text(p, o->group_opts[g]);
        if (strcmp(own, old) == 0)
            change(o, g, p, text, NULL);
        free(own);
    }
}

/* The entry of a live option of group g. */
static const struct ob_param *live_option(const struct ob_optimizer *o, size_t g,
                                          const char *key, struct ob_err *err)
{
    const struct ob_optimizer_type *t = o->group_type[g];
    const struct ob_param *p = ob_param_find(t->params, key);
    if (!p)
        ob_fail(err, OB_ECONFIG, "%s has no option '%s'", t->name, key);
    else if (!p->live)
        ob_fail(err, OB_ECONFIG, "'%s' cannot change while a run is under way", key);
    return p && p->live ? p : NULL;
}

static bool set_common(struct ob_optimizer *o, const char *key, const char *text,
                       struct ob_err *err)
{
    const struct ob_param *p = live_option(o, 0, key, err);
    if (!p)
        return false;
    remember(o);
    char *old = value_text(p, o->group_opts[0]);
    bool ok = change(o, 0, p, text, err);
    if (ok)
        follow(o, p, old, text);
    free(old);
    return ok;
}

bool ob_optimizer_set(struct ob_optimizer *o, const char *group, const char *key,
                      const char *text, struct ob_err *err)
{
    size_t g = 1;
    if (!group || !group[0])
        return set_common(o, key, text, err);
    while (g < o->groups && strcmp(o->group_name[g], group) != 0)
        g++;
    if (g == o->groups)
        return ob_fail(err, OB_ECONFIG, "no group is called '%s'", group);
    const struct ob_param *p = live_option(o, g, key, err);
    if (!p)
        return false;
    remember(o);
    return change(o, g, p, text, err);
}
