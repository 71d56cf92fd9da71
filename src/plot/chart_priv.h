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

#endif
