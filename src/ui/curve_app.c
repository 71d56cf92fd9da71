#include <config.h>

#include "app_priv.h"

#include <string.h>

/* Whether what was computed is of another run, or of a step that the run has left, and
 * computing it again is a matter of moments. */
static bool is_stale(const struct ob_app *a)
{
    const struct ob_curvature_view *c = &a->feed->curvature;
    const struct ob_run_model *m = &a->view.run;
    if (c->under_way)
        return false;
    if (!c->known || strcmp(c->of, m->path) != 0)
        return true;
    return strcmp(c->at, "end") == 0 && c->seconds < 1 &&
           ob_run_model_facts(m).step > (double)c->step;
}

bool ob_app_show_curvature(struct ob_app *a)
{
    struct ob_err err;
    if (!a->view.run.path) {
        ob_app_say(a, OB_STYLE_TEXT,
                   "no run is open: Enter opens one, then 5 shows how it curves");
        return false;
    }
    if (is_stale(a) && !a->feed->type->curvature(a->feed, a->view.run.path, "end", &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    return true;
}
