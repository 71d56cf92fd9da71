/* The cells of a sweep as a table. */
#include "sweep_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { KEYS_MOST = 24, KEY_MOST = 16, KEY_LEAST = 6, STATE_W = 15, NUMBER_W = 11 };

/* A column: where it begins and how wide it is, the blank behind it included. */
struct column {
    size_t sort; /* what the table is ordered by for it */
    int x, w;
};

struct columns {
    struct column item[SWEEP_SORTS + KEYS_MOST];
    size_t n;
};

static int key_width(const struct ob_view *v, size_t key)
{
    const struct ob_plan *p = v->sweep->plan;
    char text[64];
    int w = ob_text_width(ob_text_safe_z(text, sizeof text, sweep_key_name(p, key)));
    for (size_t i = 0; i < p->cells && i < 100 && w < KEY_MOST; i++) {
        const char *value = ob_plan_at(p, i, key);
        if (!value)
            continue;
        sweep_value_text(value, text);
        w = ob_text_width(text) > w ? ob_text_width(text) : w;
    }
    w = w < KEY_LEAST ? KEY_LEAST : w;
    return (w > KEY_MOST ? KEY_MOST : w) + 1;
}

static bool add(struct columns *c, size_t sort, int w, int room)
{
    int x = c->n > 0 ? c->item[c->n - 1].x + c->item[c->n - 1].w : 2;
    if (x + w - 1 > room || c->n == OB_COUNT(c->item))
        return false;
    c->item[c->n++] = (struct column){ sort, x, w };
    return true;
}

/* The settings are what one looks for: steps and seconds give way to them. */
static struct columns lay_out(const struct sweep_state *s, const struct ob_view *v,
                              int room)
{
    const struct ob_plan *p = v->sweep->plan;
    struct columns c = { .n = 0 };
    int keys = 0;
    for (size_t k = 0; k < p->keys && k < KEYS_MOST; k++)
        keys += s->varies[k] ? key_width(v, k) : 0;
    add(&c, SWEEP_BY_CELL, p->digits + 2, room);
    add(&c, SWEEP_BY_METRIC, NUMBER_W, room);
    add(&c, SWEEP_BY_STATE, STATE_W, room);
    int left = room - (c.n > 0 ? c.item[c.n - 1].x + c.item[c.n - 1].w : 0) - keys;
    if (left >= NUMBER_W)
        add(&c, SWEEP_BY_STEPS, NUMBER_W, room);
    if (left >= 2 * NUMBER_W)
        add(&c, SWEEP_BY_SECONDS, NUMBER_W, room);
    for (size_t k = 0; k < p->keys && k < KEYS_MOST; k++)
        if (s->varies[k] && !add(&c, SWEEP_SORTS + k, key_width(v, k), room))
            break;
    return c;
}

static void heading(const struct ob_view *v, size_t sort, char out[static 64])
{
    static const char *const name[] = { [SWEEP_BY_CELL] = "CELL",
                                        [SWEEP_BY_STATE] = "STATE",
                                        [SWEEP_BY_STEPS] = "STEPS",
                                        [SWEEP_BY_SECONDS] = "TIME" };
    if (sort == SWEEP_BY_METRIC)
        ob_text_safe_z(out, 64, ob_cells_metric(v->sweep->cells));
    else if (sort < SWEEP_SORTS)
        snprintf(out, 64, "%s", name[sort]);
    else
        ob_text_safe_z(out, 64, sweep_key_name(v->sweep->plan, sort - SWEEP_SORTS));
    for (char *s = out; *s; s++)
        *s = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
}

/* "running 40 %", or why it stopped. */
static void state_text(const struct ob_sweep_cell *c, char out[static 64])
{
    char stop[32];
    ob_text_safe_z(stop, sizeof stop, c->stop);
    if (c->state == OB_CELL_RUNNING && c->max_steps > 0)
        snprintf(out, 64, "running %.0f %%",
                 floor(100.0 * (double)c->step / (double)c->max_steps));
    else if (c->state == OB_CELL_DONE && stop[0])
        snprintf(out, 64, "%s", stop);
    else
        snprintf(out, 64, "%s", ob_cell_state_name(c->state));
}

