/* How far a sweep is, its best cells, what the cursor is on. */
#include "sweep_priv.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

/* ---- words ---- */

/* The name of an optimizer says what it is. */
static bool said(const char *key)
{
    return strcmp(key, "optimizer.kind") == 0;
}

void sweep_settings(const struct sweep_state *s, const struct ob_view *v, size_t cell,
                    struct ob_buf *out)
{
    const struct ob_plan *p = v->sweep->plan;
    for (size_t k = 0; k < p->keys; k++) {
        const char *value = ob_plan_at(p, cell, k), *name = sweep_key_name(p, k);
        char text[64];
        if (!value || !s->varies[k])
            continue;
        if (out->len > 0)
            ob_buf_adds(out, "  ");
        if (!said(p->key[k])) {
            ob_text_safe(out, name, strlen(name));
            ob_buf_adds(out, " ");
        }
        sweep_value_text(value, text);
        ob_buf_adds(out, text);
    }
}

/* Whether anything is known to go on, here or elsewhere. */
static bool goes_on(const struct ob_view *v)
{
    return v->sweep->runs || ob_cells_counts(v->sweep->cells)->of[OB_CELL_RUNNING] > 0;
}

/* Whether nothing is to come: where cells compete for rungs some are whole, then. */
static bool is_over(const struct ob_view *v)
{
    size_t all = ob_cells_count(v->sweep->cells);
    size_t halted = ob_cells_counts(v->sweep->cells)->of[OB_CELL_HALTED];
    return ob_cells_over(v->sweep->cells) == all &&
           (halted == 0 || (halted < all && !goes_on(v)));
}

void sweep_progress(const struct ob_view *v, char *out, size_t cap)
{
    const struct ob_cells_counts *n = ob_cells_counts(v->sweep->cells);
    size_t all = ob_cells_count(v->sweep->cells), ended = ob_cells_over(v->sweep->cells);
    char left[32];
    if (!v->sweep->looked && n->known < all)
        snprintf(out, cap, "reading %zu of %zu", n->known, all);
    else if (is_over(v))
        snprintf(out, cap,
                 n->of[OB_CELL_HALTED] ? "%zu cells, all done or halted"
                                       : "%zu cells, all done",
                 all);
    else if (goes_on(v) && !isnan(v->sweep->pace.seconds)) {
        ob_show_seconds(left, ceil(v->sweep->pace.seconds));
        snprintf(out, cap, "%zu/%zu  %s left", ended, all, left);
    } else
        snprintf(out, cap, "%zu/%zu%s", ended, all, goes_on(v) ? "" : "  not running");
}

/* ---- the head ---- */

enum { BAR = 30 };

