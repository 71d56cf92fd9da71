#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "sweep_priv.h"

enum { PART = 20000 }; /* rows of marked cells whose points take a few milliseconds */

static struct ob_sweep_places places(const struct sweep_state *s, int w, int h)
{
    return ob_arrange_sweep(w, h, s->heat.rows.n, s->pane != SWEEP_MAP);
}

static bool boxes(const struct ob_sweep_places *p)
{
    return p->kind == OB_ARRANGE_WIDE;
}

/* What lies inside a box, or a blank from the edge where there are none. */
static struct ob_rect inside(const struct ob_sweep_places *p, struct ob_rect r)
{
    if (r.w <= 2 || r.h <= 0)
        return (struct ob_rect){ r.x, r.y, 0, 0 };
    if (boxes(p))
        return (struct ob_rect){ r.x + 2, r.y + 1, r.w - 4, r.h - 2 };
    return (struct ob_rect){ r.x + 1, r.y, r.w - 2, r.h };
}

static struct ob_rect chart_place(const struct sweep_state *s,
                                  const struct ob_sweep_places *p)
{
    struct ob_rect r = s->pane == SWEEP_CHART ? p->map : p->chart;
    if (!boxes(p) || r.w < 2 || r.h < 2)
        return r;
    return (struct ob_rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
}

/* Marks stand for runs that are compared: none of them, no curves. */
static bool shows_curves(const struct sweep_state *s, const struct ob_view *v)
{
    return s->curves && ob_compare_count(&v->compare) > 0;
}

/* ---- what changes with time ---- */

static void told(void *state, struct ob_view *v, unsigned bits, struct ob_wishes *wish)
{
    struct sweep_state *s = state;
    bool come = (bits & OB_FEED_SHOWN) && !sweep_there(v) && v->sweeps.n > 0;
    if (s->asked && v->sweeps.n == 0)
        sweep_say(wish, "there is no sweep in the folders of runs or in sweeps/");
    if (come)
        s->list = SWEEP_LIST_SWEEPS;
    if (come || (s->asked && v->sweeps.n > 0))
        ob_picker_open(&s->picker);
    s->asked = false;
    if (ob_compare_count(&v->compare) == 0)
        return;
    /* The chart beside the map has the metric of the compare screen. */
    if (v->compare.want[0][0])
        snprintf(s->marked.metric, sizeof s->marked.metric, "%s", v->compare.want[0]);
    if (wish->wish == OB_WISH_NONE)
        ob_compare_told(&s->marked, v, bits, wish);
}

static void keep_in_sight(size_t at, size_t shown, size_t all, size_t *first)
{
    if (at < *first)
        *first = at;
    if (shown > 0 && at >= *first + shown)
        *first = at - shown + 1;
    if (*first + shown > all)
        *first = all > shown ? all - shown : 0;
}

static void settle(struct sweep_state *s)
{
    struct sweep_grid g = sweep_grid_of(s, s->map_at);
    size_t row = 0, shown = s->table_at.h > 1 ? (size_t)s->table_at.h - 1 : 1;
    keep_in_sight(s->x, g.across, s->heat.cols.n, &s->left);
    keep_in_sight(s->y, g.down, s->heat.rows.n, &s->up);
    while (row + 1 < s->rows && s->row[row] != s->at)
        row++;
    keep_in_sight(row, shown, s->rows, &s->top);
}

static void work(void *state, const struct ob_view *v)
{
    struct sweep_state *s = state;
    size_t rows = PART;
    ob_compare_begin(&s->marked);
    ob_compare_lines_take(&s->marked, v);
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        if (s->marked.run[i].points.restarts != v->compare.run[i].restarts)
            ob_points_finish(&s->marked.run[i].points);
    ob_compare_follow(&s->marked, v, &rows);
}

static bool busy(const void *state)
{
    const struct sweep_state *s = state;
    return s->curves && s->marked.behind;
}

static void update(void *state, const struct ob_view *v, int w, int h)
{
    struct sweep_state *s = state;
    sweep_made_update(s, v, v->figures);
    if (!sweep_there(v))
        return;
    struct ob_sweep_places p = places(s, w, h);
    s->map_at = s->table_at = inside(&p, p.map);
    if (s->pane == SWEEP_MAP) {
        sweep_made_room(s, s->map_at);
        sweep_made_update(s, v, v->figures);
    }
    settle(s);
    struct ob_rect chart = chart_place(s, &p);
    if (shows_curves(s, v)) {
        work(s, v);
        ob_compare_figures_take(&s->marked, v);
        ob_compare_chart_update(&s->marked, v, chart);
    } else {
        sweep_sense_update(s, v, chart);
    }
}

/* ---- drawing ---- */

static void headline(const struct ob_view *v, char *out, size_t cap)
{
    char name[64];
    if (!sweep_there(v)) {
        snprintf(out, cap, "no sweep");
        return;
    }
    size_t ended = ob_cells_over(v->sweep->cells);
    ob_text_safe_z(name, sizeof name, v->sweep->name);
    snprintf(out, cap, "%s  %zu %%", name, 100 * ended / ob_cells_count(v->sweep->cells));
}

static struct ob_rect boxed(const struct ob_view *v, const struct ob_sweep_places *p,
                            struct ob_canvas *c, struct ob_rect r, const char *title)
{
    if (boxes(p))
        ob_canvas_box(c, r, v->glyphs, title);
    return inside(p, r);
}

static void draw_chart(const struct sweep_state *s, const struct ob_view *v,
                       const struct ob_sweep_places *p, struct ob_canvas *c)
{
    struct ob_rect r = s->pane == SWEEP_CHART ? p->map : p->chart;
    if (r.w <= 0 || r.h <= 0)
        return;
    ob_canvas_part_chart(c, r, "the chart", 0);
    if (boxes(p))
        ob_canvas_box(c, r, v->glyphs, NULL);
    if (shows_curves(s, v))
        ob_canvas_dots(c, s->marked.chart_at, &s->marked.dots, v->glyphs);
    else
        ob_canvas_dots(c, s->chart_at, &s->dots, v->glyphs);
}

static void draw_main(const struct sweep_state *s, const struct ob_view *v,
                      const struct ob_sweep_places *p, struct ob_canvas *c)
{
    char title[192];
    if (s->pane == SWEEP_CHART)
        return;
    if (s->pane == SWEEP_MAP) {
        ob_canvas_part(c, p->map, "the map");
        sweep_map_draw(s, v, c, boxed(v, p, c, p->map, "cells"));
        return;
    }
    sweep_table_title(s, v, title, sizeof title);
    ob_canvas_part(c, p->map, "the table");
    sweep_table_draw(s, v, c, boxed(v, p, c, p->map, title));
}

static void draw_body(const struct sweep_state *s, const struct ob_view *v,
                      const struct ob_sweep_places *p, struct ob_canvas *c)
{
    sweep_head_draw(s, v, c, p->head);
    draw_main(s, v, p, c);
    if (p->chart.w > 0 || s->pane == SWEEP_CHART)
        draw_chart(s, v, p, c);
    if (p->ranks.w > 0 && p->ranks.h > 0)
        sweep_ranks_draw(s, v, c, boxed(v, p, c, p->ranks, "best cells"));
    sweep_facts_draw(s, v, c, boxed(v, p, c, p->facts, NULL));
}

static void draw_empty(struct ob_canvas *c, struct ob_rect r)
{
    static const char *const words[] = {
        "No sweep is open.",
        "",
        "a lists the sweeps in the folders of runs and in sweeps/.",
        "A sweep is an experiment with a section [sweep]; 'optbench sweep FILE' runs it, "
        "'optbench explain sweep' tells what can stand there.",
    };
    int line = 1;
    struct ob_rect in = { r.x + 2, r.y, r.w - 4, r.h };
    for (size_t i = 0; i < OB_COUNT(words); i++)
        line = words[i][0] ? ob_screen_paragraph(c, in, line, words[i], OB_STYLE_TEXT)
                           : line + 1;
}

/* Where there is room for some words only. */
static void one_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    char words[160], number[32], name[OB_PLAN_NAME_MAX];
    if (v->message[0]) {
        ob_text_safe(&text, v->message, strlen(v->message));
    } else if (!sweep_there(v)) {
        ob_buf_adds(&text, "no sweep is open: a lists them  q back");
    } else {
        sweep_progress(v, words, sizeof words);
        ob_buf_adds(&text, words);
        size_t best = ob_cells_best(v->sweep->cells);
        if (best != OB_CELLS_NONE) {
            ob_plan_name(v->sweep->plan, best, name);
            ob_show_number(number, ob_cells_at(v->sweep->cells, best)->metric, 9);
            ob_buf_addf(&text, "  best %s %s", number, name);
        }
        ob_buf_adds(&text, "  q back");
    }
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text), OB_STYLE_TEXT);
    ob_buf_finish(&text);
}

