#include "home_priv.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static const char *path_of(const struct ob_view *v, int pane, size_t entry)
{
    return pane == OB_HOME_CONFIGS ? v->home.config[entry].path
                                   : v->home.runs.path[entry];
}

static bool diverged(const struct ob_index_run *r)
{
    return r->state == OB_RUN_FINISHED && strcmp(r->stop, "diverged") == 0;
}

/* A run that was not read yet is shown with all alone. */
static bool state_passes(enum ob_home_only only, const struct ob_index_run *r)
{
    switch (only) {
    case OB_HOME_RUNNING:
        return r->state == OB_RUN_RUNNING || r->state == OB_RUN_PAUSED;
    case OB_HOME_FINISHED:
        return r->state == OB_RUN_FINISHED && !diverged(r);
    case OB_HOME_DIVERGED:
        return diverged(r);
    case OB_HOME_FAILED:
        return r->state == OB_RUN_FAILED || r->state == OB_RUN_INTERRUPTED;
    case OB_HOME_ALL:
    case OB_HOME_ONLIES:
        break;
    }
    return true;
}

const char *ob_home_only_name(enum ob_home_only only)
{
    static const char *const name[OB_HOME_ONLIES] = {
        [OB_HOME_ALL] = "",
        [OB_HOME_RUNNING] = "running",
        [OB_HOME_FINISHED] = "finished",
        [OB_HOME_DIVERGED] = "diverged",
        [OB_HOME_FAILED] = "failed",
    };
    return name[only];
}

static void make_room(struct ob_home_list *l, size_t n)
{
    l->n = l->all = l->headings = 0;
    if (n > l->cap) {
        l->entry = ob_xreallocarray(l->entry, n, sizeof *l->entry);
        l->cap = n;
    }
}

/* With a filter, a heading stands only above what is left. */
static void choose_configs(struct ob_home_list *l, const struct ob_home_model *m,
                           const struct ob_home_filter *filter)
{
    bool all = filter->parsed.n == 0;
    size_t heading = SIZE_MAX;
    make_room(l, m->configs);
    for (size_t i = 0; i < m->configs; i++) {
        const struct ob_config_entry *e = &m->config[i];
        l->all += !e->heading;
        if (e->heading && !all)
            heading = i;
        if (e->heading ? !all : !ob_home_filter_config(filter, e))
            continue;
        if (heading != SIZE_MAX) {
            l->entry[l->n++] = heading;
            l->headings++;
        }
        heading = SIZE_MAX;
        l->headings += e->heading;
        l->entry[l->n++] = i;
    }
}

static void choose_runs(struct ob_home_list *l, const struct ob_view *v,
                        const struct ob_home_filter *filter, enum ob_home_only only)
{
    const struct ob_index *runs = &v->home.runs;
    struct ob_lookup lookup = { .index = runs, .now = v->wall_ns };
    make_room(l, runs->n);
    l->all = runs->n;
    for (size_t i = 0; i < l->all; i++) {
        lookup.run = i;
        if (state_passes(only, &runs->item[i]) && ob_home_filter_run(filter, &lookup))
            l->entry[l->n++] = i;
    }
}

static void find_held(struct ob_home_list *l, int pane, const struct ob_view *v)
{
    for (size_t i = 0; l->held && i < l->n; i++)
        if (strcmp(path_of(v, pane, l->entry[i]), l->held) == 0) {
            l->cursor = i;
            break;
        }
    if (l->cursor >= l->n)
        l->cursor = l->n > 0 ? l->n - 1 : 0;
}

/* Where nobody has moved yet the cursor is on the experiment that is the best to begin
 * with; where that is not shipped, or a run or a sweep was made, on the first one. */
static void find_first(struct ob_home_list *l, const struct ob_home_model *m)
{
    size_t first = SIZE_MAX;
    bool own = m->runs.n > 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct ob_config_entry *e = &m->config[l->entry[i]];
        own |= e->sweep;
        bool best = !own && e->shipped && strcmp(e->name, "heights.ini") == 0;
        if (!e->heading && (first == SIZE_MAX || best))
            first = i;
    }
    if (first != SIZE_MAX)
        l->cursor = first;
}

/* The list may have others now, and a heading in front of them. */
static void leave_heading(struct ob_home_list *l, const struct ob_home_model *m)
{
    while (l->cursor + 1 < l->n && m->config[l->entry[l->cursor]].heading)
        l->cursor++;
}

/* Whether lists made from these would be other ones. */
static bool outdated(struct ob_home_state *s, const struct ob_view *v)
{
    struct ob_home_made *m = &s->made;
    if (m->done && m->changes == v->home.changes && m->only == s->only &&
        m->order.reverse == s->order.reverse && strcmp(m->order.key, s->order.key) == 0 &&
        strcmp(m->filter, s->filter.text) == 0)
        return false;
    *m = (struct ob_home_made){
        .done = true, .changes = v->home.changes, .order = s->order, .only = s->only
    };
    memcpy(m->filter, s->filter.text, sizeof m->filter);
    return true;
}

void ob_home_lists_update(struct ob_home_state *s, const struct ob_view *v)
{
    ob_home_columns_take(&s->columns, v->columns);
    if (!outdated(s, v))
        return;
    ob_home_filter_update(&s->chosen, s->filter.text, &v->home);
    choose_configs(&s->list[OB_HOME_CONFIGS], &v->home, &s->chosen);
    choose_runs(&s->list[OB_HOME_RUNS], v, &s->chosen, s->only);
    ob_home_order_sort(&s->order, &s->list[OB_HOME_RUNS], &v->home.runs);
    for (int i = 0; i < OB_HOME_PANES; i++)
        find_held(&s->list[i], i, v);
    if (!s->moved)
        find_first(&s->list[OB_HOME_CONFIGS], &v->home);
    leave_heading(&s->list[OB_HOME_CONFIGS], &v->home);
    if (s->list[s->pane].n == 0 && s->list[!s->pane].n > 0)
        s->pane = !s->pane;
}

void ob_home_lists_hold(struct ob_home_state *s, const struct ob_view *v)
{
    struct ob_home_list *l = &s->list[s->pane];
    const char *path = l->cursor < l->n ? path_of(v, s->pane, l->entry[l->cursor]) : NULL;
    s->moved = true;
    if (!path || (l->held && strcmp(l->held, path) == 0))
        return;
    free(l->held);
    l->held = ob_xstrdup(path);
}

void ob_home_lists_finish(struct ob_home_state *s)
{
    for (int i = 0; i < OB_HOME_PANES; i++) {
        free(s->list[i].entry);
        free(s->list[i].held);
    }
}

const struct ob_config_entry *ob_home_config_at(const struct ob_home_state *s,
                                                const struct ob_view *v)
{
    const struct ob_home_list *l = &s->list[OB_HOME_CONFIGS];
    return s->pane == OB_HOME_CONFIGS && l->cursor < l->n
               ? &v->home.config[l->entry[l->cursor]]
               : NULL;
}

const struct ob_index_run *ob_home_run_at(const struct ob_home_state *s,
                                          const struct ob_view *v)
{
    const struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    return s->pane == OB_HOME_RUNS && l->cursor < l->n
               ? &v->home.runs.item[l->entry[l->cursor]]
               : NULL;
}

const char *ob_home_selected(const struct ob_home_state *s, const struct ob_view *v)
{
    const struct ob_home_list *l = &s->list[s->pane];
    const struct ob_config_entry *e = ob_home_config_at(s, v);
    if (l->cursor >= l->n || (e && e->heading))
        return NULL;
    return path_of(v, s->pane, l->entry[l->cursor]);
}
