#include <config.h>

#include "app_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

#define REMOVE_NS INT64_C(5000000) /* of deleting between two keys */

/* ---- deleting ---- */

static void spare(struct ob_app *a)
{
    for (size_t i = 0; i < a->ndoomed; i++)
        free(a->doomed[i]);
    free(a->doomed);
    a->doomed = NULL;
    a->ndoomed = a->removed = 0;
    a->removing = false;
}

void ob_app_doom(struct ob_app *a, char *const *path, size_t n)
{
    spare(a);
    a->doomed = ob_xcalloc(n + 1, sizeof *a->doomed);
    for (a->ndoomed = 0; a->ndoomed < n; a->ndoomed++)
        a->doomed[a->ndoomed] = ob_xstrdup(path[a->ndoomed]);
}

void ob_app_spare(struct ob_app *a)
{
    size_t n = a->removed;
    if (!a->removing)
        return;
    spare(a);
    ob_app_read_lists(a, true);
    ob_app_say(a, OB_STYLE_TEXT, "stopped: %zu run%s deleted", n, n == 1 ? "" : "s");
}

/* Whether a run that is deleted fails, the others stay. */
void ob_app_remove_some(struct ob_app *a)
{
    struct ob_err err;
    int64_t until = ob_clock_ns() + REMOVE_NS;
    bool ok = true;
    do {
        const char *path = a->doomed[a->removed];
        ok = a->feed->type->remove(a->feed, path, &err);
        if (ok)
            ob_app_forget_run(a, path);
        a->removed += ok;
    } while (ok && a->removed < a->ndoomed && ob_clock_ns() < until);
    size_t n = a->removed;
    if (ok && n < a->ndoomed) {
        ob_app_say(a, OB_STYLE_TEXT, "deleted %zu of %zu, Esc stops", n, a->ndoomed);
        return;
    }
    spare(a);
    ob_app_read_lists(a, true);
    if (ok)
        ob_app_say(a, OB_STYLE_TEXT, "deleted %zu run%s", n, n == 1 ? "" : "s");
    else
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
}

/* ---- wishes of the home screen ---- */

/* A copy of a config; true where it is there to be edited. */
static bool clone(struct ob_app *a, const struct ob_wishes *w)
{
    struct ob_err err;
    if (!a->feed->type->clone(a->feed, w->path, w->text, &err)) {
        ob_app_refuse(a, err.text);
        return false;
    }
    ob_app_read_lists(a, true);
    ob_app_say(a, OB_STYLE_TEXT, "wrote %s: edit it, Enter runs it", w->text);
    return true;
}

static void rename_run(struct ob_app *a, const struct ob_wishes *w)
{
    struct ob_err err;
    if (!a->feed->type->rename(a->feed, w->path, w->text, &err)) {
        ob_app_refuse(a, err.text);
        return;
    }
    ob_app_forget_run(a, w->path);
    ob_app_read_lists(a, true);
    ob_app_say(a, OB_STYLE_TEXT, "renamed to %s", w->text);
}

static void resume(struct ob_app *a, const char *path)
{
    struct ob_err err;
    if (!a->feed->type->resume(a->feed, path, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else
        ob_app_say(a, OB_STYLE_TEXT, "taking it up again");
}

static void change_folders(struct ob_app *a, const char *path, bool add)
{
    struct ob_err err;
    char safe[160];
    if (!a->feed->type->folder(a->feed, path, add, &err)) {
        if (add)
            ob_app_refuse(a, err.text);
        else
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        return;
    }
    ob_app_read_lists(a, true);
    ob_app_say(a, OB_STYLE_TEXT,
               add ? "listed: %s" : "no longer listed: %s (its files stay)",
               ob_text_safe_z(safe, sizeof safe, path));
}

void ob_app_grant_home(struct ob_app *a, const struct ob_wishes *w)
{
    switch (w->wish) {
    case OB_WISH_CLONE:
        (void)clone(a, w); /* said by it */
        break;
    case OB_WISH_EDIT_COPY:
        if (clone(a, w))
            ob_app_edit(a, w->text, 0);
        break;
    case OB_WISH_RENAME:
        rename_run(a, w);
        break;
    case OB_WISH_RESUME:
        resume(a, w->path);
        break;
    case OB_WISH_ADD_FOLDER:
    case OB_WISH_DROP_FOLDER:
        change_folders(a, w->path, w->wish == OB_WISH_ADD_FOLDER);
        break;
    default:
        break;
    }
}