static int bar(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    size_t all = ob_cells_count(v->sweep->cells), ended = ob_cells_over(v->sweep->cells);
    int w = r.w / 4 < BAR ? r.w / 4 : BAR;
    int full = (int)((double)w * (double)ended / (double)all);
    for (int x = 0; x < w; x++)
        ob_canvas_text(c, r.x + x, r.y, 1,
                       ob_rule_glyph(v->glyphs, x < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_OK);
    return w;
}

/* A piece of the line at x; where it does not fit, nothing more is written. */
static bool piece(struct ob_canvas *c, struct ob_rect r, int *x, enum ob_style style,
                  const char *text)
{
    int w = ob_text_width(text);
    if (*x + w > r.x + r.w)
        return false;
    *x += ob_canvas_text(c, *x, r.y, w, text, style) + 2;
    return true;
}

/* Bar, how many, how fast; then states by how much they call for a look. */
static void draw_counts(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    static const enum ob_cell_state order[] = { OB_CELL_RUNNING,  OB_CELL_FAILED,
                                                OB_CELL_DIVERGED, OB_CELL_INTERRUPTED,
                                                OB_CELL_HALTED,   OB_CELL_WAITING,
                                                OB_CELL_DONE };
    const struct ob_cells_counts *n = ob_cells_counts(v->sweep->cells);
    char text[96];
    int x = r.x + bar(v, c, r) + 1;
    sweep_progress(v, text, sizeof text);
    if (!piece(c, r, &x, OB_STYLE_VALUE, text))
        return;
    for (size_t i = 0; i < OB_COUNT(order); i++) {
        if (n->of[order[i]] == 0 || n->of[order[i]] == ob_cells_count(v->sweep->cells))
            continue;
        snprintf(text, sizeof text, "%s %zu", ob_cell_state_name(order[i]),
                 n->of[order[i]]);
        if (!piece(c, r, &x, sweep_state_style(order[i]), text))
            return;
    }
    double rate = v->sweep->pace.rate;
    if (!goes_on(v) && v->sweep->looked && !is_over(v))
        (void)piece(c, r, &x, OB_STYLE_LABEL, "S runs what is missing");
    if (!goes_on(v) || !(rate > 0))
        return;
    char number[32];
    ob_show_number(number, rate >= 1 ? rate : 60 * rate, 6);
    snprintf(text, sizeof text, rate >= 1 ? "%.24s/s" : "%.24s/min", number);
    (void)piece(c, r, &x, OB_STYLE_LABEL, text);
}

static void draw_best(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    size_t best = ob_cells_best(v->sweep->cells);
    struct ob_buf text = { 0 }, settings = { 0 };
    char number[32], name[OB_PLAN_NAME_MAX], metric[64];
    if (best == OB_CELLS_NONE) {
        ob_canvas_text(c, r.x, r.y, r.w, "no cell has come to its end yet", OB_STYLE_DIM);
        return;
    }
    ob_show_number(number, ob_cells_at(v->sweep->cells, best)->metric, 10);
    ob_plan_name(v->sweep->plan, best, name);
    sweep_settings(s, v, best, &settings);
    ob_buf_addf(&text, "best %s %s  %s  %s",
                ob_text_safe_z(metric, sizeof metric, ob_cells_metric(v->sweep->cells)),
                number, name, ob_buf_text(&settings));
    ob_canvas_text(c, r.x, r.y, r.w, ob_buf_text(&text), OB_STYLE_VALUE);
    ob_buf_finish(&settings);
    ob_buf_finish(&text);
}

void sweep_head_draw(const struct sweep_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    struct ob_rect in = { r.x + 1, r.y, r.w - 2, 1 };
    draw_counts(v, c, in);
    in.y++;
    if (r.h > 1)
        draw_best(s, v, c, in);
}

/* ---- what the cursor is on ---- */

/* "lr 0.003  adam: best 0.0023  mean 0.003 of 5  done 5 of 5" */
static void tile_words(const struct sweep_state *s, const struct ob_view *v,
                       struct ob_buf *out)
{
    const struct ob_heat_tile *t = sweep_tile_at(s);
    const struct ob_plan *p = v->sweep->plan;
    const struct ob_levels *levels[] = { &s->heat.rows, &s->heat.cols };
    const size_t key[] = { s->down, s->across }, at[] = { s->y, s->x };
    char label[64], name[64], number[32];
    for (size_t i = 0; i < 2; i++) {
        if (key[i] >= p->keys)
            continue;
        sweep_level_label(&levels[i]->level[at[i]], 12, label);
        ob_text_safe_z(name, sizeof name,
                       said(p->key[key[i]]) ? "" : sweep_key_name(p, key[i]));
        ob_buf_addf(out, "%s%s%s%s", out->len > 0 ? "  " : "", name, name[0] ? " " : "",
                    label);
    }
    if (!t || t->cells == 0) {
        ob_buf_adds(out, "  no cells");
        return;
    }
    if (t->measured > 0) {
        ob_show_number(number, t->best, 9);
        ob_buf_addf(out, "  best %s", number);
    }
    if (t->measured > 1) {
        ob_show_number(number, t->mean, 9);
        ob_buf_addf(out, "  mean %s", number);
    }
    for (int k = 0; k < OB_CELL_STATES; k++)
        if (t->of[k] > 0)
            ob_buf_addf(out, "  %s %zu", ob_cell_state_name((enum ob_cell_state)k),
                        t->of[k]);
    if (t->of[OB_CELL_DONE] != t->cells)
        ob_buf_addf(out, " of %zu", t->cells);
}

/* A piece that is left out where it would reach past `room` columns. */
static bool add_fitting(struct ob_buf *out, int room, const char *text)
{
    bool fits = ob_text_width(ob_buf_text(out)) + ob_text_width(text) <= room;
    if (fits)
        ob_buf_adds(out, text);
    return fits;
}

/* "c00042 failed: why" or "c00042 0.0023  adam  lr 0.003  1 000 steps, 13 ms" */
static void cell_words(const struct sweep_state *s, const struct ob_view *v, size_t cell,
                       int room, struct ob_buf *out)
{
    const struct ob_sweep_cell *c = ob_cells_at(v->sweep->cells, cell);
    char name[OB_PLAN_NAME_MAX], number[32], took[32], text[80];
    struct ob_buf settings = { 0 };
    ob_plan_name(v->sweep->plan, cell, name);
    sweep_settings(s, v, cell, &settings);
    ob_buf_addf(out, "%s %s", name, ob_cell_state_name(c->state));
    if (c->reason) {
        ob_buf_adds(out, ": ");
        ob_text_safe(out, c->reason, strlen(c->reason));
    }
    if (!isnan(c->metric)) {
        ob_show_number(number, c->metric, 10);
        ob_buf_addf(out, "  %s", number);
    }
    ob_buf_addf(out, "  %s", ob_buf_text(&settings));
    if (c->state != OB_CELL_WAITING) {
        ob_count_show(number, sizeof number, (double)c->step);
        ob_show_seconds(took, c->seconds);
        snprintf(text, sizeof text, "  %s step%s, %s", number, c->step == 1 ? "" : "s",
                 took);
        if (!add_fitting(out, room, text)) {
            ob_si_show(number, sizeof number, (double)c->step);
            snprintf(text, sizeof text, "  %s steps", number);
            (void)add_fitting(out, room, text);
        }
    }
    if (c->host && c->host[0]) {
        char host[64];
        snprintf(text, sizeof text, "  on %s",
                 ob_text_safe_z(host, sizeof host, c->host));
        (void)add_fitting(out, room, text);
    }
    ob_buf_finish(&settings);
}

void sweep_facts_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    size_t cell = sweep_cell_at(s);
    int line = 0;
    if (s->pane != SWEEP_TABLE) {
        tile_words(s, v, &text);
        line = r.h > 2 ? ob_screen_paragraph(c, r, 0, ob_buf_text(&text), OB_STYLE_VALUE)
                       : 1;
        if (r.h <= 2)
            ob_canvas_text(c, r.x, r.y, r.w, ob_buf_text(&text), OB_STYLE_VALUE);
        ob_buf_clear(&text);
    }
    if (cell != OB_CELLS_NONE) {
        int lines = r.h > line ? r.h - line : 0;
        cell_words(s, v, cell, lines > 1 ? INT_MAX : r.w, &text);
        ob_screen_paragraph(c, r, line, ob_buf_text(&text), OB_STYLE_TEXT);
    }
    ob_buf_finish(&text);
}

/* ---- the best ones ---- */

/* "1  0.00231  c00042  adam  lr 0.003" */
void sweep_ranks_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    char number[32], name[OB_PLAN_NAME_MAX];
    if (s->ranks == 0)
        ob_canvas_text(c, r.x, r.y, r.h > 0 ? r.w : 0, "no cell has a value yet",
                       OB_STYLE_DIM);
    for (size_t i = 0; i < s->ranks && (int)i < r.h; i++) {
        size_t cell = s->rank[i];
        const struct ob_sweep_cell *k = ob_cells_at(v->sweep->cells, cell);
        ob_buf_clear(&text);
        sweep_settings(s, v, cell, &text);
        ob_show_number(number, k->metric, 9);
        ob_plan_name(v->sweep->plan, cell, name);
        ob_canvas_line(c, r, (int)i, OB_LEFT, OB_STYLE_TEXT, "%-9s %s%c %s", number, name,
                       k->state == OB_CELL_DONE ? ' ' : sweep_state_letter(k->state),
                       ob_buf_text(&text));
    }
    ob_buf_finish(&text);
}
