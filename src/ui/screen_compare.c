#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_priv.h"
#include "home_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

enum { PART = 20000 }; /* rows whose points, or blends, take a few milliseconds */

static struct ob_compare_places places(const struct compare_state *s, int w, int h)
{
    return ob_arrange_compare(w, h, s->lines, s->text, s->all_settings);
}

/* What lies inside a box, or a blank from the edge where there are none. */
static struct ob_rect inside(const struct ob_compare_places *p, struct ob_rect r)
{
    if (r.w <= 2 || r.h <= 0)
        return (struct ob_rect){ r.x, r.y, 0, 0 };
    if (p->kind == OB_ARRANGE_WIDE)
        return (struct ob_rect){ r.x + 2, r.y + 1, r.w - 4, r.h - 2 };
    return (struct ob_rect){ r.x + 1, r.y, r.w - 2, r.h };
}

static struct ob_rect chart_inside(const struct ob_compare_places *p)
{
    struct ob_rect r = p->chart;
    if (p->kind != OB_ARRANGE_WIDE || r.w < 2 || r.h < 2)
        return r;
    return (struct ob_rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
}

/* ---- what changes with time ---- */

/* The columns that are first on a screen without a choice. */
static const char *first_metric(const struct ob_view *v)
{
    static const char *const liked[] = { "loss", "train_loss", "val_loss", "accuracy" };
    struct compare_records r = ob_compare_records(v);
    for (size_t i = 0; i < OB_COUNT(liked); i++)
        for (size_t k = 0; k < r.n; k++)
            if (ob_record_has(r.run[k], liked[i]))
                return liked[i];
    for (size_t k = 0; k < r.n; k++)
        for (size_t i = 0; i < r.run[k]->names; i++)
            if (strcmp(r.run[k]->name[i], "step") != 0 &&
                strcmp(r.run[k]->name[i], "epoch") != 0)
                return r.run[k]->name[i];
    return NULL;
}

/* Whether some run has the metric; while no log has begun, none can be missed. */
static bool has_metric(const struct compare_state *s, const struct ob_view *v)
{
    struct compare_records r = ob_compare_records(v);
    bool begun = false;
    for (size_t k = 0; k < r.n; k++) {
        begun |= r.run[k]->names > 0;
        if (ob_record_has(r.run[k], s->metric))
            return true;
    }
    return !begun;
}

/* Nothing was typed yet. */
void ob_compare_begin(struct compare_state *s)
{
    if (!s->typed)
        s->target = s->optimum_typed = s->optimum = NAN;
    s->typed = true;
}

/* Runs came or went, or the header of a log is there: what is shown is something that
 * they have. */
void ob_compare_told(void *state, struct ob_view *v, unsigned bits,
                     struct ob_wishes *wish)
{
    struct compare_state *s = state;
    (void)bits;
    ob_compare_begin(s);
    if (s->metric[0] && has_metric(s, v)) {
        ob_compare_want(&v->compare);
        return;
    }
    const char *metric = first_metric(v);
    if (metric)
        ob_compare_show_metric(s, v, metric, wish);
}

/* Keeps the selected line in sight, and the settings from being scrolled away. */
static void settle(struct compare_state *s)
{
    size_t rows = s->table_at.h > 1 ? (size_t)s->table_at.h - 1 : 1;
    size_t at = ob_compare_at(s), n = ob_compare_settings_lines(s);
    size_t shown = s->settings_at.h > 1 ? (size_t)s->settings_at.h - 1 : 1;
    if (at < s->top)
        s->top = at;
    if (at >= s->top + rows)
        s->top = at - rows + 1;
    if (s->top + rows > s->lines)
        s->top = s->lines > rows ? s->lines - rows : 0;
    if (s->settings_top + shown > n)
        s->settings_top = n > shown ? n - shown : 0;
}

/* Keys may come between two pictures: what was made of runs that were taken away, or
 * whose logs were begun anew since the last one, points to rows that are gone. */
static void catch_up(struct compare_state *s, const struct ob_view *v)
{
    ob_compare_lines_take(s, v);
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        if (s->run[i].points.restarts != v->compare.run[i].restarts)
            ob_points_finish(&s->run[i].points);
}

static void work(void *state, const struct ob_view *v)
{
    size_t rows = PART;
    catch_up(state, v);
    ob_compare_follow(state, v, &rows);
}

static bool busy(const void *state)
{
    const struct compare_state *s = state;
    return s->behind;
}

static void update(void *state, const struct ob_view *v, int w, int h)
{
    struct compare_state *s = state;
    ob_compare_begin(s);
    work(s, v);
    ob_compare_carry_on(s, v);
    ob_compare_figures_take(s, v);
    s->text = ob_compare_settings_height(s, v, w - 2);
    struct ob_compare_places p = places(s, w, h);
    s->table_at = inside(&p, p.table);
    s->settings_at = inside(&p, p.settings);
    settle(s);
    ob_compare_chart_update(s, v, chart_inside(&p));
}

/* ---- drawing ---- */

/* "a heights-3f2a9c1e  3 runs" */
static void headline(const struct compare_state *s, const struct ob_view *v, char *out,
                     size_t cap)
{
    size_t n = ob_compare_count(&v->compare);
    char name[128];
    if (s->lines == 0) {
        snprintf(out, cap, "no runs");
        return;
    }
    const struct compare_line *l = &s->line_of[ob_compare_at(s)];
    ob_text_safe_z(name, sizeof name,
                   ob_home_short_name(v->compare.run[l->place].info.name));
    snprintf(out, cap, "%c %s  %zu run%s", (char)('a' + l->place), name, n,
             n == 1 ? "" : "s");
}

static struct ob_rect boxed(const struct ob_view *v, const struct ob_compare_places *p,
                            struct ob_canvas *c, struct ob_rect r, const char *title)
{
    if (p->kind == OB_ARRANGE_WIDE)
        ob_canvas_box(c, r, v->glyphs, title);
    return inside(p, r);
}

static void draw_settings(const struct compare_state *s, const struct ob_view *v,
                          const struct ob_compare_places *p, struct ob_canvas *c)
{
    char title[64];
    if (p->settings.w <= 0 || p->settings.h <= 0)
        return;
    snprintf(title, sizeof title, "%s%s", s->in_settings ? "> " : "",
             s->all_settings ? "all settings" : "settings that differ");
    struct ob_rect in = boxed(v, p, c, p->settings, title);
    ob_canvas_part(c, p->settings, "the settings");
    if (p->kind == OB_ARRANGE_WIDE || s->all_settings)
        ob_compare_settings_draw(s, v, c, in);
    else
        ob_compare_settings_flow(s, v, c, in);
}

static void draw_body(const struct compare_state *s, const struct ob_view *v,
                      const struct ob_compare_places *p, struct ob_canvas *c)
{
    if (p->chart.w > 0 && p->chart.h > 0) {
        ob_canvas_part_chart(c, p->chart, "the chart", 0);
        if (p->kind == OB_ARRANGE_WIDE)
            ob_canvas_box(c, p->chart, v->glyphs, NULL);
        ob_canvas_dots(c, s->chart_at, &s->dots, v->glyphs);
    }
    ob_canvas_part(c, p->table, "the table");
    ob_compare_table_draw(s, v, c, boxed(v, p, c, p->table, "runs"));
    draw_settings(s, v, p, c);
}

static void draw_empty(struct ob_canvas *c, struct ob_rect r)
{
    static const char *const words[] = {
        "Nothing is compared yet.",
        "",
        "a adds a run from the list.",
        "On the first screen Space marks runs and c compares the marked ones.",
    };
    int line = 1;
    struct ob_rect in = { r.x + 2, r.y, r.w - 4, r.h };
    for (size_t i = 0; i < OB_COUNT(words); i++)
        line = words[i][0] ? ob_screen_paragraph(c, in, line, words[i], OB_STYLE_TEXT)
                           : line + 1;
}

/* Where there is room for some words only: the runs by their last values. */
static void one_line(const struct compare_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    char metric[OB_RECORD_NAME], number[32];
    if (v->message[0]) {
        ob_text_safe(&text, v->message, strlen(v->message));
    } else if (s->lines == 0) {
        ob_buf_adds(&text, "nothing to compare: a adds a run  q back");
    } else {
        ob_buf_adds(&text, ob_text_safe_z(metric, sizeof metric, s->metric));
        for (size_t i = 0; i < s->lines; i++) {
            const struct compare_line *l = &s->line_of[i];
            ob_show_number(number, l->figure[COMPARE_LAST].value, 8);
            ob_buf_addf(&text, "  %c %s%s", (char)('a' + l->place), number,
                        ob_compare_is_best(s, l, COMPARE_LAST) ? "*" : "");
        }
        ob_buf_adds(&text, "  q back");
    }
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text), OB_STYLE_TEXT);
    ob_buf_finish(&text);
}

