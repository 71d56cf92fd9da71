/* What keys and the mouse change about the sweep screen. */
#include "sweep_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

void sweep_say(struct ob_wishes *wish, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(wish->text, sizeof wish->text, format, ap);
    va_end(ap);
    wish->wish = OB_WISH_SAY;
}

/* ---- moving ---- */

static size_t moved(size_t at, long by, size_t n)
{
    long to = (long)at + by;
    return n == 0 || to < 0 ? 0 : to >= (long)n ? n - 1 : (size_t)to;
}

static size_t row_of(const struct sweep_state *s)
{
    size_t i = 0;
    while (i + 1 < s->rows && s->row[i] != s->at)
        i++;
    return i;
}

static void move_row(struct sweep_state *s, long by)
{
    if (s->rows > 0)
        s->at = s->row[moved(row_of(s), by, s->rows)];
}

static bool move(struct sweep_state *s, long across, long down)
{
    if (s->pane == SWEEP_TABLE) {
        move_row(s, down);
        return true;
    }
    s->x = moved(s->x, across, s->heat.cols.n);
    s->y = moved(s->y, down, s->heat.rows.n);
    return true;
}

/* A page of the table; to the edge of the map. */
static long page(const struct sweep_state *s)
{
    return s->pane != SWEEP_TABLE ? (long)SWEEP_DOWN
           : s->table_at.h > 2    ? s->table_at.h - 2
                                  : 1;
}

static bool go(struct sweep_state *s, enum ob_request r)
{
    enum { FAR = 1 << 30 };
    switch (r) {
    case OB_REQUEST_UP:
        return move(s, 0, -1);
    case OB_REQUEST_DOWN:
        return move(s, 0, 1);
    case OB_REQUEST_SWEEP_LEFT:
        return move(s, -1, 0);
    case OB_REQUEST_SWEEP_RIGHT:
        return move(s, 1, 0);
    case OB_REQUEST_PAGE_UP:
        return move(s, 0, -page(s));
    case OB_REQUEST_PAGE_DOWN:
        return move(s, 0, page(s));
    case OB_REQUEST_FIRST:
        return move(s, -FAR, -FAR);
    case OB_REQUEST_LAST:
        return move(s, FAR, FAR);
    default:
        return false;
    }
}

/* ---- cells ---- */

static bool has_run(const struct ob_view *v, size_t cell)
{
    return ob_cells_at(v->sweep->cells, cell)->state != OB_CELL_WAITING;
}

static char *path_of(const struct ob_view *v, size_t cell)
{
    char name[OB_PLAN_NAME_MAX];
    struct ob_buf path = { 0 };
    ob_plan_name(v->sweep->plan, cell, name);
    ob_buf_addf(&path, "%s/cells/%s", v->sweep->path, name);
    char *out = ob_xstrdup(ob_buf_text(&path));
    ob_buf_finish(&path);
    return out;
}

/* The cells that a key is about: the one of the table, all of the tile of the map that
 * have a run; at most as many as can be compared, the first ones. */
static size_t meant(const struct sweep_state *s, const struct ob_view *v,
                    size_t cell[static OB_COMPARE_RUNS], bool *more)
{
    size_t n = 0;
    *more = false;
    if (s->pane == SWEEP_TABLE) {
        cell[0] = s->at;
        return s->rows > 0 && has_run(v, s->at) ? 1 : 0;
    }
    for (size_t i = 0; i < v->sweep->plan->cells && !*more; i++) {
        if (s->heat.cols.of[i] != s->x || s->heat.rows.of[i] != s->y || !has_run(v, i))
            continue;
        *more = n == OB_COMPARE_RUNS;
        if (!*more)
            cell[n++] = i;
    }
    return n;
}

/* Their paths, which are the state's until the next time: the first one into the wish,
 * the others beside it. */
