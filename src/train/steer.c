#include <config.h>

#include <stdio.h>
#include <string.h>

#include "course.h"
#include "optbench/base/buf.h"
#include "trainer_priv.h"

/* ---- what can be changed ---- */

/* Live option number *i of a group; the momentum that a schedule moves is none. */
static const struct ob_param *live_option(const struct ob_optimizer *o, size_t g,
                                          size_t *i)
{
    const struct ob_param *table = o->group_type[g]->params;
    for (size_t at = 0; at < ob_params_count(table); at++)
        if (table[at].live && !ob_optimizer_cycles(o, g, &table[at]) && (*i)-- == 0)
            return &table[at];
    return NULL;
}

/* Live entry number *i of a table, `except` not counted; counts *i down by what the table
 * has. */
static const struct ob_param *live_param(const struct ob_param *table, const char *except,
                                         size_t *i)
{
    for (size_t at = 0; at < ob_params_count(table); at++)
        if (table[at].live && strcmp(table[at].name, except) != 0 && (*i)-- == 0)
            return &table[at];
    return NULL;
}

static const void *spec_opts_of(const struct ob_trainer *t, const char *group)
{
    for (size_t g = 0; g < t->spec->groups; g++)
        if (*group && strcmp(t->spec->group[g].name, group) == 0)
            return t->spec->group[g].opts;
    return t->spec->optimizer.opts;
}

/* The same of the wrappers that are on. */
static bool wrapper_knob(const struct ob_trainer *t, size_t *i, struct ob_knob *out)
{
    for (size_t k = 0; k < t->wraps.n; k++) {
        const struct ob_wrapper *w = &t->wraps.at[k];
        if (!(out->param = live_param(w->type->params, "", i)))
            continue;
        out->wrapper = w->type->name;
        out->opts = w->opts;
        out->spec_opts = (const char *)&t->spec->wrap + w->type->opts_at;
        snprintf(out->key, sizeof out->key, "%s.%s", out->wrapper, out->param->name);
        return true;
    }
    return false;
}

bool ob_trainer_knob(const struct ob_trainer *t, size_t i, struct ob_knob *out)
{
    const struct ob_optimizer *o = t->optimizer;
    out->wrapper = NULL;
    for (size_t g = 0; g < o->groups; g++) {
        const char *group = o->group_name[g];
        if (!(out->param = live_option(o, g, &i)))
            continue;
        out->group = group;
        out->opts = o->group_opts[g];
        out->spec_opts = spec_opts_of(t, group);
        if (*group)
            snprintf(out->key, sizeof out->key, "group.%.*s.%s", 31, group,
                     out->param->name);
        else
            snprintf(out->key, sizeof out->key, "optimizer.%s", out->param->name);
        return true;
    }
    out->group = NULL;
    if (wrapper_knob(t, &i, out))
        return true;
    /* Without rows there are no epochs. */
    if (!(out->param = live_param(ob_stop_params, t->rows ? "" : "max_epochs", &i)))
        return false;
    out->opts = &t->stopper.opts;
    out->spec_opts = &t->spec->stop;
    snprintf(out->key, sizeof out->key, "stop.%s", out->param->name);
    return true;
}

static bool find_knob(const struct ob_trainer *t, const char *key, struct ob_knob *out,
                      struct ob_err *err)
{
    char full[80];
    snprintf(full, sizeof full, "%s%s", strchr(key, '.') ? "" : "optimizer.", key);
    for (size_t i = 0; ob_trainer_knob(t, i, out); i++)
        if (strcmp(out->key, full) == 0)
            return true;
    struct ob_buf live = { 0 };
    for (size_t i = 0; ob_trainer_knob(t, i, out); i++)
        ob_buf_addf(&live, "%s%s", i ? ", " : "", out->key);
    ob_fail(err, OB_ECONFIG, "'%s' cannot be changed in this run; what can: %s", key,
            live.len ? ob_buf_text(&live) : "nothing");
    ob_buf_finish(&live);
    return false;
}

/* ---- changing it ---- */

/* Goes through a copy, so that a refused value changes nothing; what the rules have
 * counted stays. */
static bool set_stop(struct ob_trainer *t, const struct ob_param *p, const char *value,
                     struct ob_err *err)
{
    struct ob_stop_opts opts = t->stopper.opts;
    if (!ob_param_set(p, &opts, value, err))
        return false;
    t->stopper.opts = opts;
    return true;
}

static void show(const struct ob_knob *k, char *out, size_t cap)
{
    struct ob_buf text = { 0 };
    ob_param_write(k->param, k->opts, &text);
    snprintf(out, cap, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

bool ob_trainer_set(struct ob_trainer *t, const char *key, const char *value,
                    char from[static 64], char to[static 128], struct ob_err *err)
{
    struct ob_knob k;
    if (!find_knob(t, key, &k, err))
        return false;
    ob_course_whole(t);
    show(&k, from, 64);
    bool done =
        k.group     ? ob_optimizer_set(t->optimizer, k.group, k.param->name, value, err)
        : k.wrapper ? ob_wraps_set(&t->wraps, k.wrapper, k.param->name, value, err)
                    : set_stop(t, k.param, value, err);
    ob_course_drop(t->course);
    /* The options may have moved. */
    if (done && find_knob(t, k.key, &k, err))
        show(&k, to, 128);
    return done;
}