static void draw_message(const struct compare_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r)
{
    if (s->line.open)
        ob_screen_prompt(c, r, s->ask == COMPARE_ASK_TARGET ? "target: " : "best value: ",
                         &s->line, s->why);
    else if (v->message[0])
        ob_screen_message(v, c, r);
    else if (v->compare.more)
        ob_canvas_text(c, r.x + 1, r.y, r.w - 2, "reading the logs", OB_STYLE_DIM);
}

static void draw(const void *state, const struct ob_view *v, struct ob_canvas *c)
{
    const struct compare_state *s = state;
    struct ob_compare_places p = places(s, c->w, c->h);
    char right[160];
    bool typing = s->picker.filter.open || s->line.open;
    if (p.kind == OB_ARRANGE_LINE) {
        if (s->line.open)
            draw_message(s, v, c, (struct ob_rect){ 0, 0, c->w, 1 });
        else
            one_line(s, v, c, p.line);
        ob_compare_lists_draw(s, v, c);
        return;
    }
    headline(s, v, right, sizeof right);
    ob_screen_tabs(v, c, p.tabs, right);
    if (s->lines > 0)
        draw_body(s, v, &p, c);
    else
        draw_empty(c, (struct ob_rect){ 0, 1, c->w, c->h - 3 });
    draw_message(s, v, c, p.message);
    ob_screen_keys(typing ? OB_SCOPE_EDIT : OB_SCOPE_COMPARE, OB_HINTS_RUN, c, p.keys);
    ob_compare_lists_draw(s, v, c);
}