static void lend_paths(struct sweep_state *s, const struct ob_view *v, const size_t *cell,
                       size_t n, struct ob_wishes *wish)
{
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++) {
        free(s->lent[i]);
        s->lent[i] = i < n ? path_of(v, cell[i]) : NULL;
    }
    snprintf(wish->path, sizeof wish->path, "%s", n > 0 ? s->lent[0] : "");
    wish->beside = s->lent + 1;
    wish->nbeside = n > 0 ? n - 1 : 0;
}

static void no_run(const struct sweep_state *s, struct ob_wishes *wish)
{
    sweep_say(wish, s->pane == SWEEP_TABLE ? "the cell waits: it has no run yet"
                                           : "no cell of this tile has a run yet");
}

static void mark(struct sweep_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    size_t cell[OB_COMPARE_RUNS], fresh[OB_COMPARE_RUNS], nfresh = 0;
    struct sweep_marks marks = sweep_marks_of(v);
    bool more;
    size_t n = meant(s, v, cell, &more);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        for (size_t k = 0; k < OB_COMPARE_RUNS; k++)
            there |= marks.cell[k] == cell[i];
        if (!there)
            fresh[nfresh++] = cell[i];
    }
    if (n == 0) {
        no_run(s, wish);
        return;
    }
    s->curves = true;
    if (nfresh > 0) {
        wish->wish = OB_WISH_COMPARE_ADD;
        lend_paths(s, v, fresh, nfresh, wish);
        return;
    }
    wish->wish = OB_WISH_COMPARE_DROP;
    lend_paths(s, v, cell, n, wish);
    wish->beside = s->lent;
    wish->nbeside = n;
}

static void unmark(struct sweep_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    struct sweep_marks marks = sweep_marks_of(v);
    size_t cell[OB_COMPARE_RUNS], n = 0;
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        if (marks.cell[i] != OB_CELLS_NONE)
            cell[n++] = marks.cell[i];
    if (n == 0) {
        sweep_say(wish, "no cell is marked: Space marks one");
        return;
    }
    wish->wish = OB_WISH_COMPARE_DROP;
    lend_paths(s, v, cell, n, wish);
    wish->beside = s->lent;
    wish->nbeside = n;
    s->curves = false;
}

/* The cells at the cursor, side by side. Where some are marked they are compared already:
 * false, for there is no more to do than to go there. */
static bool compare(struct sweep_state *s, const struct ob_view *v,
                    struct ob_wishes *wish)
{
    size_t cell[OB_COMPARE_RUNS], n;
    struct sweep_marks marks = sweep_marks_of(v);
    bool more;
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        if (marks.cell[i] != OB_CELLS_NONE)
            return false;
    n = meant(s, v, cell, &more);
    if (n == 0) {
        no_run(s, wish);
        return true;
    }
    wish->wish = OB_WISH_COMPARE;
    lend_paths(s, v, cell, n, wish);
    return true;
}

/* One cell is opened as a run; of several there is a table. */
static void open_cell(struct sweep_state *s, const struct ob_view *v,
                      struct ob_wishes *wish)
{
    const struct ob_heat_tile *t = sweep_tile_at(s);
    size_t cell = sweep_cell_at(s);
    if (s->pane != SWEEP_TABLE && t && t->cells > 1) {
        s->pane = SWEEP_TABLE;
        s->inside = true;
        s->only = 0;
        s->top = 0;
        s->at = cell;
        s->changes++;
        return;
    }
    if (cell == OB_CELLS_NONE || !has_run(v, cell)) {
        const struct ob_sweep_cell *c =
            cell == OB_CELLS_NONE ? NULL : ob_cells_at(v->sweep->cells, cell);
        sweep_say(wish, "%s",
                  c ? "the cell waits: it has no run yet" : "no cell is here");
        return;
    }
    char *path = path_of(v, cell);
    wish->wish = OB_WISH_OPEN;
    snprintf(wish->path, sizeof wish->path, "%s", path);
    free(path);
}

/* ---- what is shown ---- */

