/* What the sweep screen makes of plan and cells. */
#include "sweep_priv.h"

#include <stdlib.h>
#include <string.h>

bool sweep_there(const struct ob_view *v)
{
    return v->sweep->plan && v->sweep->cells && v->sweep->plan->cells > 0;
}

/* A column of numbers three wide is told apart at a look, and so is a line. */
enum { LABELS = 14, TILE = 3, AROUND = 3, LEAST = 8 };

void sweep_made_room(struct sweep_state *s, struct ob_rect r)
{
    const int room[2] = { r.h - AROUND, (r.w - LABELS) / TILE };
    const struct ob_levels *l[2] = { &s->heat.rows, &s->heat.cols };
    const size_t most[2] = { SWEEP_DOWN, SWEEP_ACROSS };
    for (size_t i = 0; i < 2; i++) {
        size_t n = room[i] > LEAST ? (size_t)room[i] : LEAST;
        n = n < most[i] ? n : most[i];
        if (n != s->most[i] && l[i]->stretches)
            s->changes++;
        s->most[i] = n;
    }
}

static void forget(struct sweep_state *s)
{
    ob_heat_finish(&s->heat);
    ob_sensitivity_finish(&s->sense);
    ob_values_finish(&s->values);
    free(s->row);
    free(s->rank);
    s->row = s->rank = NULL;
    s->rows = s->ranks = 0;
}

/* Another sweep: what was chosen was chosen for the one before. */
static void begin(struct sweep_state *s, const struct ob_view *v)
{
    forget(s);
    s->opened = v->sweep->opened;
    s->x = s->y = s->left = s->up = s->at = s->top = 0;
    s->pane = SWEEP_MAP;
    s->sort = SWEEP_BY_METRIC;
    s->only = 0;
    s->reverse = s->inside = s->mean = s->linear = s->curves = false;
    s->filter[0] = '\0';
    ob_filter_finish(&s->parsed);
    s->line.open = s->picker.filter.open = false;
    s->across = s->down = OB_LEVELS_NO_KEY;
    s->most[0] = SWEEP_DOWN;
    s->most[1] = SWEEP_ACROSS;
    ob_chart_reset(&s->chart);
    s->changes++;
    if (!sweep_there(v))
        return;
    sweep_keys_choose(v->sweep->plan, &s->across, &s->down);
    for (size_t k = 0; k < v->sweep->plan->keys; k++) {
        struct ob_levels l = { 0 };
        ob_levels_make(&l, v->sweep->plan, k, 2);
        s->varies[k] = l.n > 1;
        ob_levels_finish(&l);
    }
}

/* What depends on the chosen keys alone. */
static void lay_out(struct sweep_state *s, const struct ob_view *v)
{
    const size_t key[2] = { s->down, s->across }, most[2] = { SWEEP_DOWN, SWEEP_ACROSS };
    const struct ob_plan *p = v->sweep->plan;
    bool seeds = s->down < p->keys && ob_key_is_seed(p->key[s->down]);
    ob_heat_finish(&s->heat);
    ob_heat_make(&s->heat, p, key, most);
    if (s->heat.rows.stretches || s->heat.cols.stretches) {
        size_t fewer[2] = { s->heat.rows.stretches ? s->most[0] : most[0],
                            s->heat.cols.stretches ? s->most[1] : most[1] };
        ob_heat_finish(&s->heat);
        ob_heat_make(&s->heat, p, key, fewer);
    }
    ob_sensitivity_finish(&s->sense);
    if (s->across < p->keys && s->heat.cols.numbers)
        (void)ob_sensitivity_make(&s->sense, p, s->across,
                                  seeds ? OB_LEVELS_NO_KEY : s->down);
}

static void fill(struct sweep_state *s, const struct ob_view *v)
{
    const struct ob_cells *c = v->sweep->cells;
    ob_values_take(&s->values, c);
    ob_heat_fill(&s->heat, c, &s->values);
    s->scale = sweep_scale_of(&s->heat, s->mean, ob_cells_maximize(c), s->linear);
    if (s->sense.curves > 0)
        ob_sensitivity_fill(&s->sense, c, &s->values);
    sweep_sense_make(s, v);
    sweep_rows_make(s, v);
    sweep_ranks_make(s, v);
}

void sweep_made_update(struct sweep_state *s, const struct ob_view *v, bool late)
{
    if (s->opened != v->sweep->opened)
        begin(s, v);
    if (!sweep_there(v))
        return;
    uint64_t now = ob_cells_generation(v->sweep->cells);
    if (s->made == s->changes && (s->generation == now || !late))
        return;
    if (s->made != s->changes)
        lay_out(s, v);
    bool laid = s->made != s->changes;
    s->made = s->changes;
    s->generation = now;
    fill(s, v);
    s->x = s->x < s->heat.cols.n ? s->x : s->heat.cols.n - 1;
    s->y = s->y < s->heat.rows.n ? s->y : s->heat.rows.n - 1;
    /* Where nobody has moved yet there is a cell under the cursor. */
    if (laid && s->x == 0 && s->y == 0 && s->heat.tile[0].cells == 0)
        sweep_go_to(s, s->at);
}

void sweep_made_finish(struct sweep_state *s)
{
    forget(s);
    for (size_t i = 0; i < SWEEP_TRACES; i++) {
        ob_series_finish(&s->line_of[i].x);
        ob_series_finish(&s->line_of[i].y);
        ob_series_finish(&s->line_of[i].lo);
        ob_series_finish(&s->line_of[i].hi);
    }
    ob_filter_finish(&s->parsed);
    ob_dots_finish(&s->dots);
    for (size_t i = 0; i < OB_COMPARE_RUNS; i++)
        free(s->lent[i]);
    ob_compare_lines_finish(&s->marked);
}

const struct ob_heat_tile *sweep_tile_at(const struct sweep_state *s)
{
    size_t at = s->y * s->heat.cols.n + s->x;
    return at < s->heat.rows.n * s->heat.cols.n ? &s->heat.tile[at] : NULL;
}

size_t sweep_cell_at(const struct sweep_state *s)
{
    if (s->pane == SWEEP_TABLE)
        return s->rows > 0 ? s->at : OB_CELLS_NONE;
    const struct ob_heat_tile *t = sweep_tile_at(s);
    if (!t)
        return OB_CELLS_NONE;
    return t->best_cell != OB_CELLS_NONE ? t->best_cell : t->first;
}

void sweep_go_to(struct sweep_state *s, size_t cell)
{
    if (s->heat.rows.n == 0 || cell == OB_CELLS_NONE)
        return;
    s->at = cell;
    s->x = s->heat.cols.of[cell];
    s->y = s->heat.rows.of[cell];
}
