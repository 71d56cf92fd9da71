/*
 * Which part of the screen belongs to what: pure functions from sizes to rectangles.
 * Rectangles lie inside the screen and are disjoint; what has no room is empty. No size
 * is refused: the smallest screens get some words of text.
 */
#ifndef OB_UI_ARRANGE_H
#define OB_UI_ARRANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/ui/canvas.h"

enum { OB_ARRANGE_CHARTS = 5 };

enum ob_arrange {
    OB_ARRANGE_LINE,    /* below 40 x 10: text from the top */
    OB_ARRANGE_SMALL,   /* one chart above a few lines of numbers */
    OB_ARRANGE_STACKED, /* charts on the left, numbers on the right, no boxes */
    OB_ARRANGE_WIDE,    /* boxes side by side */
};

struct ob_live_places {
    enum ob_arrange kind;
    struct ob_rect line; /* of LINE; all others are empty then */
    struct ob_rect tabs, message, keys;
    struct ob_rect loss, delta; /* charts, boxes included */
    struct ob_rect facts, params, events;
    struct ob_rect machine;                  /* beside the events, on wide screens */
    struct ob_rect chart[OB_ARRANGE_CHARTS]; /* set by who divides the charts' room ... */
    struct ob_rect legend;                   /* ... and the parameters' */
};

/* Divides the room of the charts among n of them (at most OB_ARRANGE_CHARTS): side by
 * side or in two rows on wide screens, one above the other else. Returns how many have a
 * place, at least one where there is any room. */
size_t ob_arrange_charts(enum ob_arrange kind, struct ob_rect room, size_t n,
                         struct ob_rect place[static OB_ARRANGE_CHARTS]);

struct ob_home_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, message, keys;
    struct ob_rect configs, runs; /* a heading line each, then entries */
    struct ob_rect preview;       /* of what is selected; large screens only */
};

struct ob_setup_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, state, message, keys; /* state: whether it can be run */
    struct ob_rect fields, explain, data;
};

struct ob_curve_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, message, keys;
    struct ob_rect head, gauge; /* a line each */
    struct ob_rect values;      /* the eigenvalues */
    struct ob_rect side;        /* what follows from them, or another pane */
    struct ob_rect vector;      /* the selected eigenvector; not on small screens */
    struct ob_rect matrix;      /* on wide ones */
};

/* `k` is the number of eigenvalues: few of them leave room for the vector. With `alone`
 * the vector stands at the side instead, and the eigenvalues have its room. */
struct ob_curve_places ob_arrange_curve(int w, int h, size_t k, bool alone);

struct ob_surface_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, message, keys;
    struct ob_rect large; /* the surface, or the map where they changed places */
    struct ob_rect small; /* the other one; empty on small screens */
    struct ob_rect facts;
    struct ob_rect note; /* a line */
};

struct ob_surface_places ob_arrange_surface(int w, int h);

struct ob_compare_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, message, keys;
    struct ob_rect chart;    /* boxes included; empty where the settings have its place */
    struct ob_rect table;    /* a heading, then a line for each run */
    struct ob_rect settings; /* beside the table on wide screens, else below it; none on
                                small ones */
};

/* `runs` is the number of lines of the table, `text` that of the settings where they
 * stand below it; with `all` the settings have the room of the chart, or a part of it on
 * wide screens. */
struct ob_compare_places ob_arrange_compare(int w, int h, size_t runs, int text,
                                            bool all);

struct ob_sweep_places {
    enum ob_arrange kind;
    struct ob_rect line;
    struct ob_rect tabs, message, keys;
    struct ob_rect head; /* how far it is, the best one so far */
    struct ob_rect map; /* or what stands in its place; boxes included, as of all below */
    struct ob_rect chart; /* not on small screens */
    struct ob_rect ranks; /* the best cells, on wide ones */
    struct ob_rect facts; /* of what the cursor is on */
};

/* `rows` is how many the map has; with `large` it has the room of the chart, too. */
struct ob_sweep_places ob_arrange_sweep(int w, int h, size_t rows, bool large);

struct ob_live_places ob_arrange_live(int w, int h);

/* Gives the figures `more` lines, as far as the others keep what they need: on wide
 * screens from the charts, else from the parameters. */
void ob_arrange_more_facts(struct ob_live_places *p, int more);

/* With `large` the data have the room of fields and explanation. */
struct ob_setup_places ob_arrange_setup(int w, int h, bool large);

/* `configs` and `runs` are numbers of entries: the lists share the room by need. */
struct ob_home_places ob_arrange_home(int w, int h, size_t configs, size_t runs);

#endif
