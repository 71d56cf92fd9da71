#include "home_priv.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static const char *path_of(const struct ob_view *v, int pane, size_t entry)
{
    return pane == OB_HOME_CONFIGS ? v->home.config[entry].path
                                   : v->home.runs.path[entry];
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether a text holds a word of n bytes; capitals of ASCII are not told apart. */
static bool holds(const char *text, const char *word, size_t n)
{
    for (; *text; text++) {
        size_t i = 0;
        while (i < n && lower(text[i]) == lower(word[i]))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* Whether each word of the filter is in one of the texts. */
static bool passes(const char *filter, const char *const *text, size_t texts)
{
    while (*(filter += strspn(filter, " "))) {
        size_t n = strcspn(filter, " "), i = 0;
        while (i < texts && !holds(text[i], filter, n))
            i++;
        if (i == texts)
            return false;
        filter += n;
    }
    return true;
}

static bool config_passes(const char *filter, const struct ob_config_entry *e)
{
    const char *const text[] = { e->name, e->title, e->brief.model, e->brief.optimizer,
                                 e->brief.data };
    return passes(filter, text, OB_COUNT(text));
}

static bool run_passes(const char *filter, const struct ob_home_run *r,
                       const struct ob_brief *b)
{
    char state[48];
    ob_home_run_state(r, state);
    const char *const text[] = { r->name,  r->experiment, r->title, state,
                                 b->model, b->optimizer,  b->data };
    return passes(filter, text, OB_COUNT(text));
}

static void choose(struct ob_home_list *l, int pane, const struct ob_view *v,
                   const char *filter)
{
    l->all = pane == OB_HOME_CONFIGS ? v->home.configs : v->home.runs.n;
    l->n = 0;
    if (l->all > l->cap) {
        l->entry = ob_xreallocarray(l->entry, l->all, sizeof *l->entry);
        l->cap = l->all;
    }
    for (size_t i = 0; i < l->all; i++)
        if (pane == OB_HOME_CONFIGS
                ? config_passes(filter, &v->home.config[i])
                : run_passes(filter, &v->home.runs.item[i], &v->home.brief[i]))
            l->entry[l->n++] = i;
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

/* Whether lists made from these would be other ones. */
static bool outdated(struct ob_home_state *s, const struct ob_view *v)
{
    struct ob_home_made *m = &s->made;
    if (m->done && m->changes == v->home.changes && m->steps == s->order.steps &&
        m->reverse == s->order.reverse && strcmp(m->filter, s->filter.text) == 0)
        return false;
    *m = (struct ob_home_made){ true, v->home.changes, s->order.steps, s->order.reverse,
                                "" };
    memcpy(m->filter, s->filter.text, sizeof m->filter);
    return true;
}

void ob_home_lists_update(struct ob_home_state *s, const struct ob_view *v)
{
    bool anew = outdated(s, v);
    for (int i = 0; i < OB_HOME_PANES; i++) {
        if (anew)
            choose(&s->list[i], i, v, s->filter.text);
        if (anew && i == OB_HOME_RUNS)
            ob_home_order_sort(&s->order, &s->list[i], &v->home);
        if (anew)
            find_held(&s->list[i], i, v);
    }
    if (s->list[s->pane].n == 0 && s->list[!s->pane].n > 0)
        s->pane = !s->pane;
}

void ob_home_lists_hold(struct ob_home_state *s, const struct ob_view *v)
{
    const char *path = ob_home_selected(s, v);
    struct ob_home_list *l = &s->list[s->pane];
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

const char *ob_home_selected(const struct ob_home_state *s, const struct ob_view *v)
{
    const struct ob_home_list *l = &s->list[s->pane];
    return l->cursor < l->n ? path_of(v, s->pane, l->entry[l->cursor]) : NULL;
}
