#include <config.h>

#include "optbench/ui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/ui/crash.h"

#define MESSAGE_NS INT64_C(6000000000)

static void say(struct ob_app *a, enum ob_style style, const char *format, ...)
    OB_PRINTF(3, 4);

static void say(struct ob_app *a, enum ob_style style, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(a->view.message, sizeof a->view.message, format, ap);
    va_end(ap);
    a->view.message_style = style;
    /* What went wrong stays until the next key. */
    a->message_until = style == OB_STYLE_ERROR ? 0 : a->view.now_ns + MESSAGE_NS;
}

static void hush(struct ob_app *a)
{
    a->view.message[0] = '\0';
    a->message_until = 0;
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
static void failed(struct ob_app *a, enum ob_code code, const char *why)
{
    int length, others;
    const char *line = first_line(why, &length, &others);
    if (a->top == OB_SCREEN_LIVE && !a->view.run.path) {
        snprintf(a->why, sizeof a->why, "%s", why);
        a->status = ob_code_exit(code);
        a->quit = true;
    } else if (others > 0) {
        say(a, OB_STYLE_ERROR, "%.*s  (and %d more: 'optbench check' tells all)", length,
            line, others);
    } else {
        say(a, OB_STYLE_ERROR, "%.*s", length, line);
    }
}

static void read_lists(struct ob_app *a)
{
    struct ob_err err;
    struct ob_home_model fresh = { 0 };
    if (!a->feed->type->list(a->feed, &fresh, &err)) {
        say(a, OB_STYLE_ERROR, "%s", err.text);
        ob_home_model_finish(&fresh);
        return;
    }
    ob_home_model_finish(&a->view.home);
    a->view.home = fresh;
}

void ob_app_init(struct ob_app *a, struct ob_term *term, struct ob_feed *feed)
{
    memset(a, 0, sizeof *a);
    a->term = term;
    a->feed = feed;
    a->view.glyphs = term->glyphs;
    for (int i = 0; i < OB_SCREENS; i++)
        a->state[i] = ob_xcalloc(1, ob_screens[i]->state_size);
    read_lists(a);
}

void ob_app_finish(struct ob_app *a)
{
    for (int i = 0; i < OB_SCREENS; i++) {
        if (a->state[i] && ob_screens[i]->finish)
            ob_screens[i]->finish(a->state[i]);
        free(a->state[i]);
    }
    ob_run_model_finish(&a->view.run);
    ob_run_model_finish(&a->view.before);
    ob_run_model_finish(&a->view.preview);
    ob_home_model_finish(&a->view.home);
    ob_canvas_finish(&a->canvas);
    memset(a, 0, sizeof *a);
}

/* Loads or drops the run that is drawn behind. */
static void set_overlay(struct ob_app *a, bool on)
{
    ob_run_model_finish(&a->view.before);
    a->overlay = on;
    if (!on || !a->view.run.path)
        return;
    if (!a->feed->type->before(a->feed, &a->view.run, &a->view.before)) {
        ob_run_model_finish(&a->view.before);
        a->overlay = false;
        say(a, OB_STYLE_TEXT, "there is no earlier run of this file");
    }
}

void ob_app_open(struct ob_app *a, const char *path)
{
    struct ob_err err;
    struct ob_run_model fresh = { 0 };
    if (!a->feed->type->open(a->feed, path, &fresh, &err)) {
        ob_run_model_finish(&fresh);
        failed(a, err.code, err.text);
        return;
    }
    ob_run_model_finish(&a->view.run);
    a->view.run = fresh;
    a->view.opened++;
    a->view.screen = OB_SCREEN_LIVE;
    if (a->overlay)
        set_overlay(a, true);
    char note[192], name[160];
    ob_text_safe_z(name, sizeof name, fresh.info.name);
    snprintf(note, sizeof note, "see it again: optbench watch %s", name);
    ob_crash_note(note);
}

void ob_app_start(struct ob_app *a, const char *config)
{
    struct ob_err err;
    if (!a->feed->type->start(a->feed, config, &err))
        failed(a, err.code, err.text);
    else
        say(a, OB_STYLE_TEXT, "starting %s", config);
}

static void send(struct ob_app *a, const struct ob_ctl_request *r)
{
    struct ob_err err;
    if (!a->feed->type->control(a->feed, r, &err))
        say(a, OB_STYLE_ERROR, "%s", err.text);
}

/* Forgets what the screens hold of a run that is gone. */
static void forget_run(struct ob_app *a, const char *path)
{
    struct ob_run_model *m[] = { &a->view.run, &a->view.before, &a->view.preview };
    for (size_t i = 0; i < OB_COUNT(m); i++)
        if (m[i]->path && strcmp(m[i]->path, path) == 0)
            ob_run_model_finish(m[i]);
}

static void remove_runs(struct ob_app *a)
{
    struct ob_err err;
    size_t n = 0;
    while (n < a->ndoomed && a->feed->type->remove(a->feed, a->doomed[n], &err))
        forget_run(a, a->doomed[n++]);
    read_lists(a);
    if (n < a->ndoomed)
        say(a, OB_STYLE_ERROR, "%s", err.text);
    else
        say(a, OB_STYLE_TEXT, "deleted %zu run%s", n, n == 1 ? "" : "s");
}

static void clone(struct ob_app *a, const struct ob_wishes *w)
{
    struct ob_err err;
    if (!a->feed->type->clone(a->feed, w->path, w->text, &err)) {
        say(a, OB_STYLE_ERROR, "%s", err.text);
        return;
    }
    read_lists(a);
    say(a, OB_STYLE_TEXT, "wrote %s: edit it, Enter runs it", w->text);
}

static void grant(struct ob_app *a, const struct ob_wishes *w)
{
    switch (w->wish) {
    case OB_WISH_NONE:
    case OB_WISH_BACK:
        break;
    case OB_WISH_START:
        ob_app_start(a, w->path);
        break;
    case OB_WISH_OPEN:
        ob_app_open(a, w->path);
        break;
    case OB_WISH_CONTROL:
        send(a, &w->control);
        break;
    case OB_WISH_OVERLAY:
        set_overlay(a, !a->overlay);
        break;
    case OB_WISH_LIST:
        read_lists(a);
        break;
    case OB_WISH_NEWS:
        ob_app_news(a);
        break;
    case OB_WISH_ASK:
        say(a, OB_STYLE_WARN, "%s", w->text);
        a->message_until = 0;
        a->asked = w->control;
        a->doomed = w->doomed;
        a->ndoomed = w->ndoomed;
        a->view.asking = true;
        break;
    case OB_WISH_CLONE:
        clone(a, w);
        break;
    case OB_WISH_SAY:
        say(a, OB_STYLE_TEXT, "%s", w->text);
        break;
    }
}

static void go(struct ob_app *a, enum ob_screen_id screen)
{
    if (screen == OB_SCREEN_LIVE && !a->view.run.path) {
        say(a, OB_STYLE_TEXT, "no run is open: Enter opens one");
        return;
    }
    if (screen == OB_SCREEN_HOME)
        read_lists(a);
    a->view.screen = screen;
}

/* Back to the home screen, or out of the program where this is where it began. */
static void back(struct ob_app *a, bool leave)
{
    if (a->view.screen == OB_SCREEN_LIVE && a->top != OB_SCREEN_LIVE)
        go(a, OB_SCREEN_HOME);
    else if (leave)
        a->quit = true;
}

/* With the help open, keys turn its pages or close it. */
static void help_key(struct ob_app *a, enum ob_request r)
{
    enum { PAGES = 16 };
    if (r == OB_REQUEST_HELP || r == OB_REQUEST_PAGE_DOWN || r == OB_REQUEST_DOWN)
        a->help = a->help % PAGES + 1;
    else if ((r == OB_REQUEST_PAGE_UP || r == OB_REQUEST_UP) && a->help > 1)
        a->help--;
    else if (r == OB_REQUEST_GLYPHS)
        a->view.glyphs = (enum ob_glyphs)((a->view.glyphs + 1) % OB_GLYPH_TIERS);
    else if (r == OB_REQUEST_REDRAW)
        a->term->type->forget(a->term);
    else
        a->help = 0;
}

static bool common(struct ob_app *a, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_HOME:
        go(a, OB_SCREEN_HOME);
        return true;
    case OB_REQUEST_LIVE:
        go(a, OB_SCREEN_LIVE);
        return true;
    case OB_REQUEST_HELP:
        a->help = 1;
        return true;
    case OB_REQUEST_GLYPHS:
        a->view.glyphs = (enum ob_glyphs)((a->view.glyphs + 1) % OB_GLYPH_TIERS);
        if (a->term->glyphs == OB_GLYPHS_ASCII)
            a->view.glyphs = OB_GLYPHS_ASCII;
        say(a, OB_STYLE_TEXT, "charts in %s", ob_glyphs_name(a->view.glyphs));
        return true;
    case OB_REQUEST_REDRAW:
        a->term->type->forget(a->term);
        return true;
    case OB_REQUEST_SUSPEND:
        a->suspend = true;
        return true;
    case OB_REQUEST_BACK:
    case OB_REQUEST_QUIT:
        back(a, r == OB_REQUEST_QUIT);
        return true;
    case OB_REQUEST_QUIT_NOW:
        a->quit = true;
        return true;
    default:
        return false;
    }
}

