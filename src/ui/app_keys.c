/* What a person does, on its way to what it means. */
#include <config.h>

#include "app_priv.h"
#include "home_priv.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* What the first screen is left at is what the surface may be asked of. */
static void keep_chosen(struct ob_app *a)
{
    const char *path = a->view.screen == OB_SCREEN_HOME
                           ? ob_home_selected(a->state[OB_SCREEN_HOME], &a->view)
                           : NULL;
    if (a->view.screen != OB_SCREEN_SURFACE)
        snprintf(a->view.chosen, sizeof a->view.chosen, "%s", path ? path : "");
}

void ob_app_go(struct ob_app *a, enum ob_screen_id screen)
{
    if (screen == OB_SCREEN_LIVE && !a->view.run.path) {
        ob_app_say(a, OB_STYLE_TEXT, "no run is open: Enter opens one");
        return;
    }
    if (screen == OB_SCREEN_CURVATURE && !ob_app_show_curvature(a))
        return;
    if (screen == OB_SCREEN_SETUP && !ob_app_show_form(a))
        return;
    if (screen == OB_SCREEN_COMPARE)
        ob_app_show_compare(a);
    if (screen == OB_SCREEN_SWEEP)
        ob_app_show_sweep(a);
    keep_chosen(a);
    if (screen == OB_SCREEN_HOME)
        ob_app_read_lists(a, true);
    a->view.screen = screen;
    ob_app_tell(a, OB_FEED_SHOWN);
}

/* Back to the home screen, or out of the program where this is where it began. */
static void back(struct ob_app *a, bool leave)
{
    if (a->view.screen == OB_SCREEN_LIVE && ob_app_in_sweep(a))
        ob_app_go(a, OB_SCREEN_SWEEP); /* a cell is looked at from there */
    else if (a->view.screen != OB_SCREEN_HOME && a->view.screen != a->top)
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

/* What lies over the live screen and was asked for on another one that shows the run. */
static bool over_live(struct ob_app *a, enum ob_request r)
{
    if (a->view.screen == OB_SCREEN_LIVE || !a->view.run.path)
        return false;
    ob_app_go(a, OB_SCREEN_LIVE);
    ob_app_do(a, r);
    return true;
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
    case OB_REQUEST_SURFACE:
        ob_app_go(a, OB_SCREEN_SURFACE);
        return true;
    case OB_REQUEST_CURVATURE:
        ob_app_go(a, OB_SCREEN_CURVATURE);
        return true;
    case OB_REQUEST_COMPARE:
    case OB_REQUEST_SWEEP_COMPARE: /* of marked cells */
        ob_app_go(a, OB_SCREEN_COMPARE);
        return true;
    case OB_REQUEST_SWEEP:
        ob_app_go(a, OB_SCREEN_SWEEP);
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
    case OB_REQUEST_KNOBS:
    case OB_REQUEST_EXPLAIN:
        return over_live(a, r);
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
    bool asked = a->view.asking;
    ob_app_hush(a);
    a->keyed = true;
    if (asked) {
        if (key == 'y' || key == 'Y')
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

/* "optbench rates 40%" */
static void sweep_title(const struct ob_sweep_view *s, char *out, size_t cap)
{
    size_t all = ob_cells_count(s->cells), ended = ob_cells_over(s->cells);
    snprintf(out, cap, "optbench %s %zu%%", s->name, all > 0 ? 100 * ended / all : 100);
}

void ob_app_title(const struct ob_app *a, char *out, size_t cap)
{
    const struct ob_run_model *m = &a->view.run;
    char how[48];
    if (a->view.screen == OB_SCREEN_SWEEP && a->view.sweep->cells) {
        sweep_title(a->view.sweep, out, cap);
        return;
    }
    if (!ob_screen_watches(&a->view) || !m->path) {
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
