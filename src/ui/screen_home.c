#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/ui/arrange.h"
#include "optbench/ui/screen.h"

/* The list of experiments above, that of runs below. */
enum { CONFIGS, RUNS, PANES };

struct state {
    int pane;
    size_t cursor[PANES];
    size_t top[PANES]; /* first entry shown */
    int page;          /* entries that fit the pane with the cursor */
};

static size_t count(const struct ob_view *v, int pane)
{
    return pane == CONFIGS ? v->home.configs : v->home.runs.n;
}

static struct ob_rect pane_rect(const struct ob_home_places *p, int pane)
{
    return pane == CONFIGS ? p->configs : p->runs;
}

static void update(void *state, const struct ob_view *v, int w, int h)
{
    struct state *s = state;
    struct ob_home_places p = ob_arrange_home(w, h, count(v, CONFIGS), count(v, RUNS));
    for (int i = 0; i < PANES; i++) {
        size_t n = count(v, i);
        int room = pane_rect(&p, i).h - 1;
        size_t rows = room > 0 ? (size_t)room : 1;
        if (s->cursor[i] >= n)
            s->cursor[i] = n > 0 ? n - 1 : 0;
        if (s->cursor[i] < s->top[i])
            s->top[i] = s->cursor[i];
        if (s->cursor[i] >= s->top[i] + rows)
            s->top[i] = s->cursor[i] + 1 - rows;
        if (s->top[i] + rows > n)
            s->top[i] = n > rows ? n - rows : 0;
        if (i == s->pane)
            s->page = (int)rows;
    }
    if (count(v, s->pane) == 0 && count(v, !s->pane) > 0)
        s->pane = !s->pane;
}

/* "running 1600", "done: theta_delta", "INTERRUPTED": a word, never only a colour. */
static enum ob_style run_state(const struct ob_run_info *r, char out[static 48])
{
    char stop[32];
    ob_text_safe_z(stop, sizeof stop, r->stop);
    switch (r->state) {
    case OB_RUN_RUNNING:
        if (r->plan_known && r->max_steps > 0)
            snprintf(out, 48, "running %.0f %%",
                     floor(100.0 * (double)r->step / (double)r->max_steps));
        else
            snprintf(out, 48, "running");
        return OB_STYLE_OK;
    case OB_RUN_FINISHED:
        snprintf(out, 48, "%s", stop[0] ? stop : "finished");
        return strcmp(r->stop, "diverged") == 0 ? OB_STYLE_WARN : OB_STYLE_TEXT;
    case OB_RUN_FAILED:
    case OB_RUN_INTERRUPTED:
    case OB_RUN_PAUSED:
    case OB_RUN_UNKNOWN:
        break;
    }
    snprintf(out, 48, "%s", ob_run_state_name(r->state));
    return r->state == OB_RUN_PAUSED ? OB_STYLE_OK : OB_STYLE_WARN;
}

static void draw_config(const struct ob_config_entry *e, struct ob_canvas *c,
                        struct ob_rect r, int line)
{
    char name[64], title[256];
    int wide = r.w >= 100 ? 34 : r.w >= 60 ? 28 : 20;
    ob_text_safe_z(name, sizeof name, e->name);
    ob_text_safe_z(title, sizeof title, e->title);
    struct ob_rect left = { r.x + 2, r.y, wide - 2, r.h };
    struct ob_rect right = { r.x + wide + 1, r.y, r.w - wide - 2, r.h };
    ob_canvas_line(c, left, line, OB_LEFT, OB_STYLE_TEXT, "%s", name);
    ob_canvas_line(c, right, line, OB_LEFT, e->broken ? OB_STYLE_WARN : OB_STYLE_DIM,
                   "%s", title);
}

/* Columns of the list of runs, from the right edge to the left; narrow screens have
 * fewer. */
struct columns {
    int name, loss, delta, step, when, state;
};

