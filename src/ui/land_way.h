/*
 * The way of a run across a plane, as the screen draws it: projected and thinned while it
 * grows, so that a frame costs what is new and a way of a million rows stays short. No
 * bend goes: whatever is left out lies within `slack` of the line that is drawn, a dot of
 * a large screen at most. Only of a way that would keep more than 65536 points all the
 * same, noise over the whole plane, every second row goes, then every fourth ...
 *
 * The points that are kept are chosen with a cone from the last of them in which all that
 * follow lie, until one does not (Zhao and Saalfeld, "Linear-time sleeve-fitting
 * polyline simplification algorithms", 1997).
 *
 * Of few parameters the way is that of the run's own series, row by row; of many it is
 * the one that came with the surface. One thread; a zeroed struct is an empty way.
 */
#ifndef OB_UI_LAND_WAY_H
#define OB_UI_LAND_WAY_H

#include "live_axis.h"
#include "optbench/ui/surface_view.h"

enum { OB_LAND_RUNS = OB_LIVE_RUNS };

struct ob_land_way {
    double *x, *y; /* [n] places on the plane; not finite where the run was not */
    size_t *row;   /* [n] which of the rows they are, rising */
    size_t n, cap;
    size_t rows;   /* of the run, seen so far */
    double x0, x1; /* where the rows lie that are to be seen: x0 > x1 = there are none */
    double y0, y1;

    /* Private. */
    char *of;                               /* path of the run */
    double plane[2 * OB_SURFACE_KNOWN + 2]; /* what it was projected with */
    double slack_x, slack_y, slack;         /* units of the axes; how many of them */
    double last_x, last_y;                  /* the last row that was taken ... */
    size_t last;                            /* ... which is this one */
    size_t stride;                          /* rows from one that is taken to the next */
    double low[2], high[2], far;            /* the cone from the last point kept */
    bool open;                              /* there is such a cone */
};

/* Number of rows of a run; the place of one and its step. False where the run tells no
 * way on this plane. */
size_t ob_land_rows(const struct ob_surface_view *s, const struct ob_run_model *m);
bool ob_land_row(const struct ob_surface_view *s, const struct ob_run_model *m,
                 size_t row, struct ob_surface_mark *out, double *step);

/* Takes what is new. With `seen` the new rows widen x0 .. y1. */
void ob_land_way_follow(struct ob_land_way *w, const struct ob_surface_view *s,
                        const struct ob_run_model *m, bool seen);

void ob_land_way_finish(struct ob_land_way *w);

#endif
