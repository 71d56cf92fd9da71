/*
 * What each chart of the live screen shows: lines, levels, title. For live_charts.c
 * alone.
 */
#ifndef OB_UI_LIVE_TRACES_H
#define OB_UI_LIVE_TRACES_H

#include "live_charts.h"

/* Of each run a line and the one behind it; that of the validation part; and the losses
 * of batches or a guide. */
enum { OB_LIVE_TRACES = 2 * OB_LIVE_RUNS + 2 };

/* The traces of a chart, this run's last; returns how many. */
size_t ob_live_traces(const struct ob_live_charts *l, const struct ob_view *v, int chart,
                      struct ob_trace out[static OB_LIVE_TRACES]);

/* Brings its smooth lines up to date by at most *rows, which is counted down, or releases
 * them. */
void ob_live_smooth(struct ob_live_charts *l, const struct ob_view *v, int chart,
                    size_t *rows);

/* Sets title, scale, levels and cursor of a chart, before it is fitted. */
void ob_live_chart_set(struct ob_live_charts *l, const struct ob_view *v, int chart);

#endif
