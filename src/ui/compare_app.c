/* Which runs are compared: what the screens wish for. */
#include <config.h>

#include "app_priv.h"

#include <string.h>

static void put_aside(struct ob_app *a, size_t place)
{
    struct ob_compare *c = &a->view.compare;
    if (!ob_compare_has(c, place))
        return;
    a->feed->type->compare(a->feed, NULL, &c->run[place], NULL);
    c->changes++;
}

/* False where the run cannot be read; said then. One that is there already stays. */
static bool put(struct ob_app *a, const char *path)
{
    struct ob_compare *c = &a->view.compare;
    struct ob_err err;
    size_t place = ob_compare_find(c, NULL);
    if (ob_compare_find(c, path) < OB_COMPARE_RUNS)
        return true;
    if (place == OB_COMPARE_RUNS) {
        ob_app_say(a, OB_STYLE_WARN, "%d runs are the most that are compared",
                   OB_COMPARE_RUNS);
        return false;
    }
    if (!a->feed->type->compare(a->feed, path, &c->run[place], &err)) {
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        return false;
    }
    c->since[place] = ++c->changes;
    c->more = true;
    ob_compare_want(c);
    return true;
}

void ob_app_compare(struct ob_app *a, const struct ob_wishes *w)
{
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        put_aside(a, i);
    bool ok = put(a, w->path);
    for (size_t i = 0; i < w->nbeside && ok; i++)
        ok = put(a, w->beside[i]);
    if (ob_compare_count(&a->view.compare) > 0)
        ob_app_go(a, OB_SCREEN_COMPARE);
}

void ob_app_compare_add(struct ob_app *a, const struct ob_wishes *w)
{
    bool ok = put(a, w->path);
    for (size_t i = 0; i < w->nbeside && ok; i++)
        ok = put(a, w->beside[i]);
    ob_app_news(a);
}

void ob_app_compare_drop(struct ob_app *a, const char *path)
{
    size_t place = ob_compare_find(&a->view.compare, path);
    if (place < OB_COMPARE_RUNS)
        put_aside(a, place);
}

void ob_app_show_compare(struct ob_app *a)
{
    const struct ob_view *v = &a->view;
    a->view.compare.more = true; /* they were not read while they were not shown */
    if (ob_compare_count(&v->compare) > 0 || !v->run.path)
        return;
    bool ok = put(a, v->run.path);
    for (size_t i = 0; i < OB_OTHERS && ok; i++)
        if (v->other[i].path)
            ok = put(a, v->other[i].path);
}

bool ob_app_read_compared(struct ob_app *a)
{
    bool fresh = false;
    a->view.compare.more = a->feed->type->compare_on(a->feed, &fresh);
    return fresh;
}

void ob_app_finish_compare(struct ob_app *a)
{
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        put_aside(a, i);
}
