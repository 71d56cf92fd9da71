/* The map of a sweep: a tile for each pair of levels. */
#include "sweep_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/path.h"
#include "optbench/base/text.h"

enum {
    TITLE = 1,
    BELOW = 2,       /* labels of the columns, and the legend */
    LABEL_MOST = 14, /* columns of a row's label */
    TILE_MOST = 11,
    TILE_HIGH = 5,
    NUMBER_FROM = 6, /* columns of a tile from which it shows a number, else a digit */
    MARK_FROM = 2,   /* ... and what is missing beside that */
    BRACKETS_FROM = 4,
    DIGITS = 10,
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* ---- where it is ---- */

static int label_width(const struct sweep_state *s, int most)
{
    char label[64];
    int w = 0;
    for (size_t i = 0; i < s->heat.rows.n; i++) {
        sweep_level_label(&s->heat.rows.level[i], most, label);
        w = ob_text_width(label) > w ? ob_text_width(label) : w;
    }
    return w;
}

struct sweep_grid sweep_grid_of(const struct sweep_state *s, struct ob_rect r)
{
    struct sweep_grid g = { .gutter = 1 };
    int cols = (int)s->heat.cols.n, rows = (int)s->heat.rows.n;
    if (s->down != OB_LEVELS_NO_KEY)
        g.gutter = 3 + label_width(s, least(LABEL_MOST, r.w / 4));
    int w = r.w - g.gutter, h = r.h - TITLE - BELOW;
    if (w < 1 || h < 1 || cols == 0 || rows == 0)
        return g;
    g.tw = least(w / cols, TILE_MOST);
    g.th = least(h / rows, TILE_HIGH);
    g.tw = g.tw < 1 ? 1 : g.tw;
    g.th = g.th < 1 ? 1 : g.th;
    g.across = (size_t)least(cols, w / g.tw);
    g.down = (size_t)least(rows, h / g.th);
    g.tiles = (struct ob_rect){ r.x + g.gutter, r.y + TITLE, (int)g.across * g.tw,
                                (int)g.down * g.th };
    return g;
}

static struct ob_rect place_of(const struct sweep_state *s, const struct sweep_grid *g,
                               size_t x, size_t y)
{
    return (struct ob_rect){ g->tiles.x + (int)(x - s->left) * g->tw,
                             g->tiles.y + (int)(y - s->up) * g->th, g->tw, g->th };
}

/* ---- what is marked ---- */

struct sweep_marks sweep_marks_of(const struct ob_view *v)
{
    static const char folder[] = "/cells/";
    struct sweep_marks m;
    size_t n = strlen(v->sweep->path);
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++) {
        const char *path = v->compare.run[i].dir.path;
        m.cell[i] = OB_CELLS_NONE;
        if (path && sweep_there(v) && strncmp(path, v->sweep->path, n) == 0 &&
            strncmp(path + n, folder, sizeof folder - 1) == 0 &&
            !ob_plan_find(v->sweep->plan, ob_path_base(path), &m.cell[i], NULL))
            m.cell[i] = OB_CELLS_NONE;
    }
    return m;
}

/* The place of a marked cell of a tile; OB_COMPARE_RUNS = it has none. */
static size_t mark_in(const struct sweep_state *s, const struct sweep_marks *m, size_t x,
                      size_t y)
{
    size_t i = 0;
    while (i < OB_COMPARE_RUNS &&
           (m->cell[i] == OB_CELLS_NONE || s->heat.cols.of[m->cell[i]] != x ||
            s->heat.rows.of[m->cell[i]] != y))
        i++;
    return i;
}

/* ---- one tile ---- */

enum ob_style sweep_state_style(enum ob_cell_state state)
{
    switch (state) {
    case OB_CELL_FAILED:
        return OB_STYLE_ERROR;
    case OB_CELL_DIVERGED:
    case OB_CELL_INTERRUPTED:
        return OB_STYLE_WARN;
    case OB_CELL_RUNNING:
        return OB_STYLE_OK;
    case OB_CELL_WAITING:
        return OB_STYLE_DIM;
    default:
        return OB_STYLE_LABEL;
    }
}

/* What is missing where there is a value; a blank where nothing is. */
static char missing(const struct ob_heat_tile *t)
{
    static const enum ob_cell_state order[] = { OB_CELL_FAILED, OB_CELL_RUNNING,
                                                OB_CELL_INTERRUPTED, OB_CELL_WAITING,
                                                OB_CELL_DIVERGED };
    for (size_t i = 0; i < OB_COUNT(order); i++)
        if (t->of[order[i]] > 0)
            return sweep_state_letter(order[i]);
    return ' ';
}

static int shade(double part, int shades)
{
    int i = (int)(part * shades);
    return i < shades ? i : shades - 1;
}