static void next_pane(struct sweep_state *s)
{
    s->pane = (enum sweep_pane)((s->pane + 1) % SWEEP_PANES);
    if (s->pane == SWEEP_TABLE && s->rows > 0 && sweep_tile_at(s)) {
        const struct ob_heat_tile *t = sweep_tile_at(s);
        s->at = t->best_cell != OB_CELLS_NONE ? t->best_cell
                : t->first != OB_CELLS_NONE   ? t->first
                                              : s->at;
    }
    if (s->pane != SWEEP_TABLE && s->inside) {
        s->inside = false;
        s->changes++;
    }
}

static void turn(struct sweep_state *s)
{
    size_t key = s->across, at = s->x;
    s->across = s->down;
    s->down = key;
    s->x = s->y;
    s->y = at;
    s->left = s->up = 0;
    s->changes++;
}

/* Back to all cells, then to the map; false = there is nothing to go back from. */
static bool back(struct sweep_state *s, const struct ob_view *v)
{
    bool was = s->pane != SWEEP_MAP;
    if (s->filter[0] && !s->inside) {
        s->filter[0] = '\0';
        sweep_rows_filter(s, v, "");
        return true;
    }
    if (was && s->inside)
        s->changes++;
    s->inside = false;
    s->pane = SWEEP_MAP;
    return was;
}

static void next_sort(struct sweep_state *s, const struct ob_view *v)
{
    s->sort = (s->sort + 1) % (SWEEP_SORTS + v->sweep->plan->keys);
    s->reverse = false;
    s->pane = SWEEP_TABLE;
    s->changes++;
}

/* The next state that some cell is in, all of them behind the last. */
static void next_only(struct sweep_state *s, const struct ob_view *v)
{
    const struct ob_cells_counts *n = ob_cells_counts(v->sweep->cells);
    do
        s->only = (s->only + 1) % (OB_CELL_STATES + 1);
    while (s->only > 0 && n->of[s->only - 1] == 0);
    s->pane = SWEEP_TABLE;
    s->top = 0;
    s->changes++;
}

static void to_best(struct sweep_state *s, const struct ob_view *v,
                    struct ob_wishes *wish)
{
    size_t best = ob_cells_best(v->sweep->cells);
    if (best == OB_CELLS_NONE)
        sweep_say(wish, "no cell has come to its end yet");
    else
        sweep_go_to(s, best);
}

static void start_or_stop(const struct ob_view *v, struct ob_wishes *wish)
{
    const struct ob_cells_counts *n = ob_cells_counts(v->sweep->cells);
    size_t left = v->sweep->plan->cells - n->of[OB_CELL_DONE] - n->of[OB_CELL_DIVERGED];
    if (v->sweep->runs) {
        wish->wish = OB_WISH_ASK;
        wish->stop_sweep = true;
        snprintf(wish->text, sizeof wish->text,
                 "stop the sweep? %zu cells are left.  y stops it, any other key: no",
                 v->sweep->plan->cells - ob_cells_over(v->sweep->cells));
    } else if (left == 0) {
        sweep_say(wish, "all cells are done");
    } else {
        wish->wish = OB_WISH_SWEEP_START;
    }
}

static bool filter(struct sweep_state *s)
{
    s->pane = SWEEP_TABLE;
    ob_lineedit_open(&s->line, s->filter);
    return true;
}

/* What needs no sweep to be open. */
static bool common(struct sweep_state *s, struct ob_view *v, enum ob_request r,
                   struct ob_wishes *wish)
{
    if (r != OB_REQUEST_SWEEP_LIST)
        return false;
    sweep_list_open(s, v, SWEEP_LIST_SWEEPS, wish);
    return true;
}

