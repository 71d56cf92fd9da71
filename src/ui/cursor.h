/*
 * The cursor of the charts: one recorded row that all charts of the screen point at, and
 * its numbers in full. For live_charts.c alone.
 */
#ifndef OB_UI_CURSOR_H
#define OB_UI_CURSOR_H

#include "optbench/plot/chart.h"

struct ob_cursor {
    bool on;
    double step; /* of the row */
};

/* Puts it on the row at or before `step`; `steps` holds the step numbers of the rows, of
 * which the first n are shown. False where there is no row. */
bool ob_cursor_put(struct ob_cursor *c, const struct ob_series *steps, size_t n,
                   double step);

/* Moves by columns of dots of the chart, negative to the left, and by one row at least.
 */
void ob_cursor_move(struct ob_cursor *c, const struct ob_series *steps, size_t n,
                    const struct ob_chart *chart, int columns);

/* Writes "step 150: 0.006722516556291391", the trace's row at or before the cursor;
 * empty where there is none. `smooth` (NULL = not) has a value per row, shown behind. */
void ob_cursor_note(const struct ob_cursor *c, const struct ob_trace *t,
                    const struct ob_series *smooth, char *out, size_t cap);

#endif
