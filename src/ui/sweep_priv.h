/*
 * The sweep screen, in parts. For src/ui/sweep_*.c and screen_sweep.c alone.
 *
 *   sweep_scale.h   by what its tiles are told apart: pure functions
 *   sweep_made.c    keeps all that is made of them up to date
 *   sweep_map.c     draws the map
 *   sweep_rows.c    which cells the table has, in which order
 *   sweep_table.c   draws it
 *   sweep_sense.c   the chart of sensitivity
 *   sweep_facts.c   how far it is, the best cells, what the cursor is on
 *   sweep_keys.c    requests and the mouse
 *   sweep_lists.c   lists, and the line of the filter
 */
#ifndef OB_UI_SWEEP_PRIV_H
#define OB_UI_SWEEP_PRIV_H

#include "compare_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/run/filter.h"
#include "optbench/sweep/sensitivity.h"
#include "optbench/ui/arrange.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/screen.h"
#include "optbench/ui/sweep_view.h"
#include "sweep_scale.h"

/* What stands in the place of the map. */
enum sweep_pane { SWEEP_MAP, SWEEP_TABLE, SWEEP_CHART, SWEEP_PANES };

/* What the table is ordered by: one of these, or a key of the plan. */
enum sweep_sort {
    SWEEP_BY_METRIC, /* the best one first */
    SWEEP_BY_CELL,
    SWEEP_BY_STATE,
    SWEEP_BY_STEPS,
    SWEEP_BY_SECONDS,
    SWEEP_SORTS, /* and from here on keys */
};

enum sweep_list {
    SWEEP_LIST_ACROSS,
    SWEEP_LIST_DOWN,
    SWEEP_LIST_METRIC,
    SWEEP_LIST_SWEEPS,
};

enum {
    SWEEP_TRACES = 12,
    SWEEP_ACROSS = 40, /* values of a key across ... */
    SWEEP_DOWN = 24,   /* ... and down that stand for themselves */
    SWEEP_RANKS = 40,
};

/* A line of the sensitivity chart: one place down, along the numbers across. */
struct sweep_line {
    struct ob_series x, y, lo, hi;
    char name[48];
};

struct sweep_state {
    /* What a person chose. */
    enum sweep_pane pane;
    size_t across, down; /* keys; OB_LEVELS_NO_KEY = none */
    bool mean;           /* of the cells of a tile, not the best of them */
    bool linear;         /* values are told apart evenly, not by factors */
    bool curves;         /* the chart shows the marked cells, not the sensitivity */
    size_t x, y;         /* tile of the cursor */
    size_t sort;         /* enum sweep_sort, or SWEEP_SORTS + a key */
    bool reverse;
    unsigned only; /* 0 = all states, else 1 + the one */
    bool inside;   /* the table has the cells of the tile at the cursor alone */
    char filter[OB_LINEEDIT_MAX + 1];
    size_t at;       /* cell of the cursor of the table */
    size_t top;      /* row of the table that is the first in sight */
    size_t left, up; /* tiles of the map that are the first in sight */

    /* Over the screen. */
    struct ob_picker picker;
    enum sweep_list list;
    bool asked;                  /* for the list of sweeps, which is on its way */
    struct ob_lineedit line;     /* the filter, as it is typed */
    char why[160];               /* what is wrong with it; safe */
    char *lent[OB_COMPARE_RUNS]; /* paths of a wish; owned, until the next one */

    /* Made in update(). */
    unsigned opened; /* of the view; what was chosen belongs to that sweep */
    bool varies[OB_PLAN_KEYS_MAX]; /* the keys that have more than one value */
    size_t most[2];      /* stretches down and across, where there are more numbers */
    uint64_t generation; /* of the cells */
    unsigned changes;    /* goes up with every choice that makes another picture ... */
    unsigned made;       /* ... and was that when the rest was made */
    struct ob_heat heat;
    struct ob_values values;
    struct sweep_scale scale;
    struct ob_sensitivity sense; /* has curves where the key across has numbers */
    uint32_t *row;               /* [rows] cells of the table in its order */
    size_t rows;
    uint32_t *rank; /* [ranks] the best cells */
    size_t ranks;
    struct ob_filter parsed;
    struct sweep_line line_of[SWEEP_TRACES]; /* [lines] */
    size_t lines;
    struct ob_chart chart;
    struct ob_dots dots;
    char title[192], along[64];
    struct ob_rect map_at, table_at, chart_at; /* what lies inside their boxes */
    struct compare_state marked;               /* the chart of the marked cells */
};