static void cell_text(const struct ob_view *v, size_t cell, size_t sort,
                      char out[static 64])
{
    const struct ob_sweep_cell *c = ob_cells_at(v->sweep->cells, cell);
    char number[32];
    out[0] = '\0';
    if (sort >= SWEEP_SORTS) {
        const char *value = ob_plan_at(v->sweep->plan, cell, sort - SWEEP_SORTS);
        sweep_value_text(value ? value : "-", out);
        return;
    }
    switch ((enum sweep_sort)sort) {
    case SWEEP_BY_CELL:
        ob_plan_name(v->sweep->plan, cell, out);
        return;
    case SWEEP_BY_STATE:
        state_text(c, out);
        return;
    case SWEEP_BY_STEPS:
        ob_si_show(number, sizeof number, (double)c->step);
        break;
    case SWEEP_BY_SECONDS:
        ob_show_seconds(number, c->seconds);
        break;
    default:
        ob_show_number(number, c->metric, NUMBER_W - 2);
        break;
    }
    snprintf(out, 64, "%s", c->state == OB_CELL_WAITING ? "-" : number);
}

static void draw_row(const struct columns *columns, const struct ob_view *v, size_t cell,
                     bool here, char mark, struct ob_canvas *c, struct ob_rect r)
{
    char text[64], before[3] = { here ? '>' : ' ', mark, '\0' };
    ob_canvas_text(c, r.x, r.y, 2, before,
                   mark == ' ' ? OB_STYLE_KEY : ob_compare_style((size_t)(mark - 'a')));
    for (size_t i = 0; i < columns->n; i++) {
        const struct column *k = &columns->item[i];
        cell_text(v, cell, k->sort, text);
        ob_canvas_text(c, r.x + k->x, r.y, k->w - 1, text,
                       k->sort == SWEEP_BY_STATE
                           ? sweep_state_style(ob_cells_at(v->sweep->cells, cell)->state)
                       : k->sort == SWEEP_BY_METRIC ? OB_STYLE_VALUE
                                                    : OB_STYLE_TEXT);
    }
    if (here)
        ob_canvas_restyle(c, r, OB_STYLE_CURSOR);
}

static char mark_of(const struct sweep_marks *m, size_t cell)
{
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        if (m->cell[i] == cell)
            return (char)('a' + i);
    return ' ';
}

void sweep_table_title(const struct sweep_state *s, const struct ob_view *v, char *out,
                       size_t cap)
{
    struct ob_buf text = { 0 };
    size_t all = ob_cells_count(v->sweep->cells);
    char sort[64];
    ob_buf_addf(&text, s->rows < all ? "%zu of %zu cells" : "%zu cells",
                s->rows < all ? s->rows : all, all);
    if (s->only > 0)
        ob_buf_addf(&text, ", %s", ob_cell_state_name((enum ob_cell_state)(s->only - 1)));
    if (s->inside)
        ob_buf_adds(&text, ", of one tile (Esc: all)");
    else if (s->filter[0])
        ob_buf_adds(&text, ", filtered (Esc: all)");
    ob_text_safe_z(sort, sizeof sort, sweep_sort_name(s, v));
    ob_buf_addf(&text, ", %s%s", s->sort >= SWEEP_SORTS ? "by " : "", sort);
    if (s->reverse && s->sort != SWEEP_BY_METRIC)
        ob_buf_adds(&text, ", down");
    snprintf(out, cap, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

void sweep_table_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    struct columns columns = lay_out(s, v, r.w);
    struct sweep_marks marks = sweep_marks_of(v);
    char text[64];
    for (size_t i = 0; i < columns.n && r.h > 0; i++) {
        const struct column *k = &columns.item[i];
        heading(v, k->sort, text);
        ob_canvas_text(c, r.x + k->x, r.y, k->w - 1, text,
                       k->sort == s->sort ? OB_STYLE_KEY : OB_STYLE_LABEL);
    }
    if (s->rows == 0 && r.h > 1)
        ob_canvas_text(c, r.x + 2, r.y + 1, r.w - 2, "no cell is like that",
                       OB_STYLE_DIM);
    for (int y = 1; y < r.h && s->top + (size_t)y - 1 < s->rows; y++) {
        size_t cell = s->row[s->top + (size_t)y - 1];
        draw_row(&columns, v, cell, cell == s->at, mark_of(&marks, cell), c,
                 (struct ob_rect){ r.x, r.y + y, r.w, 1 });
    }
}
