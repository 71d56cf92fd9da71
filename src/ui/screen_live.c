#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_charts.h"
#include "live_priv.h"
#include "optbench/ui/arrange.h"

struct state {
    struct ob_live_charts charts;
    size_t first_param;
};

/* A chart that is not shown leaves its room to the other one, a short table its rest to
 * the events below it. */
static struct ob_live_places places(const struct state *s, const struct ob_view *v, int w,
                                    int h)
{
    struct ob_live_places p = ob_arrange_live(w, h);
    struct ob_param_line none[1];
    size_t total = 0;
    int rim = p.kind == OB_ARRANGE_WIDE ? 3 : 1; /* the heading, the box */
    ob_live_charts_place(&s->charts, &p);
    if (p.events.h == 0)
        return p;
    ob_run_model_params(&v->run, 0, none, 0, &total);
    int spare = total < (size_t)p.params.h ? p.params.h - (int)total - rim : 0;
    if (spare > 0) {
        p.params.h -= spare;
        p.events.h += spare;
        p.events.y -= spare;
    }
    return p;
}

/* Scrolls no further than to a full table. */
static void settle_params(struct state *s, const struct ob_view *v,
                          const struct ob_live_places *p)
{
    struct ob_param_line none[1];
    size_t total = 0;
    int rows = p->params.h - (p->kind == OB_ARRANGE_WIDE ? 3 : 1);
    ob_run_model_params(&v->run, 0, none, 0, &total);
    size_t most = rows > 0 && total > (size_t)rows ? total - (size_t)rows : 0;
    if (s->first_param > most)
        s->first_param = most;
}

static void update(void *state, const struct ob_view *v, int w, int h)
{
    struct state *s = state;
    if (ob_live_charts_open(&s->charts, v))
        s->first_param = 0;
    struct ob_live_places p = places(s, v, w, h);
    ob_live_charts_update(&s->charts, v, &p);
    settle_params(s, v, &p);
}

static struct ob_rect boxed(const struct ob_view *v, const struct ob_live_places *p,
                            struct ob_canvas *c, struct ob_rect r, const char *title)
{
    if (p->kind != OB_ARRANGE_WIDE)
        return r;
    r = ob_canvas_box(c, r, v->glyphs, title);
    return r.w > 2 ? (struct ob_rect){ r.x + 1, r.y, r.w - 2, r.h } : r;
}

static void draw(const void *state, const struct ob_view *v, struct ob_canvas *c)
{
    const struct state *s = state;
    struct ob_live_places p = places(s, v, c->w, c->h);
    char headline[256];
    if (p.kind == OB_ARRANGE_LINE) {
        ob_live_one_line(v, c, p.line);
        return;
    }
    ob_live_headline(v, headline, sizeof headline);
    ob_screen_tabs(v, c, p.tabs, headline);
    ob_live_charts_draw(&s->charts, v, &p, c);
    if (p.kind == OB_ARRANGE_SMALL) {
        ob_live_facts_small(v, c, p.facts);
    } else {
        ob_live_facts(v, c, boxed(v, &p, c, p.facts, "progress"));
        if (p.params.h > 0)
            ob_live_params(v, c, boxed(v, &p, c, p.params, "parameters"), s->first_param);
        if (p.events.h > 0)
            ob_live_events(v, c, boxed(v, &p, c, p.events, "events"));
    }
    ob_live_last_word(v, c, p.message);
    ob_screen_keys(s->charts.picker.filter.open ? OB_SCOPE_EDIT : OB_SCOPE_LIVE,
                   v->run.path && !ob_run_model_active(&v->run) && !v->run.playing, c,
                   p.keys);
    ob_live_charts_draw_picker(&s->charts, v, c);
}

static void control(struct ob_wishes *wish, enum ob_ctl_verb verb)
{
    wish->wish = OB_WISH_CONTROL;
    wish->control = (struct ob_ctl_request){ .verb = verb };
}

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%s", text);
}

static void change_pace(struct ob_run_model *m, double factor, struct ob_wishes *wish)
{
    if (!ob_run_model_active(m)) {
        if (m->play_pace > 0)
            m->play_pace = fmin(fmax(m->play_pace * factor, 1.0 / 16), 1e9);
        return;
    }
    /* At full speed "slower" starts from what was reached. */
    double from = m->live.pace > 0 ? m->live.pace : m->live.rate;
    if (!(m->live.pace > 0) && factor > 1) {
        say(wish, "this is full speed already");
        return;
    }
    control(wish, OB_CTL_PACE);
    wish->control.pace = fmax((from > 0 ? from : 1) * factor, 1.0 / 16);
}