static inline const struct ob_plan *sweep_plan(const struct ob_view *v)
{
    return v->sweep->plan;
}

/* Whether there is a sweep with cells. */
bool sweep_there(const struct ob_view *v);

/* sweep_made.c. Brings all that is made of plan and cells up to date; with `late` false
 * what follows news waits. */
void sweep_made_update(struct sweep_state *s, const struct ob_view *v, bool late);
void sweep_made_finish(struct sweep_state *s);
/* How much room the map has: where that makes other stretches of many numbers, they are
 * made anew. */
void sweep_made_room(struct sweep_state *s, struct ob_rect r);
const struct ob_heat_tile *sweep_tile_at(const struct sweep_state *s); /* NULL = none */
/* The cell that the cursor is on: of the table, or the best of the tile (or its first
 * one); OB_CELLS_NONE. */
size_t sweep_cell_at(const struct sweep_state *s);
/* The cursor of the map to the tile of a cell; that of the table to the cell. */
void sweep_go_to(struct sweep_state *s, size_t cell);

/* sweep_map.c. Where the tiles lie within the room of the map. */
struct sweep_grid {
    struct ob_rect tiles;
    int tw, th;          /* of one */
    int gutter;          /* columns before them, for the labels of rows */
    size_t across, down; /* how many are in sight */
};
struct sweep_grid sweep_grid_of(const struct sweep_state *s, struct ob_rect r);
void sweep_map_draw(const struct sweep_state *s, const struct ob_view *v,
                    struct ob_canvas *c, struct ob_rect r);
/* "loss, best of each tile; across lr, down optimizer.kind": safe. */
void sweep_map_title(const struct sweep_state *s, const struct ob_view *v, char *out,
                     size_t cap);
enum ob_style sweep_state_style(enum ob_cell_state state);

/* The cells of this sweep that are marked, which is to say compared: by place, NONE where
 * that is free or of another run. */
struct sweep_marks {
    size_t cell[OB_COMPARE_RUNS];
};
struct sweep_marks sweep_marks_of(const struct ob_view *v);

/* sweep_rows.c. */
void sweep_rows_make(struct sweep_state *s, const struct ob_view *v);
void sweep_ranks_make(struct sweep_state *s, const struct ob_view *v);
/* Takes a filter as far as it can be understood; says what is wrong in s->why. */
void sweep_rows_filter(struct sweep_state *s, const struct ob_view *v, const char *text);
const char *sweep_sort_name(const struct sweep_state *s, const struct ob_view *v);

/* sweep_table.c. */
void sweep_table_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r);
/* Its heading in words: "12 of 1000 cells, failed, best first". */
void sweep_table_title(const struct sweep_state *s, const struct ob_view *v, char *out,
                       size_t cap);

/* sweep_sense.c. */
void sweep_sense_make(struct sweep_state *s, const struct ob_view *v);
void sweep_sense_update(struct sweep_state *s, const struct ob_view *v, struct ob_rect r);
size_t sweep_sense_traces(const struct sweep_state *s,
                          struct ob_trace out[static SWEEP_TRACES]);

/* sweep_facts.c. */
void sweep_head_draw(const struct sweep_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r);
void sweep_facts_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r);
void sweep_ranks_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r);
/* "adam  lr 0.003  seed.init 2": the values of a cell by which it differs from others;
 * safe. */
void sweep_settings(const struct sweep_state *s, const struct ob_view *v, size_t cell,
                    struct ob_buf *out);
/* "412/1000  3:20 left"; how far the sweep is in a word or two. */
void sweep_progress(const struct ob_view *v, char *out, size_t cap);

/* sweep_keys.c, sweep_lists.c. */
bool sweep_request(struct sweep_state *s, struct ob_view *v, enum ob_request r,
                   struct ob_wishes *wish);
bool sweep_mouse(struct sweep_state *s, struct ob_view *v, const struct ob_mouse *m,
                 struct ob_wishes *wish);
void sweep_list_open(struct sweep_state *s, const struct ob_view *v, enum sweep_list list,
                     struct ob_wishes *wish);
bool sweep_key(struct sweep_state *s, struct ob_view *v, uint32_t key,
               struct ob_wishes *wish);
void sweep_lists_draw(const struct sweep_state *s, const struct ob_view *v,
                      struct ob_canvas *c);
void sweep_say(struct ob_wishes *wish, const char *format, ...) OB_PRINTF(2, 3);

#endif
