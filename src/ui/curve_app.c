#include <config.h>

#include "app_priv.h"

#include <string.h>

#include "optbench/base/hash.h"

static uint64_t form_stamp(const struct ob_app *a)
{
    const struct ob_buf *text = &a->view.form.now.text;
    return ob_hash(ob_buf_text(text), text->len, 0);
}

void ob_app_ask_curvature(struct ob_app *a, const char *at)
{
    const struct ob_draft *draft = &a->view.form.now;
    const char *text = a->view.curve_form ? ob_buf_text(&draft->text) : NULL;
    const char *path = text ? draft->path : a->view.run.path;
    struct ob_err err;
    if (!path)
        return;
    if (text)
        a->curve_stamp = form_stamp(a);
    if (!a->feed->type->curvature(a->feed, text, path, text ? "start" : at, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
}

/* Whether what was computed is of something else, or of a step that the run has left, and
 * computing it again is a matter of moments. */
static bool is_stale(const struct ob_app *a)
{
    const struct ob_curvature_view *c = &a->feed->curvature;
    const struct ob_run_model *m = &a->view.run;
    bool form = a->view.curve_form;
    const char *path = form ? a->view.form.now.path : m->path;
    if (!c->known || c->of_text != form || strcmp(c->of, path) != 0)
        return true;
    if (form)
        return a->curve_stamp != form_stamp(a);
    return strcmp(c->at, "end") == 0 && c->seconds < 1 &&
           ob_run_model_facts(m).step > (double)c->step;
}

bool ob_app_show_curvature(struct ob_app *a)
{
    bool form = ob_form_is_open(&a->view.form);
    if (!a->view.run.path && !form) {
        ob_app_say(a, OB_STYLE_TEXT,
                   "no run is open: Enter opens one, then 5 shows how it curves");
        return false;
    }
    bool was = a->view.curve_form;
    if (a->view.screen != OB_SCREEN_CURVATURE)
        a->view.curve_form =
            form && (a->view.screen == OB_SCREEN_SETUP || !a->view.run.path);
    bool asked = a->feed->curvature.under_way && was == a->view.curve_form && !was;
    if (!asked && is_stale(a))
        ob_app_ask_curvature(a, "end");
    return true;
}
