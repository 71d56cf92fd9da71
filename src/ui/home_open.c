/* What opens from the first screen: an experiment, a run, several of them. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "home_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

/* The run at the cursor with the marked ones; the first of two and more marked ones
 * where the cursor is on none of them. */
static const char *compare_marked(const struct ob_home_state *s, const struct ob_view *v,
                                  const char *path, struct ob_wishes *wish)
{
    const struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    wish->beside = s->marks.path;
    wish->nbeside = s->marks.n;
    for (size_t i = 0; s->marks.n > 1 && !ob_home_marks_has(&s->marks, path) && i < l->n;
         i++)
        if (ob_home_marks_has(&s->marks, v->home.runs.path[l->entry[i]]))
            path = v->home.runs.path[l->entry[i]];
    return path;
}

void ob_home_open_entry(const struct ob_home_state *s, const struct ob_view *v,
                        struct ob_wishes *wish)
{
    const char *path = ob_home_selected(s, v);
    const struct ob_config_entry *e = ob_home_config_at(s, v);
    if (!path && e) {
        wish->wish = OB_WISH_SAY;
        snprintf(wish->text, sizeof wish->text,
                 "a folder of experiments: + adds another%s",
                 e->added ? ", - takes this one off the list" : "");
    }
    if (!path)
        return;
    if (e && e->sweep) {
        char *folder = ob_path_dir(path);
        wish->wish = OB_WISH_SWEEP;
        snprintf(wish->path, sizeof wish->path, "%s", folder);
        free(folder);
        return;
    }
    wish->wish = s->pane == OB_HOME_CONFIGS ? OB_WISH_START : OB_WISH_OPEN;
    if (wish->wish == OB_WISH_OPEN && s->marks.n > 0)
        path = compare_marked(s, v, path, wish);
    snprintf(wish->path, sizeof wish->path, "%s", path);
}

/* The compare screen with the marked runs that are in sight, or the one at the cursor: in
 * the order of the list, for there may be more than it takes. */
void ob_home_compare(struct ob_home_state *s, const struct ob_view *v,
                     struct ob_wishes *wish)
{
    const struct ob_home_group g = ob_home_group(s, v);
    wish->wish = OB_WISH_SAY;
    if (!g.one) {
        snprintf(wish->text, sizeof wish->text, "%s",
                 s->marks.n > 0 ? "the marked runs are not in sight"
                                : "only runs are compared: Tab goes to them");
        return;
    }
    const struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    size_t n = 0;
    free(s->compared);
    s->compared = ob_xcalloc(s->doomed.n, sizeof *s->compared);
    for (size_t i = 0; i < l->n && n < s->doomed.n; i++)
        if (ob_home_marks_has(&s->doomed, v->home.runs.path[l->entry[i]]))
            s->compared[n++] = v->home.runs.path[l->entry[i]];
    wish->wish = OB_WISH_COMPARE;
    snprintf(wish->path, sizeof wish->path, "%s", s->compared[0]);
    wish->beside = s->compared + 1;
    wish->nbeside = n - 1;
}
