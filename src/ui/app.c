#include <config.h>

#include "answer.h"
#include "app_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

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
    a->view.surface = &feed->surface;
    a->view.curvature = &feed->curvature;
    a->view.sweep = &feed->sweep;
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
    ob_app_finish_compare(a);
    ob_sweeps_found_finish(&a->view.sweeps);
    ob_run_model_finish(&a->view.preview);
    ob_home_model_finish(&a->view.home);
    ob_app_undoom(a);
    ob_canvas_finish(&a->canvas);
    memset(a, 0, sizeof *a);
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
    if (a->feed->asked.verb == OB_CTL_PACE) {
        a->view.run.pace.answered_ns = a->view.now_ns;
        a->view.run.pace.pending &= answer->ok;
    }
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
    return more && ob_screen_watches(&a->view);
}

/* Curves of marked cells stand on the screen of the sweep, too. */
static bool shows_compared(const struct ob_app *a)
{
    return a->view.screen == OB_SCREEN_COMPARE ||
           (a->view.screen == OB_SCREEN_SWEEP && ob_compare_count(&a->view.compare) > 0);
}

/* The same of those that are compared. */
static bool compares(const struct ob_app *a)
{
    return shows_compared(a) && a->view.compare.more;
}

static bool sweeps(const struct ob_app *a)
{
    return a->view.screen == OB_SCREEN_SWEEP && a->sweep_more;
}

static bool works(const struct ob_app *a)
{
    const struct ob_screen_type *screen = ob_screens[a->view.screen];
    return screen->busy && screen->busy(a->state[a->view.screen]);
}

bool ob_app_busy(const struct ob_app *a)
{
    return a->removing || reads(a) || compares(a) || sweeps(a) || works(a) ||
           a->lists_more;
}

void ob_app_work(struct ob_app *a)
{
    if (a->removing)
        ob_app_do_some(a);
    else if (reads(a))
        a->feed->type->read_on(a->feed, &a->view.run);
    else if (compares(a))
        ob_app_read_compared(a);
    else if (sweeps(a))
        ob_app_read_sweep(a);
    else if (works(a))
        ob_screens[a->view.screen]->work(a->state[a->view.screen], &a->view);
    else if (a->lists_more)
        a->lists_more = a->feed->type->more(a->feed, &a->view.home);
    a->worked = true;
}

bool ob_app_news(struct ob_app *a)
{
    unsigned bits = a->feed->type->poll(a->feed, &a->view.run);
    bool worked = a->worked;
    a->worked = false;
    if (shows_compared(a) && ob_app_read_compared(a))
        bits |= OB_FEED_COMPARE;
    if (a->view.screen == OB_SCREEN_SWEEP && ob_app_read_sweep(a))
        bits |= OB_FEED_SWEEP;
    /* A run that had ended may have been taken up again. */
    a->preview_more |= (bits & (OB_FEED_PREVIEW | OB_FEED_HOME)) != 0;
    bool curious = ob_app_curious(a);
    if (curious)
        a->preview_more = a->feed->type->preview(a->feed, looked_at(a), &a->view.preview);
    if (bits & OB_FEED_STARTED) {
        ob_app_hush(a);
        ob_app_open(a, a->feed->started);
    }
    if (bits & OB_FEED_PLANNED)
        ob_app_planned(a);
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
    if (m->playing && ob_screen_watches(&a->view)) {
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
    bool moving = ob_screen_watches(&a->view)
                      ? (m->playing ? !m->play_paused : m->info.state == OB_RUN_RUNNING)
                      : a->view.screen == OB_SCREEN_SWEEP;
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
    a->view.grounds = a->term->depth >= OB_DEPTH_256;
    if (screen->update)
        screen->update(state, &a->view, a->canvas.w, a->canvas.h);
    ob_canvas_clear(&a->canvas);
    screen->draw(state, &a->view, &a->canvas);
}

static enum ob_attention attention(const struct ob_app *a)
{
    switch (a->view.screen) {
    case OB_SCREEN_HOME:
        return OB_ATTEND_HOME;
    case OB_SCREEN_COMPARE:
        return OB_ATTEND_COMPARE;
    case OB_SCREEN_SWEEP:
        return OB_ATTEND_SWEEP;
    default:
        return OB_ATTEND_RUN;
    }
}

void ob_app_draw(struct ob_app *a)
{
    a->feed->type->attend(a->feed, attention(a));
    tell_figures(a);
    ob_app_paint(a);
    ob_app_layer_draw(a);
    a->term->type->show(a->term, &a->canvas);
}