void ob_app_key(struct ob_app *a, uint32_t key)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    enum ob_request r = ob_request_of(screen->scope, key);
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    if (key == OB_KEY_NONE)
        return;
    hush(a);
    if (a->view.asking) {
        a->view.asking = false;
        if (key != 'y' && key != 'Y')
            return;
        if (a->ndoomed > 0)
            remove_runs(a);
        else
            send(a, &a->asked);
        return;
    }
    if (a->help > 0) {
        help_key(a, r);
        return;
    }
    void *state = a->state[a->view.screen];
    bool typed = screen->key && screen->key(state, &a->view, key, &wish);
    if (!typed && !screen->request(state, &a->view, r, &wish))
        common(a, r);
    grant(a, &wish);
}

static const char *looked_at(const struct ob_app *a)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    return screen->looks_at ? screen->looks_at(a->state[a->view.screen]) : NULL;
}

bool ob_app_curious(const struct ob_app *a)
{
    const char *path = looked_at(a), *have = a->view.preview.path;
    return path && (a->preview_more || !have || strcmp(have, path) != 0);
}

bool ob_app_news(struct ob_app *a)
{
    bool curious = ob_app_curious(a);
    if (curious)
        a->preview_more = a->feed->type->preview(a->feed, looked_at(a), &a->view.preview);
    unsigned bits = a->feed->type->poll(a->feed, &a->view.run);
    if (bits & OB_FEED_STARTED) {
        hush(a);
        ob_app_open(a, a->feed->started);
    }
    if (bits & OB_FEED_FAILED) {
        failed(a, a->feed->code, a->feed->why);
    }
    if ((bits & OB_FEED_ANSWER) && !a->feed->answer.ok) {
        const char *why = a->feed->answer.error;
        say(a, OB_STYLE_WARN, "%s%s", why, strstr(why, "take over") ? ": T does" : "");
    }
    if ((bits & OB_FEED_HOME) && a->view.screen == OB_SCREEN_HOME)
        read_lists(a);
    else
        bits &= ~(unsigned)OB_FEED_HOME;
    /* The log of a run that goes on is read on as often as its line in the list. */
    if (bits & OB_FEED_HOME)
        a->preview_more |= ob_run_model_active(&a->view.preview);
    return curious || bits != 0;
}

bool ob_app_moves(struct ob_app *a)
{
    struct ob_run_model *m = &a->view.run;
    bool changed = false;
    if (a->message_until > 0 && a->view.now_ns >= a->message_until) {
        hush(a);
        changed = true;
    }
    if (m->playing && a->view.screen == OB_SCREEN_LIVE) {
        double since = (double)(a->view.now_ns - a->played_at) * 1e-9;
        /* A long pause of the program is no reason to jump. */
        changed |= ob_run_model_play_on(m, since > 1 ? 0 : since);
    }
    a->played_at = a->view.now_ns;
    return changed;
}

void ob_app_draw(struct ob_app *a)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    void *state = a->state[a->view.screen];
    if (a->canvas.w != a->term->w || a->canvas.h != a->term->h || !a->canvas.cell)
        ob_canvas_size(&a->canvas, a->term->w, a->term->h);
    if (screen->update)
        screen->update(state, &a->view, a->canvas.w, a->canvas.h);
    ob_canvas_clear(&a->canvas);
    screen->draw(state, &a->view, &a->canvas);
    if (a->help > 0)
        ob_screen_help(screen->scope, &a->view, &a->canvas, a->help);
    a->term->type->show(a->term, &a->canvas);
}