/* A number and what is missing, "0.0123~", or a digit. */
static void value_text(double value, double part, char rest, int width,
                       char out[static 32])
{
    if (width >= NUMBER_FROM) {
        char number[32];
        ob_show_number(number, value, width - 2);
        snprintf(out, 32, "%.24s%c", number, rest);
    } else {
        snprintf(out, 32, width >= MARK_FROM ? "%c%c" : "%c", '0' + shade(part, DIGITS),
                 rest);
    }
}

static void draw_value(const struct sweep_state *s, const struct ob_view *v,
                       const struct ob_heat_tile *t, struct ob_canvas *c,
                       struct ob_rect r)
{
    char text[32];
    double value = sweep_tile_value(t, s->mean);
    double part = sweep_scale_part(&s->scale, value);
    int heat = shade(part, OB_HEATS), y = r.y + r.h / 2;
    enum ob_style style =
        v->grounds ? OB_STYLE_TEXT : (enum ob_style)(OB_STYLE_HEAT_0 + heat);
    value_text(value, part, missing(t), r.w, text);
    int pad = (r.w - (int)strlen(text)) / 2;
    ob_canvas_text(c, r.x + (pad > 0 ? pad : 0), y, r.w, text, style);
    if (v->grounds)
        ob_canvas_ground(c, r, (unsigned)heat);
}

static void draw_state(const struct ob_heat_tile *t, struct ob_canvas *c,
                       struct ob_rect r)
{
    enum ob_cell_state state = sweep_tile_state(t);
    char letter[2] = { sweep_state_letter(state), '\0' };
    int pad = r.w >= NUMBER_FROM ? (r.w - 1) / 2 : 0;
    ob_canvas_text(c, r.x + pad, r.y + r.h / 2, r.w, letter, sweep_state_style(state));
}

static void draw_mark(size_t place, struct ob_canvas *c, struct ob_rect r)
{
    char letter[2] = { (char)('a' + place), '\0' };
    ob_canvas_text(c, r.x + r.w - 1, r.y + r.h / 2, 1, letter, ob_compare_style(place));
}

/* A mark stays in sight: it stands where the bracket would. */
static void draw_cursor(struct ob_canvas *c, struct ob_rect r, bool marked)
{
    ob_canvas_restyle(c, r, OB_STYLE_CURSOR);
    if (r.w < BRACKETS_FROM)
        return;
    ob_canvas_text(c, r.x, r.y + r.h / 2, 1, "[", OB_STYLE_CURSOR);
    if (!marked)
        ob_canvas_text(c, r.x + r.w - 1, r.y + r.h / 2, 1, "]", OB_STYLE_CURSOR);
}

static void draw_tiles(const struct sweep_state *s, const struct ob_view *v,
                       const struct sweep_grid *g, struct ob_canvas *c)
{
    struct sweep_marks marks = sweep_marks_of(v);
    for (size_t y = s->up; y < s->up + g->down; y++)
        for (size_t x = s->left; x < s->left + g->across; x++) {
            const struct ob_heat_tile *t = &s->heat.tile[y * s->heat.cols.n + x];
            struct ob_rect r = place_of(s, g, x, y);
            size_t mark = mark_in(s, &marks, x, y);
            if (t->cells == 0)
                continue;
            if (t->measured > 0)
                draw_value(s, v, t, c, r);
            else
                draw_state(t, c, r);
            if (mark < OB_COMPARE_RUNS)
                draw_mark(mark, c, r);
        }
    draw_cursor(c, place_of(s, g, s->x, s->y),
                mark_in(s, &marks, s->x, s->y) < OB_COMPARE_RUNS);
}

/* ---- around them ---- */

static void label_rows(const struct sweep_state *s, const struct sweep_grid *g,
                       struct ob_canvas *c, struct ob_rect r)
{
    char label[64];
    for (size_t y = s->up; y < s->up + g->down && g->gutter > 3; y++) {
        int line = g->tiles.y + (int)(y - s->up) * g->th + g->th / 2;
        bool here = y == s->y;
        sweep_level_label(&s->heat.rows.level[y], g->gutter - 3, label);
        ob_canvas_text(c, r.x, line, 1, here ? ">" : " ", OB_STYLE_KEY);
        ob_canvas_line(c, (struct ob_rect){ r.x + 1, line, g->gutter - 2, 1 }, 0,
                       OB_RIGHT, here ? OB_STYLE_KEY : OB_STYLE_LABEL, "%s", label);
    }
}

/* A label in the middle of its tile, or as near as there is room between `from` and `to`;
 * false where there is none. */
static bool label_column(const struct sweep_state *s, const struct sweep_grid *g,
                         size_t x, struct ob_canvas *c, int *from, int *to)
{
    enum { MOST = 8 };
    char label[64];
    struct ob_rect r = place_of(s, g, x, s->up);
    sweep_level_label(&s->heat.cols.level[x], g->tw > MOST ? g->tw - 1 : MOST, label);
    int w = ob_text_width(label), at = r.x + (g->tw - w) / 2;
    at = at < *from ? *from : at;
    if (at + w > *to || at > r.x + g->tw - 1 || at + w < r.x + 1)
        return false;
    ob_canvas_text(c, at, g->tiles.y + g->tiles.h, w, label,
                   x == s->x ? OB_STYLE_KEY : OB_STYLE_LABEL);
    *from = at + w + 1;
    *to = at - 1;
    return true;
}

