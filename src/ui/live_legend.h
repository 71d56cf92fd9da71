/*
 * What stands beside the charts when several runs are on them: their letters, the keys of
 * their configs that differ, their loss. For the charts of the live screen alone.
 */
#ifndef OB_UI_LIVE_LEGEND_H
#define OB_UI_LIVE_LEGEND_H

#include "cursor.h"
#include "live_axis.h"

enum { OB_LEGEND_LINES = 16, OB_LEGEND_TEXT = 40 };

struct ob_legend_line {
    char name[OB_LEGEND_TEXT];                /* "optimizer.lr", "loss" */
    char value[OB_LIVE_RUNS][OB_LEGEND_TEXT]; /* safe texts */
};

/* Nothing while there is one run. */
struct ob_live_legend {
    bool on;
    bool shown[OB_LIVE_RUNS];
    struct ob_legend_line line[OB_LEGEND_LINES]; /* [lines], the loss last */
    size_t lines;
    double loss[OB_LIVE_RUNS]; /* for that line where it has no text; NAN = none yet */
    size_t more;               /* keys that had no line */
    char label[OB_LIVE_RUNS][OB_LEGEND_TEXT]; /* for a chart's title: "lr 0.03" */
};

/* Made anew; the loss is that of the rows at the cursor where that is on. */
void ob_live_legend_take(struct ob_live_legend *l, const struct ob_view *v,
                         const struct ob_live_axis *a, const struct ob_cursor *c);

/* Rows that it takes; 0 where there is nothing to tell. */
int ob_live_legend_height(const struct ob_live_legend *l);

void ob_live_legend_draw(const struct ob_live_legend *l, struct ob_canvas *c,
                         struct ob_rect r);

#endif
