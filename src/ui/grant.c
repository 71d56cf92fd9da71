#include <config.h>

#include "app_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"
#include "optbench/ui/crash.h"

#define MESSAGE_NS INT64_C(6000000000)

void ob_app_say(struct ob_app *a, enum ob_style style, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(a->view.message, sizeof a->view.message, format, ap);
    va_end(ap);
    a->view.message_style = style;
    a->view.asking = false; /* a question that is not seen is not asked */
    /* What went wrong stays until the next key. */
    a->message_until = style == OB_STYLE_ERROR ? 0 : a->view.now_ns + MESSAGE_NS;
}

void ob_app_hush(struct ob_app *a)
{
    a->view.message[0] = '\0';
    a->view.asking = false;
    a->message_until = 0;
}

void ob_app_refuse(struct ob_app *a, const char *why)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    if (!screen->refused || !screen->refused(a->state[a->view.screen], why))
        ob_app_say(a, OB_STYLE_ERROR, "%s", why);
}

/* The first line of what a process said, and how many there are. */
static const char *first_line(const char *said, int *length, int *others)
{
    static const char prefix[] = "optbench: ";
    if (strncmp(said, prefix, sizeof prefix - 1) == 0)
        said += sizeof prefix - 1;
    *length = (int)strcspn(said, "\n");
    *others = 0;
    for (const char *c = said + *length; *c; c++)
        *others += *c == '\n' && c[1] != '\0';
    return said;
}

/* Something could not be opened or started. */
void ob_app_failed(struct ob_app *a, enum ob_code code, const char *why)
{
    int length, others;
    const char *line = first_line(why, &length, &others);
    if (a->top == OB_SCREEN_LIVE && !a->view.run.path) {
        snprintf(a->why, sizeof a->why, "%s", why);
        a->status = ob_code_exit(code);
        a->quit = true;
    } else if (others > 0) {
        ob_app_say(a, OB_STYLE_ERROR, "%.*s  (and %d more: 'optbench check' tells all)",
                   length, line, others);
    } else {
        ob_app_say(a, OB_STYLE_ERROR, "%.*s", length, line);
    }
}