static void draw_message(const struct sweep_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r)
{
    char title[192];
    if (s->line.open)
        ob_screen_prompt(c, r, "cells that fit: ", &s->line, s->why);
    else if (v->message[0])
        ob_screen_message(v, c, r);
    else if (sweep_there(v) && s->pane == SWEEP_TABLE) {
        sweep_table_title(s, v, title, sizeof title);
        ob_canvas_text(c, r.x + 1, r.y, r.w - 2, title, OB_STYLE_DIM);
    }
}

static void draw(const void *state, const struct ob_view *v, struct ob_canvas *c)
{
    const struct sweep_state *s = state;
    struct ob_sweep_places p = places(s, c->w, c->h);
    char right[160];
    bool typing = s->picker.filter.open || s->line.open;
    if (p.kind == OB_ARRANGE_LINE) {
        if (s->line.open)
            draw_message(s, v, c, (struct ob_rect){ 0, 0, c->w, 1 });
        else
            one_line(v, c, p.line);
        sweep_lists_draw(s, v, c);
        return;
    }
    headline(v, right, sizeof right);
    ob_screen_tabs(v, c, p.tabs, right);
    if (sweep_there(v))
        draw_body(s, v, &p, c);
    else
        draw_empty(c, (struct ob_rect){ 0, 1, c->w, c->h - 3 });
    draw_message(s, v, c, p.message);
    ob_screen_keys(typing ? OB_SCOPE_EDIT : OB_SCOPE_SWEEP, OB_HINTS_RUN, c, p.keys);
    sweep_lists_draw(s, v, c);
}

