/*
 * The cursor of the charts: one recorded row that all charts of the screen point at, and
 * its numbers in full. For the charts of the live screen alone.
 */
#ifndef OB_UI_CURSOR_H
#define OB_UI_CURSOR_H

#include "optbench/plot/chart.h"

struct ob_cursor {
    bool on;
    double step; /* of the row */
    double x;    /* of the row along the axis */
};

/* The rows that it can stand on: the first n, by step number and by place along the axis
 * (the same series where the axis goes by steps). */
struct ob_cursor_rows {
    const struct ob_series *step, *x;
    size_t n;
};

/* Puts it on the row at or before a place on the axis. False where there is no row. */
bool ob_cursor_put(struct ob_cursor *c, const struct ob_cursor_rows *rows, double x);

/* Finds its row's place again, where the axis goes by something else now or a row it
 * stood on is not shown any more: the row at or before its step. */
bool ob_cursor_settle(struct ob_cursor *c, const struct ob_cursor_rows *rows);

/* Moves by columns of dots of the chart, negative to the left, and by one row at least.
 */
void ob_cursor_move(struct ob_cursor *c, const struct ob_cursor_rows *rows,
                    const struct ob_chart *chart, int columns);

/* What is written about the cursor's row in one trace. */
struct ob_cursor_facts {
    const struct ob_series *step;   /* of the trace's rows */
    const struct ob_series *value;  /* one per row */
    const struct ob_series *smooth; /* one per row, NULL = none */
    size_t n;
    enum ob_chart_unit unit;
    const struct ob_series *val_step, *val; /* of the validation part, NULL = none */
};

/* Writes "step 150: 0.006722516556291391", with the place on the axis where that is
 * something else than the step ("step 150, 1.25 s: ..."); the trace's row at or before
 * the cursor; empty where there is none. Behind it what is known of the same row on the
 * smooth line, and of the one at or before it on the validation part. */
void ob_cursor_note(const struct ob_cursor *c, const struct ob_cursor_facts *f, char *out,
                    size_t cap);

/* The value alone, in the row at or before; NAN where there is none. */
double ob_cursor_value(const struct ob_cursor *c, const struct ob_cursor_facts *f);

#endif