static struct columns columns_for(int w)
{
    struct columns k = { .state = w - 18 };
    k.when = w >= 60 ? k.state - 8 : 0;
    k.step = w >= 60 ? k.when - 9 : 0;
    k.loss = w >= 60 ? k.step - 11 : 0;
    k.delta = w >= 100 ? k.loss - 11 : 0;
    k.name = k.delta ? k.delta : k.loss ? k.loss : k.state;
    return k;
}

static void cell(struct ob_canvas *c, struct ob_rect r, int line, int from, int width,
                 enum ob_style style, const char *text)
{
    if (from > 0)
        ob_canvas_line(c, (struct ob_rect){ r.x + from, r.y, width - 1, r.h }, line,
                       OB_LEFT, style, "%s", text);
}

static void draw_run(const struct ob_view *v, size_t i, struct ob_canvas *c,
                     struct ob_rect r, int line)
{
    const struct ob_run_info *run = &v->home.runs.item[i];
    struct columns k = columns_for(r.w);
    char name[160], text[48];
    ob_text_safe_z(name, sizeof name, run->name);
    cell(c, r, line, 2, k.name - 2, OB_STYLE_TEXT, name);
    ob_show_number(text, run->loss, 10);
    cell(c, r, line, k.loss, 11, OB_STYLE_TEXT, text);
    ob_show_number(text, run->theta_delta, 10);
    cell(c, r, line, k.delta, 11, OB_STYLE_TEXT, text);
    ob_si_show(text, sizeof text, (double)run->step);
    cell(c, r, line, k.step, 9, OB_STYLE_TEXT, text);
    ob_show_age(text, run->started, v->wall_ns);
    cell(c, r, line, k.when, 8, OB_STYLE_TEXT, text);
    enum ob_style style = run_state(run, text);
    cell(c, r, line, k.state, r.w - k.state, style, text);
}

static void draw_heading(const struct ob_view *v, int pane, struct ob_canvas *c,
                         struct ob_rect r)
{
    if (pane == CONFIGS) {
        ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_TITLE, " EXPERIMENTS  Enter runs one");
        return;
    }
    struct columns k = columns_for(r.w);
    cell(c, r, 0, 1, k.name - 1, OB_STYLE_TITLE, "RUNS, newest first");
    if (count(v, RUNS) == 0)
        return;
    cell(c, r, 0, k.loss, 11, OB_STYLE_LABEL, "LOSS");
    cell(c, r, 0, k.delta, 11, OB_STYLE_LABEL, "|dtheta|");
    cell(c, r, 0, k.step, 9, OB_STYLE_LABEL, "STEPS");
    cell(c, r, 0, k.when, 8, OB_STYLE_LABEL, "AGE");
    cell(c, r, 0, k.state, 18, OB_STYLE_LABEL, "STATE");
}

static void draw_pane(const struct state *s, const struct ob_view *v, int pane,
                      struct ob_canvas *c, struct ob_rect r)
{
    static const char *const none[PANES] = { "none here: optbench new heights.ini",
                                             "none yet: Enter starts one" };
    size_t n = count(v, pane);
    if (r.w <= 0 || r.h <= 0)
        return;
    draw_heading(v, pane, c, r);
    if (n == 0)
        ob_canvas_line(c, r, 1, OB_LEFT, OB_STYLE_DIM, "  %s", none[pane]);
    for (int line = 1; line < r.h; line++) {
        size_t i = s->top[pane] + (size_t)line - 1;
        if (i >= n)
            break;
        if (pane == CONFIGS)
            draw_config(&v->home.config[i], c, r, line);
        else
            draw_run(v, i, c, r, line);
        if (i == s->cursor[pane] && pane == s->pane) {
            ob_canvas_text(c, r.x, r.y + line, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + line, r.w, 1 },
                              OB_STYLE_CURSOR);
        }
    }
    if (s->top[pane] + (size_t)(r.h - 1) < n)
        ob_canvas_text(c, r.x + r.w - 2, r.y + r.h - 1, 1, "v", OB_STYLE_KEY);
}

