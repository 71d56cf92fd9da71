/*
 * Which steps the charts of one screen show: all, the end, or a window that a person
 * chose. Keys move it, charts take it over before they are fitted, so that charts beside
 * each other show the same steps. Used by one thread; a zeroed struct shows all.
 */
#ifndef OB_PLOT_ZOOM_H
#define OB_PLOT_ZOOM_H

#include "optbench/plot/chart.h"

struct ob_zoom {
    enum ob_chart_x mode;
    double window;   /* steps, while it follows */
    double from, to; /* steps, while it is fixed */
};

/* Makes the window `factor` times as wide (0.5 zooms in) around the part `at` of the
 * width of the chart, which was fitted before; `last` is the last recorded step. Stays
 * within the rows, never below 4 steps (or a ten-millionth of another unit); all of them
 * is OB_CHART_GROW again. */
void ob_zoom_scale(struct ob_zoom *z, const struct ob_chart *c, double factor, double at,
                   double last);

/* The same for a pointer: what stands at `at` stays there, as far as the rows allow. */
void ob_zoom_around(struct ob_zoom *z, const struct ob_chart *c, double factor, double at,
                    double last);

/* Moves by a part of the width, negative to the left; false where all is shown. */
bool ob_zoom_pan(struct ob_zoom *z, const struct ob_chart *c, double part, double last);

/* Follows the end with a window as wide as now, or shows all when it did already. */
void ob_zoom_follow(struct ob_zoom *z, const struct ob_chart *c, double last);

/* Moves as little as is needed for the step to be seen. */
void ob_zoom_reach(struct ob_zoom *z, const struct ob_chart *c, double step, double last);

/* Sets the chart to show this. */
void ob_zoom_apply(const struct ob_zoom *z, struct ob_chart *c);

#endif