/* A finished run has nothing to pause: its log is played instead. */
static void pause(struct ob_run_model *m, struct ob_wishes *wish)
{
    if (ob_run_model_active(m))
        control(wish, m->info.state == OB_RUN_PAUSED ? OB_CTL_RESUME : OB_CTL_PAUSE);
    else if (!m->playing)
        ob_run_model_play(m);
    else
        m->play_paused = !m->play_paused;
}

static void step(struct ob_run_model *m, struct ob_wishes *wish)
{
    if (ob_run_model_active(m)) {
        control(wish, OB_CTL_STEP);
        wish->control.steps = 1;
        return;
    }
    if (!m->playing)
        ob_run_model_play(m);
    m->play_paused = true;
    m->play_step += 1;
}

static void only_active(const struct ob_run_model *m, struct ob_wishes *wish,
                        enum ob_ctl_verb verb)
{
    if (ob_run_model_active(m))
        control(wish, verb);
    else
        say(wish, "the run has ended");
}

static void scroll(struct state *s, const struct ob_run_model *m, long by)
{
    struct ob_param_line none[1];
    size_t total = 0;
    ob_run_model_params(m, 0, none, 0, &total);
    long to = (long)s->first_param + by;
    if (to >= (long)total)
        to = (long)total - 1;
    s->first_param = to > 0 ? (size_t)to : 0;
}

/* Requests that change the run or its replay. */
static bool steer(struct ob_run_model *m, enum ob_request r, struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_PAUSE:
        pause(m, wish);
        return true;
    case OB_REQUEST_STEP:
        step(m, wish);
        return true;
    case OB_REQUEST_FASTER:
    case OB_REQUEST_SLOWER:
        change_pace(m, r == OB_REQUEST_FASTER ? 2 : 0.5, wish);
        return true;
    case OB_REQUEST_FULL_SPEED:
        if (ob_run_model_active(m))
            control(wish, OB_CTL_PACE);
        m->playing = false;
        return true;
    case OB_REQUEST_CHECKPOINT:
        only_active(m, wish, OB_CTL_CHECKPOINT);
        return true;
    case OB_REQUEST_STEER:
        only_active(m, wish, OB_CTL_STEER);
        return true;
    case OB_REQUEST_STOP:
        only_active(m, wish, OB_CTL_STOP);
        if (wish->wish == OB_WISH_CONTROL) {
            wish->wish = OB_WISH_ASK;
            snprintf(
                wish->text, sizeof wish->text,
                "Stop this run? It cannot go on afterwards.  y stops, any other key: no");
        }
        return true;
    default:
        return false;
    }
}

/* Requests that move the parameter table. */
static bool look(struct state *s, const struct ob_run_model *m, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_UP:
    case OB_REQUEST_DOWN:
        scroll(s, m, r == OB_REQUEST_UP ? -1 : 1);
        return true;
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        scroll(s, m, r == OB_REQUEST_PAGE_UP ? -8 : 8);
        return true;
    case OB_REQUEST_FIRST:
        s->first_param = 0;
        return true;
    case OB_REQUEST_LAST:
        scroll(s, m, LONG_MAX / 2);
        return true;
    default:
        return false;
    }
}

/* The same file once more, as it is now. */
static void again(const struct ob_run_model *m, struct ob_wishes *wish)
{
    if (!m->info.config[0]) {
        say(wish, "the file that this run was made from is not known");
        return;
    }
    wish->wish = OB_WISH_START;
    snprintf(wish->path, sizeof wish->path, "%s", m->info.config);
}

static bool request(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    struct ob_run_model *m = &v->run;
    struct state *s = state;
    if (ob_live_charts_request(&s->charts, v, r, wish) || look(s, m, r))
        return true;
    if (!m->path)
        return false;
    if (r == OB_REQUEST_OVERLAY)
        wish->wish = OB_WISH_OVERLAY;
    else if (r == OB_REQUEST_AGAIN)
        again(m, wish);
    else
        return steer(m, r, wish);
    return true;
}

static bool key(void *state, struct ob_view *v, uint32_t k, struct ob_wishes *wish)
{
    struct state *s = state;
    return ob_live_charts_key(&s->charts, v, k, wish);
}

static void finish(void *state)
{
    struct state *s = state;
    ob_live_charts_finish(&s->charts);
}

const struct ob_screen_type ob_screen_live = {
    .name = "Live",
    .scope = OB_SCOPE_LIVE,
    .state_size = sizeof(struct state),
    .draw = draw,
    .request = request,
    .key = key,
    .update = update,
    .finish = finish,
};