static size_t running(const struct ob_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->home.runs.n; i++) {
        enum ob_run_state s = v->home.runs.item[i].state;
        n += s == OB_RUN_RUNNING || s == OB_RUN_PAUSED;
    }
    return n;
}

static void draw(const void *state, const struct ob_view *v, struct ob_canvas *c)
{
    const struct state *s = state;
    struct ob_home_places p =
        ob_arrange_home(c->w, c->h, count(v, CONFIGS), count(v, RUNS));
    char right[64];
    if (p.kind == OB_ARRANGE_LINE) {
        snprintf(right, sizeof right, "optbench: %zu runs, %zu active  q quit",
                 v->home.runs.n, running(v));
        ob_screen_paragraph(c, p.line, 0, right, OB_STYLE_TEXT);
        return;
    }
    snprintf(right, sizeof right, "%zu runs  %zu active", v->home.runs.n, running(v));
    ob_screen_tabs(v, c, p.tabs, right);
    draw_pane(s, v, CONFIGS, c, p.configs);
    draw_pane(s, v, RUNS, c, p.runs);
    ob_screen_message(v, c, p.message);
    ob_screen_keys(OB_SCOPE_HOME, false, c, p.keys);
}

/* Moves the cursor by `by` entries and from one list into the other at the ends. */
static void move(struct state *s, const struct ob_view *v, long by)
{
    size_t n = count(v, s->pane);
    long to = (long)s->cursor[s->pane] + by;
    if (by == 1 && to >= (long)n && s->pane == CONFIGS && count(v, RUNS) > 0) {
        s->pane = RUNS;
        s->cursor[RUNS] = 0;
        return;
    }
    if (by == -1 && to < 0 && s->pane == RUNS && count(v, CONFIGS) > 0) {
        s->pane = CONFIGS;
        s->cursor[CONFIGS] = count(v, CONFIGS) - 1;
        return;
    }
    if (to >= (long)n)
        to = (long)n - 1;
    s->cursor[s->pane] = to > 0 ? (size_t)to : 0;
}

static void open_entry(const struct state *s, const struct ob_view *v,
                       struct ob_wishes *wish)
{
    size_t i = s->cursor[s->pane];
    if (i >= count(v, s->pane))
        return;
    wish->wish = s->pane == CONFIGS ? OB_WISH_START : OB_WISH_OPEN;
    snprintf(wish->path, sizeof wish->path, "%s",
             s->pane == CONFIGS ? v->home.config[i].path : v->home.runs.path[i]);
}

static bool request(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    struct state *s = state;
    switch (r) {
    case OB_REQUEST_UP:
        move(s, v, -1);
        return true;
    case OB_REQUEST_DOWN:
        move(s, v, 1);
        return true;
    case OB_REQUEST_PAGE_UP:
        move(s, v, -(long)(s->page > 1 ? s->page : 2));
        return true;
    case OB_REQUEST_PAGE_DOWN:
        move(s, v, s->page > 1 ? s->page : 2);
        return true;
    case OB_REQUEST_FIRST:
        s->cursor[s->pane] = 0;
        return true;
    case OB_REQUEST_LAST:
        s->cursor[s->pane] = count(v, s->pane) > 0 ? count(v, s->pane) - 1 : 0;
        return true;
    case OB_REQUEST_NEXT_PANE:
        if (count(v, !s->pane) > 0)
            s->pane = !s->pane;
        return true;
    case OB_REQUEST_OPEN:
        open_entry(s, v, wish);
        return true;
    case OB_REQUEST_REFRESH:
        wish->wish = OB_WISH_LIST;
        return true;
    default:
        return false;
    }
}

const struct ob_screen_type ob_screen_home = {
    .name = "Runs",
    .scope = OB_SCOPE_HOME,
    .state_size = sizeof(struct state),
    .draw = draw,
    .request = request,
    .update = update,
};