/* That of the cursor's column first, then those that have room beside it. */
static void label_columns(const struct sweep_state *s, const struct sweep_grid *g,
                          struct ob_canvas *c, struct ob_rect r)
{
    int from = r.x + 1, to = r.x + r.w, end = to, begin = to;
    if (s->across == OB_LEVELS_NO_KEY)
        return;
    if (label_column(s, g, s->x, c, &from, &to)) {
        begin = from;
        end = to;
    }
    from = r.x + 1;
    for (size_t x = s->left; x < s->left + g->across; x++) {
        int most = x < s->x ? end : r.x + r.w;
        if (x == s->x) {
            from = begin < r.x + r.w ? begin : from;
            continue;
        }
        (void)label_column(s, g, x, c, &from, &most);
    }
}

/* "worst 0.9 0123456789 1.2e-3 best, log  ~ running  . waiting" */
static void draw_legend(const struct sweep_state *s, const struct ob_view *v,
                        struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_cells_counts *n = ob_cells_counts(v->sweep->cells);
    char low[32], high[32];
    int x = r.x, end = r.x + r.w;
    if (!isnan(s->scale.best)) {
        ob_show_number(low, s->scale.worst, 8);
        ob_show_number(high, s->scale.best, 8);
        x += ob_canvas_text(c, x, r.y, end - x, low, OB_STYLE_LABEL);
        x += ob_canvas_text(c, x, r.y, end - x, s->scale.beyond ? "+ " : " ",
                            OB_STYLE_LABEL);
        for (int i = 0; i < DIGITS && x < end; i++, x++) {
            char digit[2] = { (char)('0' + i), '\0' };
            int heat = shade((i + 0.5) / DIGITS, OB_HEATS);
            ob_canvas_text(c, x, r.y, end - x, digit,
                           v->grounds ? OB_STYLE_TEXT
                                      : (enum ob_style)(OB_STYLE_HEAT_0 + heat));
            if (v->grounds)
                ob_canvas_ground(c, (struct ob_rect){ x, r.y, 1, 1 }, (unsigned)heat);
        }
        x += ob_canvas_text(c, x + 1, r.y, end - x - 1, high, OB_STYLE_LABEL) + 1;
        x += ob_canvas_text(c, x, r.y, end - x, s->scale.log ? " best, log" : " best",
                            OB_STYLE_LABEL) +
             2;
    }
    for (int k = 0; k < OB_CELL_STATES; k++) {
        char words[48];
        enum ob_cell_state state = (enum ob_cell_state)k;
        snprintf(words, sizeof words, "%c %s", sweep_state_letter(state),
                 ob_cell_state_name(state));
        if (n->of[k] == 0 || state == OB_CELL_DONE || x + (int)strlen(words) > end)
            continue;
        x += ob_canvas_text(c, x, r.y, end - x, words, sweep_state_style(state)) + 2;
    }
}

void sweep_map_title(const struct sweep_state *s, const struct ob_view *v, char *out,
                     size_t cap)
{
    const struct ob_plan *p = v->sweep->plan;
    char metric[64], across[64], down[64];
    struct ob_buf text = { 0 };
    ob_buf_addf(&text, "%s",
                ob_text_safe_z(metric, sizeof metric, ob_cells_metric(v->sweep->cells)));
    if (p->cells > s->heat.rows.n * s->heat.cols.n)
        ob_buf_addf(&text, ", %s of each tile", s->mean ? "mean" : "best");
    ob_text_safe_z(across, sizeof across, sweep_key_name(p, s->across));
    ob_text_safe_z(down, sizeof down, sweep_key_name(p, s->down));
    if (across[0])
        ob_buf_addf(&text, "  across %s", across);
    if (down[0])
        ob_buf_addf(&text, "  down %s", down);
    snprintf(out, cap, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

void sweep_map_draw(const struct sweep_state *s, const struct ob_view *v,
                    struct ob_canvas *c, struct ob_rect r)
{
    struct sweep_grid g = sweep_grid_of(s, r);
    char title[192];
    if (g.tw == 0 || r.w < 1)
        return;
    sweep_map_title(s, v, title, sizeof title);
    ob_canvas_text(c, r.x, r.y, r.w, title, OB_STYLE_LABEL);
    draw_tiles(s, v, &g, c);
    label_rows(s, &g, c, r);
    label_columns(s, &g, c, r);
    draw_legend(s, v, c, (struct ob_rect){ r.x, g.tiles.y + g.tiles.h + 1, r.w, 1 });
}