void ob_app_read_lists(struct ob_app *a, bool all)
{
    struct ob_err err;
    if (!a->feed->type->list(a->feed, &a->view.home, all, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    a->lists_more |= all || a->view.home.checked < a->view.home.runs.n;
}

static void put_aside(struct ob_app *a, struct ob_run_model *other)
{
    if (other->path)
        a->feed->type->overlay(a->feed, NULL, other, NULL);
}

/* The place that a run is drawn at behind this one; OB_OTHERS = it is not. */
static int beside(const struct ob_app *a, const char *path)
{
    int i = 0;
    while (i < OB_OTHERS &&
           (!a->view.other[i].path || strcmp(a->view.other[i].path, path) != 0))
        i++;
    return i;
}

/* Draws a run behind this one, at the first place that is free; 1 + that place, 0 where
 * it cannot be. */
static int put_beside(struct ob_app *a, const char *path)
{
    struct ob_err err;
    const struct ob_run_model *run = &a->view.run;
    int i = 0;
    while (i < OB_OTHERS && a->view.other[i].path)
        i++;
    if (beside(a, path) < OB_OTHERS || !run->path || strcmp(run->path, path) == 0)
        return 0;
    if (i == OB_OTHERS) {
        ob_app_say(a, OB_STYLE_WARN, "four runs are the most: A takes the others away");
        return 0;
    }
    a->view.other[i].asked = run->asked;
    if (a->feed->type->overlay(a->feed, path, &a->view.other[i], &err))
        return 1 + i;
    ob_run_model_finish(&a->view.other[i]);
    ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    return 0;
}

static void put_all_aside(struct ob_app *a)
{
    for (int i = 0; i < OB_OTHERS; i++)
        put_aside(a, &a->view.other[i]);
    a->before = 0;
}

static void show_before(struct ob_app *a)
{
    struct ob_buf path = { 0 };
    if (!a->view.run.path || !a->feed->type->before(a->feed, &a->view.run, &path))
        ob_app_say(a, OB_STYLE_TEXT, "there is no earlier run of this file");
    else if (beside(a, ob_buf_text(&path)) < OB_OTHERS)
        a->before = 1 + beside(a, ob_buf_text(&path));
    else
        a->before = put_beside(a, ob_buf_text(&path));
    ob_buf_finish(&path);
}

static void hide_before(struct ob_app *a)
{
    put_aside(a, &a->view.other[a->before - 1]);
    a->before = 0;
}

/* Another run is on the screen: it is not drawn behind itself, and what `o` shows is the
 * run before this one. */
static void settle_others(struct ob_app *a)
{
    bool before = a->before > 0;
    if (before)
        hide_before(a);
    if (beside(a, a->view.run.path) < OB_OTHERS)
        put_aside(a, &a->view.other[beside(a, a->view.run.path)]);
    for (int i = 0; i < OB_OTHERS; i++)
        if (a->view.other[i].path)
            a->view.other[i].asked = a->view.run.asked;
    if (before)
        show_before(a);
}

void ob_app_open(struct ob_app *a, const char *path)
{
    struct ob_err err;
    struct ob_run_model fresh = { 0 };
    if (!a->feed->type->open(a->feed, path, &fresh, &err)) {
        ob_run_model_finish(&fresh);
        ob_app_failed(a, err.code, err.text);
        return;
    }
    ob_run_model_finish(&a->view.run);
    a->view.run = fresh;
    a->view.opened++;
    a->view.screen = OB_SCREEN_LIVE;
    settle_others(a);
    char note[192], name[160];
    ob_text_safe_z(name, sizeof name, fresh.info.name);
    snprintf(note, sizeof note, "see it again: optbench watch %s", name);
    ob_crash_note(note);
}

void ob_app_start(struct ob_app *a, const char *config)
{
    struct ob_err err;
    if (!a->feed->type->start(a->feed, config, &err))
        ob_app_failed(a, err.code, err.text);
    else
        ob_app_say(a, OB_STYLE_TEXT, "starting %s", config);
}

void ob_app_send(struct ob_app *a, const struct ob_ctl_request *r)
{
    struct ob_err err;
    if (!a->feed->type->control(a->feed, r, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else if (r->verb == OB_CTL_PACE)
        a->view.run.pace =
            (struct ob_pace_asked){ .pending = r->pace >= 0, .pace = r->pace };
}

void ob_app_forget_run(struct ob_app *a, const char *path)
{
    struct ob_run_model *m[] = { &a->view.run, &a->view.preview };
    for (size_t i = 0; i < OB_COUNT(m); i++)
        if (m[i]->path && strcmp(m[i]->path, path) == 0)
            ob_run_model_finish(m[i]);
    ob_app_compare_drop(a, path);
    int place = beside(a, path);
    if (place < OB_OTHERS)
        put_aside(a, &a->view.other[place]);
    if (a->before == 1 + place)
        a->before = 0;
}

void ob_app_copy(struct ob_app *a, struct ob_buf *text)
{
    struct ob_err err;
    struct ob_buf where = { 0 };
    char path[200];
    if (text->len == 0)
        ob_app_say(a, OB_STYLE_TEXT, "there is nothing to copy here");
    else if (!a->term->type->copy(a->term, text->data, text->len, &where, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else if (memchr(text->data, '\n', text->len))
        ob_app_say(a, OB_STYLE_TEXT, "copied the screen; also in %s",
                   ob_text_safe_z(path, sizeof path, ob_buf_text(&where)));
    else
        ob_app_say(a, OB_STYLE_TEXT, "copied %.*s; also in %s",
                   (int)(text->len < 60 ? text->len : 60), text->data,
                   ob_text_safe_z(path, sizeof path, ob_buf_text(&where)));
    ob_buf_finish(&where);
    ob_buf_finish(text);
}

void ob_app_edit(struct ob_app *a, const char *path, int line)
{
    snprintf(a->edited, sizeof a->edited, "%s", path);
    a->edited_line = line;
    a->edit = true;
}

/* Marked runs take the place of those that were on the charts. */
static void compare(struct ob_app *a, const struct ob_wishes *w)
{
    ob_app_open(a, w->path);
    if (w->nbeside == 0 || !a->view.run.path || strcmp(a->view.run.path, w->path) != 0)
        return;
    put_all_aside(a);
    for (size_t i = 0; i < w->nbeside; i++)
        put_beside(a, w->beside[i]);
}

static void carry_out(struct ob_app *a, struct ob_wishes *w)
{
    struct ob_err err;
    switch (w->wish) {
    case OB_WISH_NONE:
    case OB_WISH_BACK:
        break;
    case OB_WISH_START:
        ob_app_start(a, w->path);
        break;
    case OB_WISH_OPEN:
        compare(a, w);
        break;
    case OB_WISH_COMPARE:
        ob_app_compare(a, w);
        break;
    case OB_WISH_COMPARE_ADD:
        ob_app_compare_add(a, w);
        break;
    case OB_WISH_COMPARE_DROP:
        for (size_t i = 0; i < w->nbeside; i++)
            ob_app_compare_drop(a, w->beside[i]);
        break;
    case OB_WISH_CONTROL:
        ob_app_send(a, &w->control);
        break;
    case OB_WISH_TENSOR:
        if (!a->feed->type->tensor(a->feed, w->text, &err))
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        break;
    case OB_WISH_EXPLAIN:
        if (!a->feed->type->explain(a->feed, w->text, &err))
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        break;
    case OB_WISH_SURFACE:
        if (!a->feed->type->surface(a->feed, &w->surface, &err))
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        break;
    case OB_WISH_CURVATURE:
        ob_app_ask_curvature(a, w->text);
        break;
    case OB_WISH_OVERLAY:
        if (a->before > 0)
            hide_before(a);
        else
            show_before(a);
        break;
    case OB_WISH_BESIDE:
        if (w->path[0])
            put_beside(a, w->path);
        else
            put_all_aside(a);
        break;
    case OB_WISH_LIST:
        ob_app_read_lists(a, true);
        break;
    case OB_WISH_NEWS:
        ob_app_news(a);
        break;
    case OB_WISH_ASK:
        if (a->removing) {
            ob_app_say(a, OB_STYLE_TEXT, "runs are being %s: Esc stops that",
                       ob_app_deed_done(a));
            break;
        }
        ob_app_say(a, OB_STYLE_WARN, "%s", w->text);
        a->message_until = 0;
        a->asked = w->control;
        ob_app_doom(a, w);
        a->save_over[0] = '\0';
        a->asked_stop = w->stop_sweep;
        a->view.asking = true;
        break;
    case OB_WISH_CLONE:
    case OB_WISH_EDIT_COPY:
    case OB_WISH_COLUMNS:
    case OB_WISH_TAG:
    case OB_WISH_NOTE:
    case OB_WISH_RENAME:
    case OB_WISH_RESUME:
    case OB_WISH_ADD_FOLDER:
    case OB_WISH_DROP_FOLDER:
        ob_app_grant_home(a, w);
        break;
    case OB_WISH_EDITOR:
        ob_app_edit(a, w->path, w->line);
        break;
    case OB_WISH_COPY:
        ob_app_copy(a, &w->copy);
        break;
    case OB_WISH_SAY:
        ob_app_say(a, OB_STYLE_TEXT, "%s", w->text);
        break;
    case OB_WISH_SETUP:
        ob_app_setup(a, w->path);
        break;
    case OB_WISH_BROWSE:
        ob_app_browse(a, w->path);
        break;
    case OB_WISH_SAVE:
        ob_app_save_form(a, w->path, false);
        break;
    case OB_WISH_LAUNCH:
        ob_app_launch(a);
        break;
    case OB_WISH_REVISE:
        ob_app_revise(a, w->line);
        break;
    case OB_WISH_REVISED:
        ob_app_revised(a);
        break;
    case OB_WISH_SWEEP:
    case OB_WISH_SWEEPS:
    case OB_WISH_SWEEP_START:
    case OB_WISH_JUDGE:
        ob_app_grant_sweep(a, w);
        break;
    }
}

void ob_app_grant(struct ob_app *a, struct ob_wishes *w)
{
    carry_out(a, w);
    if (w->wish != OB_WISH_NONE && w->wish != OB_WISH_SURFACE)
        ob_app_tell(a, OB_FEED_GRANTED);
    ob_app_heed_form(a);
}

void ob_app_said_yes(struct ob_app *a)
{
    if (a->save_over[0])
        ob_app_save_form(a, a->save_over, true);
    else if (a->asked_stop)
        ob_app_stop_sweep(a);
    else if (a->ndoomed > 0)
        ob_app_begin_deed(a);
    else
        ob_app_send(a, &a->asked);
}