/* ---- the rest ---- */

/* Keys may come between two pictures: what was made is of the cells as they are. */
static bool request(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    sweep_made_update(state, v, true);
    return sweep_request(state, v, r, wish);
}

static bool key(void *state, struct ob_view *v, uint32_t k, struct ob_wishes *wish)
{
    sweep_made_update(state, v, true);
    return sweep_key(state, v, k, wish);
}

static bool mouse(void *state, struct ob_view *v, const struct ob_mouse *m,
                  struct ob_wishes *wish)
{
    sweep_made_update(state, v, true);
    return sweep_mouse(state, v, m, wish);
}

/* What y copies: the metric of the cell that the cursor is on. */
static bool value(const void *state, const struct ob_view *v, struct ob_buf *out)
{
    const struct sweep_state *s = state;
    size_t cell = sweep_there(v) ? sweep_cell_at(s) : OB_CELLS_NONE;
    char number[OB_NUMBER_MAX];
    if (cell == OB_CELLS_NONE || isnan(ob_cells_at(v->sweep->cells, cell)->metric))
        return false;
    ob_number_write(number, ob_cells_at(v->sweep->cells, cell)->metric);
    ob_buf_adds(out, number);
    return true;
}

_Static_assert((int)SWEEP_TRACES <= (int)OB_SCREEN_TRACES, "all lines have room");

static bool chart(const void *state, const struct ob_view *v, const struct ob_part *part,
                  struct ob_screen_chart *out)
{
    const struct sweep_state *s = state;
    (void)part;
    if (shows_curves(s, v)) {
        if (s->marked.changes != v->compare.changes)
            return false;
        out->chart = s->marked.chart;
        out->traces = ob_compare_traces(&s->marked, out->trace);
    } else {
        out->chart = s->chart;
        out->traces = sweep_sense_traces(s, out->trace);
    }
    return out->traces > 0;
}

static void end(void *state)
{
    sweep_made_finish(state);
}

const struct ob_screen_type ob_screen_sweep = {
    .name = "Sweep",
    .brief = "Swp",
    .number = 7,
    .scope = OB_SCOPE_SWEEP,
    .state_size = sizeof(struct sweep_state),
    .draw = draw,
    .request = request,
    .key = key,
    .told = told,
    .value = value,
    .chart = chart,
    .mouse = mouse,
    .busy = busy,
    .work = work,
    .update = update,
    .finish = end,
};
