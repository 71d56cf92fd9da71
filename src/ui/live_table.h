/*
 * The parameter table of the live screen: a line per parameter of a small model, per
 * tensor of a larger one, with one of them selected. For the live screen alone.
 *
 * The lines are taken from the model with the other figures; between two takes they only
 * scroll. A zeroed struct is an empty table.
 */
#ifndef OB_UI_LIVE_TABLE_H
#define OB_UI_LIVE_TABLE_H

#include "optbench/ui/screen.h"

enum {
    OB_TABLE_LINES =
        OB_LIVE_TENSORS, /* at most: tensors, or OB_MODEL_PARAMS parameters */
    OB_TABLE_TREND = 48, /* values of a line's trend at most */
};

/* What the lines are sorted by; the order of the key. */
enum ob_table_order {
    OB_TABLE_MODEL, /* as the model has them */
    OB_TABLE_NAME,
    OB_TABLE_VALUE, /* this one and the next: largest magnitude first */
    OB_TABLE_GRADIENT,
    OB_TABLE_CHANGE,
    OB_TABLE_RATIO,
    OB_TABLE_ORDERS,
};

/* The last values of a line, oldest first. */
struct ob_table_trend {
    double value[OB_TABLE_TREND];
    unsigned n;
};

struct ob_live_table {
    struct ob_param_line line[OB_TABLE_LINES]; /* [n], as the model has them */
    struct ob_table_trend trend[OB_TABLE_LINES];
    unsigned short sorted[OB_TABLE_LINES]; /* [n], places in line[] in order */
    size_t n;
    size_t total; /* lines that the model has; may be more than n */
    enum ob_table_order order;
    size_t selected;     /* place in line[] */
    size_t first;        /* place in sorted[] of the first line shown */
    uint64_t trend_step; /* of the newest value of trends kept from snapshots */
};

/* Takes the lines, sorts them, and goes on with the trends. */
void ob_live_table_take(struct ob_live_table *t, const struct ob_run_model *m);

/* Forgets the lines of the run before, keeps the order. */
void ob_live_table_reset(struct ob_live_table *t);

/* Scrolls so that the selected line is one of the `rows` that are shown. */
void ob_live_table_settle(struct ob_live_table *t, int rows);

/* True where the request was one of its own. */
bool ob_live_table_request(struct ob_live_table *t, enum ob_request r,
                           struct ob_wishes *wish);

/* Selects the line at row `row` of its rectangle (0 = the heading); false = none. */
bool ob_live_table_click(struct ob_live_table *t, int row);

void ob_live_table_draw(const struct ob_live_table *t, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r);

/* |change| / |value|; NAN where one of them is not known or both are 0. */
double ob_param_line_ratio(const struct ob_param_line *l);

#endif
