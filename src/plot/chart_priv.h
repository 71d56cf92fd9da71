/*
 * What fitting and drawing a chart share: where the plot lies on the surface, which rows
 * a range of steps means, which ticks the value axis has. For src/plot alone.
 */
#ifndef OB_PLOT_CHART_PRIV_H
#define OB_PLOT_CHART_PRIV_H

#include "optbench/plot/axis.h"
#include "optbench/plot/chart.h"

/* Magnitudes beyond this are marked and not drawn. */
#define OB_CHART_LIMIT 1e300

/* The plot within the surface: text columns from col0 on, rows row0 to row1 - 1. */
struct ob_chart_area {
    int col0, row0, row1;
    int x0, y0; /* dots of the upper left corner */
    int w, h;   /* dots */
};

/* False where there is no room for a plot. */
bool ob_chart_area_of(const struct ob_chart *c, const struct ob_extent *e,
                      struct ob_chart_area *a);

/* Rows *a to *b - 1 of a trace lie within the steps from..to (without `to`). */
void ob_chart_rows(const struct ob_trace *t, double from, double to, size_t *a,
                   size_t *b);

/* The place of a step along the axis, even or logarithmic, and the step at a place. */
double ob_chart_along(const struct ob_chart *c, double step);
double ob_chart_back(const struct ob_chart *c, double at);

/* Below this the logarithmic axis is nearly even. */
double ob_chart_log_from(const struct ob_chart *c);

/* Where the rows end that begin at 0, and the least that a chart shows. */
double ob_chart_end(const struct ob_chart *c, double last);
double ob_chart_least(const struct ob_chart *c, double last);

void ob_chart_value_ticks(const struct ob_chart *c, const struct ob_chart_area *a,
                          struct ob_ticks *out);

/* A chart being drawn: where, and with which axes. */
struct ob_pen {
    const struct ob_chart *c;
    struct ob_surface *on;
    struct ob_chart_area a;
    int th, tw; /* dots of a text cell */
};

/* Dot row of a value within the plot; the edges for what lies beyond. */
int ob_pen_y(const struct ob_pen *p, double v);

/* Dot column of a step; no further outside than integers go. */
int ob_pen_x(const struct ob_pen *p, double step);

/* The step at which a dot column of the plot begins. */
double ob_pen_step(const struct ob_pen *p, int column);

/* Whether a value has a place on the value axis, in range or not. */
bool ob_pen_takes(const struct ob_pen *p, double v);

/* Whether something between two values of a trace is in sight: guides may leave the axis,
 * which holds all there is of the others. */
bool ob_pen_meets(const struct ob_pen *p, const struct ob_trace *t, double u, double v);

/* chart_frame.c: what stands around the lines. Names of levels and guides go where the
 * traces leave room, so they come last. */
void ob_chart_draw_value_axis(const struct ob_pen *p);
void ob_chart_draw_step_axis(const struct ob_pen *p);
void ob_chart_draw_levels(const struct ob_pen *p);
void ob_chart_draw_cursor(const struct ob_pen *p);
void ob_chart_name_lines(const struct ob_pen *p, const struct ob_trace *trace,
                         size_t traces);
void ob_chart_draw_title(const struct ob_chart *c, const struct ob_trace *trace,
                         size_t traces, struct ob_surface *on);

#endif
