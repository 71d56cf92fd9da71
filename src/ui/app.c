#include <config.h>

#include "answer.h"
#include "app_priv.h"
#include "home_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* While a run trains or is played, figures change four times a second. */
#define FIGURES_NS INT64_C(250000000)

void ob_app_init(struct ob_app *a, struct ob_term *term, struct ob_feed *feed)
{
    memset(a, 0, sizeof *a);
    a->term = term;
    a->feed = feed;
    a->view.glyphs = term->glyphs;
    a->view.tensor = &feed->tensor;
    a->view.explained = &feed->explained;
    a->view.checked = &feed->checked;
    a->view.data = &feed->data;
    for (int i = 0; i < OB_SCREENS; i++)
        a->state[i] = ob_xcalloc(1, ob_screens[i]->state_size);
    ob_app_read_lists(a, true);
}

void ob_app_finish(struct ob_app *a)
{
    ob_app_keep_form(a);
    ob_browse_finish(&a->view.folder);
    for (int i = 0; i < OB_SCREENS; i++) {
        if (a->state[i] && ob_screens[i]->finish)
            ob_screens[i]->finish(a->state[i]);
        free(a->state[i]);
    }
    ob_run_model_finish(&a->view.run);
    for (int i = 0; i < OB_OTHERS; i++)
        if (a->view.other[i].path)
            a->feed->type->overlay(a->feed, NULL, &a->view.other[i], NULL);
    ob_run_model_finish(&a->view.preview);
    ob_home_model_finish(&a->view.home);
    ob_app_doom(a, NULL, 0);
    free(a->doomed);
    ob_canvas_finish(&a->canvas);
    memset(a, 0, sizeof *a);
}

void ob_app_go(struct ob_app *a, enum ob_screen_id screen)
{
    if (screen == OB_SCREEN_LIVE && !a->view.run.path) {
        ob_app_say(a, OB_STYLE_TEXT, "no run is open: Enter opens one");
        return;
    }
    if (screen == OB_SCREEN_SETUP && !ob_app_show_form(a))
        return;
    if (screen == OB_SCREEN_HOME)
        ob_app_read_lists(a, true);
    a->view.screen = screen;
}

/* Back to the home screen, or out of the program where this is where it began. */
static void back(struct ob_app *a, bool leave)
{
    if (a->view.screen != OB_SCREEN_HOME && a->view.screen != a->top)
        ob_app_go(a, OB_SCREEN_HOME);
    else if (leave)
        a->quit = true;
}

static void next_glyphs(struct ob_app *a)
{
    if (a->term->finest == OB_GLYPHS_ASCII) {
        a->view.glyphs = OB_GLYPHS_ASCII;
        ob_app_say(a, OB_STYLE_TEXT,
                   "this terminal or its locale shows plain ASCII only");
        return;
    }
    a->view.glyphs = (enum ob_glyphs)((a->view.glyphs + 1) % OB_GLYPH_TIERS);
    a->keep_glyphs = true;
    ob_app_say(a, OB_STYLE_TEXT, "charts in %s", ob_glyphs_name(a->view.glyphs));
}

/* From the most that the terminal can do down to none, and round. */
static void next_depth(struct ob_app *a)
{
    struct ob_term *t = a->term;
    if (t->most == OB_DEPTH_MONO) {
        ob_app_say(a, OB_STYLE_TEXT, "this terminal has no colours");
        return;
    }
    t->type->recolour(t, t->depth == OB_DEPTH_MONO ? t->most
                                                   : (enum ob_depth)(t->depth - 1));
    a->keep_depth = true;
    ob_app_say(a, OB_STYLE_TEXT, "%s", ob_depth_name(t->depth));
}

bool ob_app_common(struct ob_app *a, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_HOME:
        ob_app_go(a, OB_SCREEN_HOME);
        return true;
    case OB_REQUEST_SETUP:
        ob_app_go(a, OB_SCREEN_SETUP);
        return true;
    case OB_REQUEST_LIVE:
        ob_app_go(a, OB_SCREEN_LIVE);
        return true;
    case OB_REQUEST_HELP:
        ob_help_open(&a->help);
        return true;
    case OB_REQUEST_GLYPHS:
        next_glyphs(a);
        return true;
    case OB_REQUEST_REDRAW:
        a->term->type->forget(a->term);
        return true;
    case OB_REQUEST_SUSPEND:
        a->suspend = true;
        return true;
    case OB_REQUEST_BACK:
    case OB_REQUEST_QUIT:
        if (r == OB_REQUEST_BACK)
            ob_app_spare(a);
        back(a, r == OB_REQUEST_QUIT);
        return true;
    case OB_REQUEST_QUIT_NOW:
        a->quit = true;
        return true;
    case OB_REQUEST_COLOURS:
        next_depth(a);
        return true;
    case OB_REQUEST_COMMAND:
        ob_palette_open(&a->palette);
        return true;
    case OB_REQUEST_COPY:
        ob_app_copy_value(a);
        return true;
    case OB_REQUEST_COPY_SCREEN:
        ob_app_copy_screen(a);
        return true;
    case OB_REQUEST_SAVE:
        ob_app_save(a);
        return true;
    case OB_REQUEST_MOUSE:
        ob_app_toggle_mouse(a);
        return true;
    default:
        return false;
    }
}