/* ---- the rest ---- */

static bool request(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    catch_up(state, v);
    return ob_compare_request(state, v, r, wish);
}

static bool key(void *state, struct ob_view *v, uint32_t k, struct ob_wishes *wish)
{
    catch_up(state, v);
    return ob_compare_key(state, v, k, wish);
}

/* What y copies: the value at the cursor, else the last one, of the selected line. */
static bool value(const void *state, const struct ob_view *v, struct ob_buf *out)
{
    const struct compare_state *s = state;
    char number[OB_NUMBER_MAX];
    (void)v;
    if (s->lines == 0)
        return false;
    const struct compare_line *l = &s->line_of[ob_compare_at(s)];
    double x = l->figure[s->cursor.on ? COMPARE_AT : COMPARE_LAST].value;
    if (isnan(x))
        return false;
    ob_number_write(number, x);
    ob_buf_adds(out, number);
    return true;
}

_Static_assert((int)COMPARE_TRACES <= (int)OB_SCREEN_TRACES, "all lines have room");

static bool chart(const void *state, const struct ob_view *v, const struct ob_part *part,
                  struct ob_screen_chart *out)
{
    const struct compare_state *s = state;
    (void)part;
    if (s->changes != v->compare.changes)
        return false;
    out->chart = s->chart;
    out->traces = ob_compare_traces(s, out->trace);
    return out->traces > 0;
}

static bool mouse(void *state, struct ob_view *v, const struct ob_mouse *m,
                  struct ob_wishes *wish)
{
    (void)wish;
    catch_up(state, v);
    return ob_compare_mouse(state, m);
}

static bool go_to(void *state, struct ob_view *v, double step)
{
    struct compare_state *s = state;
    catch_up(s, v);
    struct ob_cursor_rows rows = ob_compare_rows(s);
    const struct compare_line *l = ob_compare_leading(s);
    const struct ob_record *r = l ? &v->compare.run[l->place] : NULL;
    const struct ob_record_column *c = r ? ob_record_column(r, s->metric) : NULL;
    if (!c || c->step.n == 0)
        return false;
    step = fmin(step, ob_series_at(&c->step, c->step.n - 1));
    double x = ob_compare_place_of(r, s->along, step);
    if (isnan(x) || !ob_cursor_put(&s->cursor, &rows, x))
        return false;
    s->cursor.on = true;
    if (s->zoom.mode != OB_CHART_GROW)
        ob_zoom_reach(&s->zoom, &s->chart, s->cursor.x, ob_compare_end(s));
    return true;
}

static void finish(void *state)
{
    ob_compare_lines_finish(state);
}

const struct ob_screen_type ob_screen_compare = {
    .name = "Compare",
    .brief = "Cmp",
    .number = 6,
    .scope = OB_SCOPE_COMPARE,
    .state_size = sizeof(struct compare_state),
    .draw = draw,
    .request = request,
    .key = key,
    .told = ob_compare_told,
    .value = value,
    .chart = chart,
    .mouse = mouse,
    .go_to = go_to,
    .busy = busy,
    .work = work,
    .update = update,
    .finish = finish,
};
