/*
 * A table shown as its columns, one a line: name, type, role, missing, min, mean, max and
 * a small histogram, as many of them as the rectangle has room for. A pure function of
 * the view, the place and the sizes; keys move the place. One thread.
 */
#ifndef OB_UI_DATA_PANE_H
#define OB_UI_DATA_PANE_H

#include "optbench/ui/canvas.h"
#include "optbench/ui/data_view.h"
#include "optbench/ui/request.h"

/* Where one looks. Zeroed = at the first column. */
struct ob_data_pane {
    size_t at;  /* column under the cursor */
    bool cells; /* the first cells instead of the figures */
};

/* What the pane shows besides the view. */
struct ob_data_pane_opts {
    enum ob_glyphs tier;
    bool cursor;  /* keys go to the pane: the column under the cursor is marked */
    bool waiting; /* a newer look is under way: what is shown may be old */
};

/* Moves among so many lines for UP, DOWN, PAGE_UP, PAGE_DOWN, FIRST and LAST; false where
 * the request is another one. `h` is the height of the rectangle that they are drawn
 * into, a first line and their titles above them. */
bool ob_data_pane_move(struct ob_data_pane *p, size_t lines, enum ob_request r, int h);

/* Moves among the columns; RIGHT turns to the first cells, LEFT back to the figures.
 * False where the request is another one. */
bool ob_data_pane_request(struct ob_data_pane *p, const struct ob_data_view *v,
                          enum ob_request r, int h);

/* Draws into r. The first line says how many rows there are and where from; what is wrong
 * with the table stands below it in words; then the columns, and the one under the cursor
 * in full where there is room for that. */
void ob_data_pane_draw(const struct ob_data_pane *p, const struct ob_data_view *v,
                       const struct ob_data_pane_opts *opts, struct ob_canvas *c,
                       struct ob_rect r);

#endif
