/*
 * The parameter table of the live screen: a line per parameter of a small model; of a
 * larger one, or one with matrices, a tree of layers, their tensors and those of their
 * elements that the snapshot holds. One line is selected. For the live screen alone.
 *
 *   live_table_lines.c   the lines that a model has, folded as the table says
 *   live_table.c         order, selection, trends, keys
 *   live_table_draw.c    columns and drawing
 *
 * The lines are taken from the model with the other figures; between two takes they only
 * scroll, fold and unfold. A zeroed struct is an empty table.
 */
#ifndef OB_UI_LIVE_TABLE_H
#define OB_UI_LIVE_TABLE_H

#include "optbench/ui/screen.h"

enum { OB_TABLE_TREND = 48 /* values of a line's trend at most */ };

/* What the lines are sorted by, each among those of its layer or tensor; the order of the
 * key. */
enum ob_table_order {
    OB_TABLE_MODEL, /* as the model has them */
    OB_TABLE_NAME,
    OB_TABLE_VALUE, /* this one and the next: largest magnitude first */
    OB_TABLE_GRADIENT,
    OB_TABLE_CHANGE,
    OB_TABLE_RATIO,
    OB_TABLE_DEAD,      /* where units are counted */
    OB_TABLE_EFFECTIVE, /* from here on: what is inside the optimizer */
    OB_TABLE_SLOT,      /* its first buffer; others behind it */
    OB_TABLE_GAUGE = OB_TABLE_SLOT + OB_LIVE_SLOTS, /* its first figure of tensors */
    OB_TABLE_ORDERS = OB_TABLE_GAUGE + OB_LIVE_GAUGES,
};

/* How far a tree is unfolded; the order of the key. */
enum ob_table_level {
    OB_TABLE_AUTO, /* as the size of the model suggests */
    OB_TABLE_LAYERS,
    OB_TABLE_TENSORS,
    OB_TABLE_ELEMENTS,
    OB_TABLE_LEVELS,
};

enum ob_table_kind { OB_TABLE_PARAM, OB_TABLE_TENSOR, OB_TABLE_LAYER };

#define OB_TABLE_NO_PARENT UINT32_MAX

struct ob_table_line {
    char name[96];    /* raw, of the whole: "linear1.weight.0.3" */
    size_t label;     /* from this byte on it is not said by the line above it */
    char shape[24];   /* "13x20", "" = none; of a layer that of its first tensor */
    uint64_t place;   /* in the model: rising, and the same from take to take */
    size_t tensor;    /* in the snapshot: its tensor, the first one of a layer ... */
    size_t element;   /* ... and its place in the arrays, or that of the first element */
    uint32_t parent;  /* the line it is folded into, or OB_TABLE_NO_PARENT */
    uint8_t depth;    /* how many lines it is folded into */
    bool opens, open; /* has lines below it; shows them */
    bool single;      /* an element: its numbers have a sign */
    enum ob_table_kind kind;
    double value, grad;           /* of a tensor and a layer the 2-norms ... */
    double change;                /* ... and the largest change of an element */
    double moved;                 /* norm of the last step's change */
    double effective;             /* |change| / |gradient before SAM or clipping| */
    double slot[OB_LIVE_SLOTS];   /* of the optimizer's buffers, as the value; NAN = has
                                     none of it */
    double gauge[OB_LIVE_GAUGES]; /* what the optimizer tells of the tensor */
    size_t units, dead;           /* of the layer; 0 units = not known */
};

/* The last values of a line, oldest first. */
struct ob_table_trend {
    double value[OB_TABLE_TREND];
    unsigned n;
};

struct ob_live_table {
    struct ob_table_line *line;   /* [n], as the model has them; owned as what follows */
    struct ob_table_trend *trend; /* [n] */
    uint32_t *sorted;             /* [n], places in line[] in order */
    size_t n;
    size_t total; /* lines that the model has; may be more than n */
    bool tree;
    bool inside; /* shows what the optimizer keeps, and not the values */
    struct ob_table_inside {
        char slot[OB_LIVE_SLOTS][32], gauge[OB_LIVE_GAUGES][32]; /* raw; "" = not shown */
        bool any;
    } has;
    size_t params, tensors, dead; /* of the whole tree */
    enum ob_table_order order;
    enum ob_table_level level;
    bool
        layer_turned[OB_LIVE_TENSORS]; /* by a key, against what the level says; by ... */
    bool tensor_turned[OB_LIVE_TENSORS]; /* ... the number of its (first) tensor */
    size_t selected;                     /* place in line[] */
    size_t first;                        /* place in sorted[] of the first line shown */
    uint64_t trend_step; /* of the newest value of trends kept from snapshots */
};

/* Takes the lines, sorts them, and goes on with the trends. */
void ob_live_table_take(struct ob_live_table *t, const struct ob_run_model *m);

/* Forgets the lines of the run before, keeps the order. */
void ob_live_table_reset(struct ob_live_table *t);

void ob_live_table_finish(struct ob_live_table *t); /* zeroed is allowed */

/* Scrolls so that the selected line is one of the `rows` that are shown. */
void ob_live_table_settle(struct ob_live_table *t, int rows);

/* True where the request was one of its own. */
bool ob_live_table_request(struct ob_live_table *t, const struct ob_run_model *m,
                           enum ob_request r, struct ob_wishes *wish);

/* Selects the line at row `row` of its rectangle (0 = the heading); false = none. */
bool ob_live_table_click(struct ob_live_table *t, int row);

/* Place in sorted[] of the selected line. */
size_t ob_live_table_place(const struct ob_live_table *t);

/* "parameters  412 in 6 tensors  2 dead units": what stands above it. */
void ob_live_table_title(const struct ob_live_table *t, char *out, size_t cap);

void ob_live_table_draw(const struct ob_live_table *t, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r);

/* What a line is sorted by, and what stands in the column that the order is about; NAN =
 * not known. */
double ob_table_line_number(const struct ob_table_line *l, enum ob_table_order order);

/* |change of the last step| / |value|; NAN where one of them is not known or both are 0.
 */
double ob_table_line_ratio(const struct ob_table_line *l);

/* The lines that the model has now, folded as t says, in a new array of *n; sets total,
 * tree and the counts of the tree. free() it. */
struct ob_table_line *ob_live_table_lines(struct ob_live_table *t,
                                          const struct ob_run_model *m, size_t *n);

#endif
