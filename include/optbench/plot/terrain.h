/*
 * Heights over a plane, with what lies on them: the loss over two parameters, the paths
 * that runs took across it, and marked places. relief.h shows it in space, contour.h from
 * above; both place heights by the same scale, so that their colours mean the same.
 *
 * Every pointer is lent by the caller for the call. Pure functions, any thread; the same
 * cells come out on every machine, for nothing here asks the C library for a sine or a
 * logarithm.
 */
#ifndef OB_PLOT_TERRAIN_H
#define OB_PLOT_TERRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/plot/scale.h"
#include "optbench/plot/surface.h"

/* Columns (rows) of heights stand evenly from `from` at the first to `to` at the last; a
 * single one stands in the middle. from < to, both finite. */
struct ob_terrain_axis {
    const char *name; /* safe text, NULL = none */
    double from, to;
};

/* A path across it. Points outside of the axes, and those that are not finite, leave
 * gaps; lines between two points on the ground follow it. */
struct ob_trail {
    const double *x, *y; /* [n] */
    const double *z; /* [n] heights of their own, or NULL: on the ground; so are NaN */
    size_t n;
    size_t now;      /* index of the point that is marked *; what comes later is dotted */
    char letter;     /* stands beside the *; 0 = none */
    enum ob_ink ink; /* OB_INK_A ... */
};

/* A marked place: 'o' for a known optimum, '+' for a probe. */
struct ob_flag {
    double x, y;
    double z; /* NaN: on the ground */
    char glyph;
    enum ob_ink ink;
};

struct ob_terrain {
    const double *z; /* [ny * nx], row after row along y; NaN and infinite: holes */
    int nx, ny;      /* at least 1 each */
    struct ob_terrain_axis x, y;
    const char *name; /* of the heights, safe text, NULL = none */
    bool log;         /* heights by their logarithm; on both sides of zero where it has
                         negative ones */
    const struct ob_trail *trail; /* [trails], the last lies on top */
    size_t trails;
    const struct ob_flag *flag; /* [flags], above all trails */
    size_t flags;
};

/* The point that is drawn after point i, n or more after the last: each of up to 16384,
 * every so many of more, and always the one that is marked. */
size_t ob_trail_next(const struct ob_trail *l, size_t i);

/* How heights are placed. */
struct ob_terrain_fit {
    struct ob_scale scale;
    size_t holes;  /* heights that are NaN or infinite */
    size_t sunken; /* on a logarithmic scale: zeros, shown at its lower end */
    bool empty;    /* nothing but holes; the scale is 0..1 */
    bool flat;     /* all of one height, in the middle of the scale */
};

/* The scale reaches from the lowest height to the highest, at most twelve decades if
 * logarithmic; magnitudes beyond 1e300 stand at its ends. */
void ob_terrain_fit(const struct ob_terrain *t, struct ob_terrain_fit *fit);

/* 0 at the lower end of the scale, 1 at the upper one, cut to that; NaN for a hole. */
double ob_terrain_part(const struct ob_scale *s, double z);

/* The height at a part of the scale, 0..1; good to a millionth of the scale. */
double ob_terrain_height(const struct ob_scale *s, double part);

/* The ground at a place as part of the scale, between the parts of the heights around it
 * as pictures show it (bilinear); NaN outside of the axes and where one of those is a
 * hole. */
double ob_terrain_at(const struct ob_terrain *t, const struct ob_scale *s, double x,
                     double y);

#endif
