/*
 * What a column holds, as a picture: upright bars over the range of numbers, or a bar for
 * each word with its name and count. For the pane of the data alone.
 */
#ifndef OB_UI_DATA_CHART_H
#define OB_UI_DATA_CHART_H

#include "optbench/ui/canvas.h"
#include "optbench/ui/data_view.h"

/* Draws into r, from its first line on; nothing where it is too small or the column has
 * no values. */
void ob_data_chart_draw(const struct ob_data_column *col, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r);

#endif