enum ob_scope ob_app_scope(const struct ob_app *a)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    return screen->keys ? screen->keys(a->state[a->view.screen]) : screen->scope;
}

void ob_app_do(struct ob_app *a, enum ob_request r)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    if (!screen->request(a->state[a->view.screen], &a->view, r, &wish))
        ob_app_common(a, r);
    ob_app_grant(a, &wish);
}

void ob_app_key(struct ob_app *a, uint32_t key)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    enum ob_request r = ob_request_of(ob_app_scope(a), key);
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    if (key == OB_KEY_NONE)
        return;
    ob_app_hush(a);
    a->keyed = true;
    if (a->view.asking) {
        a->view.asking = false;
        if (key != 'y' && key != 'Y')
            return;
        ob_app_said_yes(a);
        return;
    }
    if (ob_app_layered(a)) {
        ob_app_layer_key(a, key);
        return;
    }
    void *state = a->state[a->view.screen];
    if (screen->key && screen->key(state, &a->view, key, &wish))
        ob_app_grant(a, &wish);
    else
        ob_app_do(a, r);
}

/* Pasted text is typed where text is being typed; keys are never made of it. */
static void paste(struct ob_app *a, const struct ob_input *in)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    bool taken = false;
    ob_app_hush(a);
    for (size_t i = 0, n = 1; i < in->n && n > 0; i += n) {
        uint32_t rune = 0;
        n = ob_utf8_decode(in->text + i, in->n - i, &rune);
        if (n == 0)
            break;
        if (rune == '\n' || rune == '\r' || rune == '\t')
            rune = ' ';
        if (rune < ' ' || rune == OB_KEY_BACKSPACE)
            continue;
        if (ob_app_layer_types(a)) {
            ob_app_layer_key(a, rune);
            taken = true;
            continue;
        }
        n *= !ob_app_layered(a) && screen->key &&
             screen->key(a->state[a->view.screen], &a->view, rune, &wish);
        taken |= n > 0;
    }
    if (!taken)
        ob_app_say(a, OB_STYLE_TEXT, "pasted text goes where text is typed, not here");
    ob_app_grant(a, &wish);
}

void ob_app_input(struct ob_app *a, const struct ob_input *in)
{
    switch (in->kind) {
    case OB_INPUT_KEY:
        ob_app_key(a, in->key);
        break;
    case OB_INPUT_PASTE:
        paste(a, in);
        break;
    case OB_INPUT_MOUSE:
        ob_app_mouse(a, &in->mouse);
        break;
    case OB_INPUT_POSITION:
        a->view.glyphs = a->term->finest;
        ob_app_say(a, OB_STYLE_TEXT, "this terminal shows no UTF-8: plain ASCII it is");
        break;
    default:
        break;
    }
}

void ob_app_title(const struct ob_app *a, char *out, size_t cap)
{
    const struct ob_run_model *m = &a->view.run;
    char how[48];
    if (a->view.screen != OB_SCREEN_LIVE || !m->path) {
        snprintf(out, cap, "optbench");
        return;
    }
    snprintf(how, sizeof how, "%s", ob_run_state_name(m->info.state));
    double step = ob_run_model_facts(m).step;
    if (m->info.state == OB_RUN_RUNNING && m->info.plan_known && m->info.max_steps > 0)
        snprintf(how, sizeof how, "%d%%", (int)(100 * step / (double)m->info.max_steps));
    snprintf(out, cap, "optbench %s %s", ob_home_short_name(ob_path_base(m->path)), how);
}

void ob_app_returned(struct ob_app *a, const char *why)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    a->edit = false;
    if (why)
        ob_app_say(a, OB_STYLE_ERROR, "%s", why);
    if (screen->returned)
        screen->returned(a->state[a->view.screen], &a->view, &wish);
    ob_app_grant(a, &wish);
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