static bool change(struct sweep_state *s, struct ob_view *v, enum ob_request r,
                   struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_SWEEP_PANE:
        next_pane(s);
        return true;
    case OB_REQUEST_SWEEP_ACROSS:
        sweep_list_open(s, v, SWEEP_LIST_ACROSS, wish);
        return true;
    case OB_REQUEST_SWEEP_DOWN:
        sweep_list_open(s, v, SWEEP_LIST_DOWN, wish);
        return true;
    case OB_REQUEST_SWEEP_METRIC:
        sweep_list_open(s, v, SWEEP_LIST_METRIC, wish);
        return true;
    case OB_REQUEST_SWEEP_CHART:
        s->curves = !s->curves;
        return true;
    case OB_REQUEST_SWEEP_MEAN:
        s->mean = !s->mean;
        s->changes++;
        return true;
    case OB_REQUEST_SWEEP_LOG:
        s->linear = !s->linear;
        ob_chart_reset(&s->chart);
        s->changes++;
        return true;
    case OB_REQUEST_SWEEP_TURN:
        turn(s);
        return true;
    case OB_REQUEST_SWEEP_SORT:
        next_sort(s, v);
        return true;
    case OB_REQUEST_SWEEP_REVERSE:
        s->reverse = !s->reverse;
        s->pane = SWEEP_TABLE;
        s->changes++;
        return true;
    case OB_REQUEST_SWEEP_ONLY:
        next_only(s, v);
        return true;
    case OB_REQUEST_SWEEP_FILTER:
        return filter(s);
    case OB_REQUEST_BACK:
        return back(s, v);
    default:
        return false;
    }
}

bool sweep_request(struct sweep_state *s, struct ob_view *v, enum ob_request r,
                   struct ob_wishes *wish)
{
    if (common(s, v, r, wish))
        return true;
    if (!sweep_there(v) || s->opened != v->sweep->opened)
        return false;
    if (go(s, r) || change(s, v, r, wish))
        return true;
    switch (r) {
    case OB_REQUEST_SWEEP_OPEN:
        open_cell(s, v, wish);
        return true;
    case OB_REQUEST_SWEEP_MARK:
        mark(s, v, wish);
        return true;
    case OB_REQUEST_SWEEP_UNMARK:
        unmark(s, v, wish);
        return true;
    case OB_REQUEST_SWEEP_COMPARE:
        return compare(s, v, wish);
    case OB_REQUEST_SWEEP_BEST:
        to_best(s, v, wish);
        return true;
    case OB_REQUEST_SWEEP_RUN:
        start_or_stop(v, wish);
        return true;
    default:
        return false;
    }
}

/* ---- the mouse ---- */

static bool within(struct ob_rect r, const struct ob_mouse *m)
{
    return m->x >= r.x && m->x < r.x + r.w && m->y >= r.y && m->y < r.y + r.h;
}

/* A press on a tile or a row goes there, one where the cursor is opens it. */
bool sweep_mouse(struct sweep_state *s, struct ob_view *v, const struct ob_mouse *m,
                 struct ob_wishes *wish)
{
    if (m->kind != OB_MOUSE_PRESS || !sweep_there(v))
        return false;
    if (s->pane == SWEEP_TABLE && within(s->table_at, m)) {
        size_t row = s->top + (size_t)(m->y - s->table_at.y) - 1;
        if (m->y == s->table_at.y || row >= s->rows)
            return true;
        bool again = s->at == s->row[row];
        s->at = s->row[row];
        if (again)
            open_cell(s, v, wish);
        return true;
    }
    struct sweep_grid g = sweep_grid_of(s, s->map_at);
    if (s->pane != SWEEP_MAP || g.tw == 0 || !within(g.tiles, m))
        return false;
    size_t x = s->left + (size_t)((m->x - g.tiles.x) / g.tw);
    size_t y = s->up + (size_t)((m->y - g.tiles.y) / g.th);
    bool again = s->x == x && s->y == y;
    s->x = moved(x, 0, s->heat.cols.n);
    s->y = moved(y, 0, s->heat.rows.n);
    if (again)
        open_cell(s, v, wish);
    return true;
}
