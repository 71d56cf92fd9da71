/*
 * The two charts of the live screen: which series they show, how, and what their keys
 * change. For screen_live.c alone.
 */
#ifndef OB_UI_LIVE_CHARTS_H
#define OB_UI_LIVE_CHARTS_H

#include "cursor.h"
#include "optbench/plot/smooth.h"
#include "optbench/plot/zoom.h"
#include "optbench/ui/arrange.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/screen.h"

enum { OB_LIVE_LOSS, OB_LIVE_DELTA, OB_LIVE_CHARTS };

/* A zeroed struct is the start; released by ob_live_charts_finish(). */
struct ob_live_charts {
    struct ob_chart chart[OB_LIVE_CHARTS];
    struct ob_dots dots[OB_LIVE_CHARTS];
    struct ob_smooth smooth[OB_LIVE_CHARTS][1 + OB_OTHERS]; /* this run's, the others' */
    char note[OB_LIVE_CHARTS][128];                         /* at the cursor */
    struct ob_zoom zoom;
    struct ob_cursor cursor;
    struct ob_picker picker;        /* of the second chart's column */
    bool hidden;                    /* there was no room for the second chart */
    unsigned scale[OB_LIVE_CHARTS]; /* place in the circle of scales */
    unsigned smoothing;             /* place in the list of weights, 0 = none */
    bool log_x;
    bool no_band;
    unsigned single; /* 0 = both charts, else 1 + the one that is shown */
    unsigned opened; /* the run that the axes were made for */
};

/* Starts afresh where another run than at the last call is shown, as [ui] charts of its
 * config asks; true then. */
bool ob_live_charts_open(struct ob_live_charts *l, const struct ob_view *v);

/* Gives the room of a chart that is not shown to the other. */
void ob_live_charts_place(const struct ob_live_charts *l, struct ob_live_places *p);

/* Fits and draws the charts for their places. */
void ob_live_charts_update(struct ob_live_charts *l, const struct ob_view *v,
                           const struct ob_live_places *p);

/* Shows what update() drew. */
void ob_live_charts_draw(const struct ob_live_charts *l, const struct ob_view *v,
                         const struct ob_live_places *p, struct ob_canvas *c);

/* Shows the list of columns over all else while it is open. */
void ob_live_charts_draw_picker(const struct ob_live_charts *l, const struct ob_view *v,
                                struct ob_canvas *c);

/* True where the request was one of theirs. */
bool ob_live_charts_request(struct ob_live_charts *l, const struct ob_view *v,
                            enum ob_request r, struct ob_wishes *wish);

/* A key for the open list of columns; true = it was taken. */
bool ob_live_charts_key(struct ob_live_charts *l, struct ob_view *v, uint32_t key,
                        struct ob_wishes *wish);

void ob_live_charts_finish(struct ob_live_charts *l);

#endif
