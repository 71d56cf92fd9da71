#include "home_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum ob_style ob_home_run_state(const struct ob_run_info *r, char out[static 48])
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
    enum ob_style style = ob_home_run_state(run, text);
    cell(c, r, line, k.state, r.w - k.state, style, text);
}

/* "RUNS", or "RUNS 3 of 12" where a filter hides some. */
static void name_list(const struct ob_home_list *l, const char *name, const char *more,
                      char out[static 64])
{
    if (l->n < l->all)
        snprintf(out, 64, "%s %zu of %zu%s", name, l->n, l->all, more);
    else
        snprintf(out, 64, "%s%s", name, more);
}

static void draw_heading(const struct ob_home_list *l, int pane, struct ob_canvas *c,
                         struct ob_rect r)
{
    char text[64];
    if (pane == OB_HOME_CONFIGS) {
        name_list(l, "EXPERIMENTS", "  Enter runs one", text);
        ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_TITLE, " %s", text);
        return;
    }
    struct columns k = columns_for(r.w);
    name_list(l, "RUNS", ", newest first", text);
    cell(c, r, 0, 1, k.name - 1, OB_STYLE_TITLE, text);
    if (l->n == 0)
        return;
    cell(c, r, 0, k.loss, 11, OB_STYLE_LABEL, "LOSS");
    cell(c, r, 0, k.delta, 11, OB_STYLE_LABEL, "|dtheta|");
    cell(c, r, 0, k.step, 9, OB_STYLE_LABEL, "STEPS");
    cell(c, r, 0, k.when, 8, OB_STYLE_LABEL, "AGE");
    cell(c, r, 0, k.state, 18, OB_STYLE_LABEL, "STATE");
}

void ob_home_draw_list(const struct ob_home_state *s, const struct ob_view *v, int pane,
                       struct ob_canvas *c, struct ob_rect r)
{
    static const char *const none[OB_HOME_PANES] = {
        "none here: optbench new heights.ini", "none yet: Enter starts one"
    };
    const struct ob_home_list *l = &s->list[pane];
    if (r.w <= 0 || r.h <= 0)
        return;
    draw_heading(l, pane, c, r);
    if (l->n == 0)
        ob_canvas_line(c, r, 1, OB_LEFT, OB_STYLE_DIM, "  %s",
                       l->all > 0 ? "none with these words" : none[pane]);
    for (int line = 1; line < r.h; line++) {
        size_t i = l->top + (size_t)line - 1;
        if (i >= l->n)
            break;
        if (pane == OB_HOME_CONFIGS)
            draw_config(&v->home.config[l->entry[i]], c, r, line);
        else
            draw_run(v, l->entry[i], c, r, line);
        if (i == l->cursor && pane == s->pane) {
            ob_canvas_text(c, r.x, r.y + line, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + line, r.w, 1 },
                              OB_STYLE_CURSOR);
        }
    }
    if (l->top + (size_t)(r.h - 1) < l->n)
        ob_canvas_text(c, r.x + r.w - 2, r.y + r.h - 1, 1, "v", OB_STYLE_KEY);
}