/* What became of a command. */
static void say_answer(struct ob_app *a)
{
    const struct ob_ctl_answer *answer = &a->feed->answer;
    struct ob_buf text = { 0 };
    ob_answer_show(&a->feed->asked, answer, &text);
    if (text.len > 0)
        ob_app_say(a, answer->ok ? OB_STYLE_TEXT : OB_STYLE_WARN, "%s",
                   ob_buf_text(&text));
    ob_buf_finish(&text);
}

void ob_app_tell(struct ob_app *a, unsigned bits)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    if (bits == 0 || !screen->told)
        return;
    screen->told(a->state[a->view.screen], &a->view, bits, &wish);
    ob_app_grant(a, &wish);
}

/* Whether logs of the live screen are longer than what was read of them. */
static bool reads(const struct ob_app *a)
{
    bool more = a->view.run.loading.more;
    for (int i = 0; i < OB_OTHERS; i++)
        more |= a->view.other[i].loading.more;
    return more && a->view.screen == OB_SCREEN_LIVE;
}

bool ob_app_busy(const struct ob_app *a)
{
    return a->removing || reads(a) || (a->lists_more && a->view.screen == OB_SCREEN_HOME);
}

void ob_app_work(struct ob_app *a)
{
    if (a->removing)
        ob_app_remove_some(a);
    else if (reads(a))
        a->feed->type->read_on(a->feed, &a->view.run);
    else if (a->lists_more)
        a->lists_more = a->feed->type->more(a->feed, &a->view.home);
    a->worked = true;
}

bool ob_app_news(struct ob_app *a)
{
    unsigned bits = a->feed->type->poll(a->feed, &a->view.run);
    bool worked = a->worked;
    a->worked = false;
    a->preview_more |= (bits & OB_FEED_PREVIEW) != 0;
    bool curious = ob_app_curious(a);
    if (curious)
        a->preview_more = a->feed->type->preview(a->feed, looked_at(a), &a->view.preview);
    if (bits & OB_FEED_STARTED) {
        ob_app_hush(a);
        ob_app_open(a, a->feed->started);
    }
    if (bits & OB_FEED_FAILED) {
        ob_app_failed(a, a->feed->code, a->feed->why);
    }
    if (bits & OB_FEED_ANSWER)
        say_answer(a);
    ob_app_told_form(a, bits);
    ob_app_tell(a, bits);
    if ((bits & OB_FEED_HOME) && a->view.screen == OB_SCREEN_HOME)
        ob_app_read_lists(a, false);
    else
        bits &= ~(unsigned)OB_FEED_HOME;
    return worked || curious || bits != 0;
}

bool ob_app_moves(struct ob_app *a)
{
    struct ob_run_model *m = &a->view.run;
    bool changed = false;
    if (a->message_until > 0 && a->view.now_ns >= a->message_until) {
        ob_app_hush(a);
        changed = true;
    }
    changed |= a->figures_old && a->view.now_ns - a->figures_at >= FIGURES_NS;
    if (m->playing && a->view.screen == OB_SCREEN_LIVE) {
        double since = (double)(a->view.now_ns - a->played_at) * 1e-9;
        /* A long pause of the program is no reason to jump. */
        changed |= ob_run_model_play_on(m, since > 1 ? 0 : since);
    }
    a->played_at = a->view.now_ns;
    return changed;
}

int64_t ob_app_wakes_at(const struct ob_app *a)
{
    int64_t figures = a->figures_old ? a->figures_at + FIGURES_NS : 0;
    if (figures > 0 && (a->message_until == 0 || figures < a->message_until))
        return figures;
    return a->message_until;
}

/* Decides whether the figures of this frame are new ones. */
static void tell_figures(struct ob_app *a)
{
    const struct ob_run_model *m = &a->view.run;
    bool moving = m->playing ? !m->play_paused : m->info.state == OB_RUN_RUNNING;
    a->view.figures = a->keyed || !moving || a->view.now_ns - a->figures_at >= FIGURES_NS;
    a->figures_old = !a->view.figures;
    if (a->view.figures)
        a->figures_at = a->view.now_ns;
    a->keyed = false;
}

void ob_app_paint(struct ob_app *a)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    void *state = a->state[a->view.screen];
    if (a->canvas.w != a->term->w || a->canvas.h != a->term->h || !a->canvas.cell)
        ob_canvas_size(&a->canvas, a->term->w, a->term->h);
    if (screen->update)
        screen->update(state, &a->view, a->canvas.w, a->canvas.h);
    ob_canvas_clear(&a->canvas);
    screen->draw(state, &a->view, &a->canvas);
}

void ob_app_draw(struct ob_app *a)
{
    a->feed->type->attend(a->feed, a->view.screen == OB_SCREEN_HOME);
    tell_figures(a);
    ob_app_paint(a);
    ob_app_layer_draw(a);
    a->term->type->show(a->term, &a->canvas);
}
