#include "home_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { FACTS_W = 38 };

static void keep(char **to, const char *text)
{
    if (*to && text && strcmp(*to, text) == 0)
        return;
    free(*to);
    *to = text ? ob_xstrdup(text) : NULL;
}

static struct ob_rect chart_place(struct ob_rect r)
{
    return (struct ob_rect){ r.x, r.y + 2, r.w - FACTS_W - 2, r.h - 2 };
}

/* Whether the log in the view is that of the selected run. */
static bool loaded(const struct ob_home_preview *p, const struct ob_view *v)
{
    return p->path && v->preview.path && strcmp(p->path, v->preview.path) == 0;
}

static struct ob_trace trace_of(const struct ob_run_model *m)
{
    return (struct ob_trace){ .x = &m->series[OB_Q_LOSS_STEP],
                              .y = &m->series[OB_Q_LOSS],
                              .n = m->series[OB_Q_LOSS_STEP].n,
                              .ink = OB_INK_A };
}

void ob_home_preview_update(struct ob_home_state *s, const struct ob_view *v,
                            struct ob_rect r)
{
    struct ob_home_preview *p = &s->preview;
    struct ob_rect place = chart_place(r);
    bool look = r.h > 0 && s->pane == OB_HOME_RUNS;
    keep(&p->path, look ? ob_home_selected(s, v) : NULL);
    ob_dots_size(&p->dots, place.w, place.h);
    if (!loaded(p, v) || place.w <= 0 || place.h <= 0)
        return;
    if (!p->drawn || strcmp(p->drawn, p->path) != 0)
        ob_chart_reset(&p->chart);
    keep(&p->drawn, p->path);
    struct ob_trace trace = trace_of(&v->preview);
    p->chart.title = "loss";
    p->chart.scale = OB_SCALE_LOG;
    ob_chart_fit(&p->chart, &trace, 1, &p->dots.surface.extent, v->now_ns);
    ob_chart_draw(&p->chart, &trace, 1, &p->dots.surface);
}

static const char *say(char out[static 64], const char *raw)
{
    ob_text_safe_z(out, 64, raw);
    return out[0] ? out : "-";
}

/* Data, model, optimizer: three lines for run and experiment alike. */
static int draw_brief(const struct ob_brief *b, struct ob_canvas *c, struct ob_rect r,
                      int line)
{
    char text[64], more[64], lr[32];
    ob_canvas_line(c, r, line++, OB_LEFT, OB_STYLE_TEXT, "data      %s",
                   say(text, b->data));
    ob_canvas_line(c, r, line++, OB_LEFT, OB_STYLE_TEXT, "model     %s %s",
                   say(text, b->model), b->loss[0] ? say(more, b->loss) : "");
    ob_show_number(lr, b->lr, 10);
    ob_canvas_line(c, r, line++, OB_LEFT, OB_STYLE_TEXT, "optimizer %s%s%s",
                   say(text, b->optimizer), isnan(b->lr) ? "" : "  lr ",
                   isnan(b->lr) ? "" : lr);
    return line;
}

/* Text from outside, wrapped. */
static void draw_words(struct ob_canvas *c, struct ob_rect r, int line, const char *raw)
{
    struct ob_buf text = { 0 };
    ob_text_safe(&text, raw, strlen(raw));
    ob_screen_paragraph(c, r, line, ob_buf_text(&text), OB_STYLE_DIM);
    ob_buf_finish(&text);
}

static void draw_run(const struct ob_home_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    size_t entry = l->entry[l->cursor];
    const struct ob_home_run *run = &v->home.runs.item[entry];
    struct ob_rect facts = { r.x + r.w - FACTS_W, r.y + 2, FACTS_W, r.h - 2 };
    char name[160], state[48], last[32], best[32], time[32], steps[32];
    ob_text_safe_z(name, sizeof name, run->name);
    enum ob_style style = ob_home_run_state(run, state);
    int used = ob_canvas_text(c, r.x + 1, r.y + 1, r.w - 2, name, OB_STYLE_TITLE);
    ob_canvas_text(c, r.x + used + 3, r.y + 1, r.w - used - 4, state, style);
    int line = draw_brief(&v->home.brief[entry], c, facts, 0);
    ob_show_number(last, run->loss, 10);
    ob_show_number(best, run->best_loss, 10);
    ob_canvas_line(c, facts, line++, OB_LEFT, OB_STYLE_TEXT, "loss      %s  best %s",
                   last, best);
    ob_si_show(steps, sizeof steps, (double)run->step);
    ob_show_seconds(time, run->seconds);
    ob_canvas_line(c, facts, line++, OB_LEFT, OB_STYLE_TEXT, "steps     %s in %s", steps,
                   time);
    if (!loaded(&s->preview, v)) {
        ob_canvas_text(c, r.x + 1, r.y + 2, 7, "reading", OB_STYLE_DIM);
        return;
    }
    struct ob_rect place = chart_place(r);
    if (ob_run_model_rows(&v->preview, OB_Q_LOSS_STEP) == 0)
        ob_canvas_text(c, place.x + 1, place.y, place.w - 1, "no loss is logged",
                       OB_STYLE_DIM);
    else
        ob_canvas_dots(c, place, &s->preview.dots, v->glyphs);
    draw_words(c, facts, line, v->preview.outcome);
}

static void draw_config(const struct ob_home_state *s, const struct ob_view *v,
                        struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_home_list *l = &s->list[OB_HOME_CONFIGS];
    const struct ob_config_entry *e = &v->home.config[l->entry[l->cursor]];
    struct ob_rect in = { r.x + 1, r.y + 1, r.w - 2, r.h - 1 };
    char name[128];
    ob_text_safe_z(name, sizeof name, e->name);
    ob_canvas_line(c, in, 0, OB_LEFT, OB_STYLE_TITLE, "%s", name);
    draw_words(c, in, e->broken ? 1 : draw_brief(&e->brief, c, in, 1), e->title);
}

void ob_home_preview_draw(const struct ob_home_state *s, const struct ob_view *v,
                          struct ob_canvas *c, struct ob_rect r)
{
    if (r.h <= 0 || !ob_home_selected(s, v))
        return;
    if (s->pane == OB_HOME_RUNS)
        draw_run(s, v, c, r);
    else
        draw_config(s, v, c, r);
}

void ob_home_preview_finish(struct ob_home_preview *p)
{
    free(p->path);
    free(p->drawn);
    ob_dots_finish(&p->dots);
}
