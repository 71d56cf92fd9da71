/* What is chosen or typed over the sweep screen: keys, figures, sweeps, a filter. */
#include "sweep_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"

/* ---- what there is ---- */

struct entry {
    char name[64], summary[96];
};

struct entries {
    struct entry *item; /* [n]; owned */
    struct ob_picker_entry *shown;
    size_t n, cap;
};

static struct entry *add(struct entries *e, const char *name)
{
    if (e->n == e->cap) {
        e->cap = e->cap ? 2 * e->cap : 16;
        e->item = ob_xreallocarray(e->item, e->cap, sizeof *e->item);
    }
    struct entry *new = &e->item[e->n++];
    memset(new, 0, sizeof *new);
    ob_text_safe_z(new->name, sizeof new->name, name);
    return new;
}

/* "none" first, then the keys of the plan with how many values they have. */
static void keys(const struct ob_view *v, struct entries *e)
{
    const struct ob_plan *p = v->sweep->plan;
    snprintf(add(e, "none")->summary, sizeof e->item->summary, "no key");
    for (size_t k = 0; k < p->keys; k++) {
        struct ob_levels l = { 0 };
        struct entry *one = add(e, p->key[k]);
        ob_levels_make(&l, p, k, SWEEP_ACROSS);
        snprintf(one->summary, sizeof one->summary, "%zu %s", l.n,
                 l.stretches ? "stretches of numbers"
                 : l.numbers ? "numbers"
                             : "values");
        ob_levels_finish(&l);
    }
}

/* Raw; NULL behind the last. */
static const char *figure(const struct ob_view *v, size_t i)
{
    static const char *const fixed[] = { "loss", "best_loss", "steps", "evals",
                                         "seconds" };
    return i < OB_COUNT(fixed)
               ? fixed[i]
               : ob_cells_figure_name(v->sweep->cells, i - OB_COUNT(fixed));
}

static void figures(const struct ob_view *v, struct entries *e)
{
    for (size_t i = 0; figure(v, i) != NULL; i++)
        add(e, figure(v, i));
}

static void sweeps(const struct ob_view *v, struct entries *e)
{
    for (size_t i = 0; i < v->sweeps.n; i++) {
        struct entry *one = add(e, v->sweeps.item[i].label);
        ob_text_safe_z(one->summary, sizeof one->summary, v->sweeps.item[i].path);
    }
}

static struct entries entries_of(const struct sweep_state *s, const struct ob_view *v)
{
    struct entries e = { 0 };
    if (s->list == SWEEP_LIST_SWEEPS)
        sweeps(v, &e);
    else if (s->list == SWEEP_LIST_METRIC)
        figures(v, &e);
    else
        keys(v, &e);
    e.shown = ob_xcalloc(e.n + 1, sizeof *e.shown);
    for (size_t i = 0; i < e.n; i++)
        e.shown[i] =
            (struct ob_picker_entry){ .name = e.item[i].name,
                                      .summary = e.item[i].summary[0] ? e.item[i].summary
                                                                      : NULL };
    return e;
}

static void finish(struct entries *e)
{
    free(e->item);
    free(e->shown);
}

static struct ob_picker_list list_of(const struct sweep_state *s, const struct entries *e)
{
    static const char *const title[] = { [SWEEP_LIST_ACROSS] = "across",
                                         [SWEEP_LIST_DOWN] = "down",
                                         [SWEEP_LIST_METRIC] = "metric",
                                         [SWEEP_LIST_SWEEPS] = "sweeps" };
    return (
        struct ob_picker_list){ .title = title[s->list], .entry = e->shown, .n = e->n };
}

/* ---- taking one ---- */

void sweep_list_open(struct sweep_state *s, const struct ob_view *v, enum sweep_list list,
                     struct ob_wishes *wish)
{
    size_t at = 0;
    (void)v;
    s->list = list;
    if (list == SWEEP_LIST_SWEEPS) {
        wish->wish = OB_WISH_SWEEPS; /* told() opens the list where there are some */
        s->asked = true;
        return;
    }
    if (list == SWEEP_LIST_ACROSS && s->across != OB_LEVELS_NO_KEY)
        at = 1 + s->across;
    if (list == SWEEP_LIST_DOWN && s->down != OB_LEVELS_NO_KEY)
        at = 1 + s->down;
    ob_picker_open_at(&s->picker, at);
}

/* A key that stands the other way already changes places with the one that was here. */
static void take_key(struct sweep_state *s, size_t at)
{
    size_t key = at > 0 ? at - 1 : OB_LEVELS_NO_KEY;
    bool across = s->list == SWEEP_LIST_ACROSS;
    size_t *here = across ? &s->across : &s->down,
           *other = across ? &s->down : &s->across;
    if (*other == key)
        *other = *here;
    *here = key;
    s->x = s->y = s->left = s->up = 0;
    ob_chart_reset(&s->chart);
    s->changes++;
}

static void take(struct sweep_state *s, const struct ob_view *v, size_t at,
                 struct ob_wishes *wish)
{
    switch (s->list) {
    case SWEEP_LIST_ACROSS:
    case SWEEP_LIST_DOWN:
        take_key(s, at);
        break;
    case SWEEP_LIST_METRIC:
        wish->wish = OB_WISH_JUDGE;
        snprintf(wish->text, sizeof wish->text, "%s", figure(v, at));
        ob_chart_reset(&s->chart);
        s->changes++;
        break;
    case SWEEP_LIST_SWEEPS:
        wish->wish = OB_WISH_SWEEP;
        snprintf(wish->path, sizeof wish->path, "%s", v->sweeps.item[at].path);
        break;
    }
}

static bool list_key(struct sweep_state *s, const struct ob_view *v, uint32_t key,
                     struct ob_wishes *wish)
{
    struct entries e = entries_of(s, v);
    struct ob_picker_list l = list_of(s, &e);
    size_t at = 0;
    enum ob_picked picked = ob_picker_key(&s->picker, &l, key, &at);
    if (picked == OB_PICKED_TAKEN)
        take(s, v, at, wish);
    finish(&e);
    return picked != OB_PICKED_NOT;
}

/* ---- the filter ---- */

static bool line_key(struct sweep_state *s, const struct ob_view *v, uint32_t key)
{
    switch (ob_lineedit_key(&s->line, key)) {
    case OB_EDITED_TEXT:
        sweep_rows_filter(s, v, s->line.text);
        break;
    case OB_EDITED_TAKEN:
        snprintf(s->filter, sizeof s->filter, "%s", s->line.text);
        if (s->why[0])
            s->line.open = true;
        break;
    case OB_EDITED_DROPPED:
        s->filter[0] = '\0';
        sweep_rows_filter(s, v, "");
        break;
    default:
        break;
    }
    return true;
}

bool sweep_key(struct sweep_state *s, struct ob_view *v, uint32_t key,
               struct ob_wishes *wish)
{
    if (s->picker.filter.open)
        return list_key(s, v, key, wish);
    if (s->line.open)
        return sweep_there(v) && line_key(s, v, key);
    return false;
}

void sweep_lists_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c)
{
    if (!s->picker.filter.open)
        return;
    struct entries e = entries_of(s, v);
    struct ob_picker_list l = list_of(s, &e);
    ob_picker_draw(&s->picker, &l, v->glyphs, c);
    finish(&e);
}
