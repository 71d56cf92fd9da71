#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/plot/chart.h"
#include "optbench/ui/arrange.h"

enum { LOSS, DELTA, CHARTS };

struct state {
    struct ob_chart chart[CHARTS];
    struct ob_dots dots[CHARTS];
    bool linear; /* the opposite of the default, so that zeroed state is right */
    bool no_band;
    bool follow;
    size_t first_param;
    unsigned opened; /* the run that the axes were made for */
};

/* Which series a chart shows. */
static const struct {
    const char *title;
    enum ob_quantity step, value, lo, hi;
} plan[CHARTS] = {
    [LOSS] = { "loss", OB_Q_LOSS_STEP, OB_Q_LOSS, OB_Q_LOSS_MIN, OB_Q_LOSS_MAX },
    [DELTA] = { "|dtheta| per step", OB_Q_DELTA_STEP, OB_Q_DELTA, OB_Q_DELTA,
                OB_Q_DELTA_MAX },
};

static struct ob_trace trace_of(const struct ob_run_model *m, int chart)
{
    const struct ob_series *s = m->series;
    struct ob_trace t = {
        .x = &s[plan[chart].step],
        .y = &s[plan[chart].value],
        .n = ob_run_model_rows(m, plan[chart].step),
    };
    return t;
}

/* The traces of a chart: the batch losses behind, the run before, this run on top. */
static size_t traces_of(const struct state *s, const struct ob_view *v, int chart,
                        struct ob_trace out[static 3])
{
    const struct ob_series *series = v->run.series;
    size_t n = 0;
    if (chart == LOSS && series[OB_Q_BATCH].n == series[OB_Q_STEP].n &&
        series[OB_Q_BATCH].n > 0) {
        out[n++] = (struct ob_trace){ .x = &series[OB_Q_STEP],
                                      .y = &series[OB_Q_BATCH],
                                      .n = ob_run_model_rows(&v->run, OB_Q_STEP),
                                      .ink = OB_INK_BAND };
    }
    if (v->before.path) {
        out[n] = trace_of(&v->before, chart);
        out[n].name = "before";
        out[n].letter = 'b';
        out[n].ink = OB_INK_B;
        out[n++].dash = OB_DASH_LONG;
    }
    out[n] = trace_of(&v->run, chart);
    out[n].ink = OB_INK_A;
    const struct ob_series *lo = &series[plan[chart].lo], *hi = &series[plan[chart].hi];
    if (!s->no_band && lo->n == out[n].y->n && hi->n == out[n].y->n) {
        out[n].lo = lo;
        out[n].hi = hi;
    }
    if (v->before.path) {
        out[n].name = "this run";
        out[n].letter = 'a';
    }
    return n + 1;
}

/* What lies inside a chart's box, or its rectangle where there are no boxes. */
static struct ob_rect inside(const struct ob_live_places *p, struct ob_rect r)
{
    if (p->kind != OB_ARRANGE_WIDE || r.w < 2 || r.h < 2)
        return r;
    return (struct ob_rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
}

/* A short table leaves its rest to the events below it. */
static struct ob_live_places places(const struct ob_view *v, int w, int h)
{
    struct ob_live_places p = ob_arrange_live(w, h);
    struct ob_param_line none[1];
    size_t total = 0;
    int rim = p.kind == OB_ARRANGE_WIDE ? 3 : 1; /* the heading, the box */
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
    struct ob_live_places p = places(v, w, h);
    const struct ob_rect place[CHARTS] = { inside(&p, p.loss), inside(&p, p.delta) };
    bool other = s->opened != v->opened;
    s->opened = v->opened;
    for (int i = 0; i < CHARTS; i++) {
        struct ob_chart *chart = &s->chart[i];
        struct ob_trace trace[3];
        size_t n = traces_of(s, v, i, trace);
        if (other)
            ob_chart_reset(chart);
        chart->title = plan[i].title;
        chart->scale = s->linear ? OB_SCALE_LINEAR : OB_SCALE_LOG;
        chart->mode = s->follow ? OB_CHART_FOLLOW : OB_CHART_GROW;
        if (s->follow && chart->window <= 0) {
            struct ob_run_facts f = ob_run_model_facts(&v->run);
            chart->window = fmax(16, floor(f.step / 4));
        } else if (!s->follow) {
            chart->window = 0;
        }
        ob_dots_size(&s->dots[i], place[i].w, place[i].h);
        if (place[i].w > 0 && place[i].h > 0) {
            ob_chart_fit(chart, trace, n, &s->dots[i].surface.extent, v->now_ns);
            ob_chart_draw(chart, trace, n, &s->dots[i].surface);
        }
    }
    if (other)
        s->first_param = 0;
    settle_params(s, v, &p);
}

static void draw_chart(const struct state *s, const struct ob_view *v, int chart,
                       const struct ob_live_places *p, struct ob_canvas *c)
{
    struct ob_rect r = chart == LOSS ? p->loss : p->delta;
    if (r.w <= 0 || r.h <= 0)
        return;
    if (p->kind == OB_ARRANGE_WIDE)
        r = ob_canvas_box(c, r, v->glyphs, NULL);
    ob_canvas_dots(c, r, &s->dots[chart], v->glyphs);
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
    struct ob_live_places p = places(v, c->w, c->h);
    char headline[256];
    if (p.kind == OB_ARRANGE_LINE) {
        ob_live_one_line(v, c, p.line);
        return;
    }
    ob_live_headline(v, headline, sizeof headline);
    ob_screen_tabs(v, c, p.tabs, headline);
    draw_chart(s, v, LOSS, &p, c);
    draw_chart(s, v, DELTA, &p, c);
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
    ob_screen_keys(OB_SCOPE_LIVE,
                   v->run.path && !ob_run_model_active(&v->run) && !v->run.playing, c,
                   p.keys);
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

/* Requests that change what is shown of it. */
static bool look(struct state *s, const struct ob_run_model *m, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_LOG_Y:
        s->linear = !s->linear;
        return true;
    case OB_REQUEST_BAND:
        s->no_band = !s->no_band;
        return true;
    case OB_REQUEST_FOLLOW:
        s->follow = !s->follow;
        for (int i = 0; i < CHARTS; i++)
            ob_chart_reset(&s->chart[i]); /* other steps, other values */
        return true;
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
    if (look(state, m, r))
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

static void finish(void *state)
{
    struct state *s = state;
    for (int i = 0; i < CHARTS; i++)
        ob_dots_finish(&s->dots[i]);
}

const struct ob_screen_type ob_screen_live = {
    .name = "Live",
    .scope = OB_SCOPE_LIVE,
    .state_size = sizeof(struct state),
    .draw = draw,
    .request = request,
    .update = update,
    .finish = finish,
};
