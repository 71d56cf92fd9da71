/*
 * A terrain from above: lines of equal height, found by marching squares (Lorensen and
 * Cline, "Marching cubes", SIGGRAPH 1987, in the plane; where two corners on a diagonal
 * are high, the mean of the four says whether they are joined), at round levels of what
 * is shown, by the scale of the terrain evenly or by decades. On a terminal with colours
 * the ground shows the height, too. Holes are blank with an x here and there.
 *
 * From 24 x 8 cells there are axes with numbers, and the levels are written where their
 * lines run.
 */
#ifndef OB_PLOT_CONTOUR_H
#define OB_PLOT_CONTOUR_H

#include <stdbool.h>

#include "optbench/plot/axis.h"
#include "optbench/plot/glyphs.h"
#include "optbench/plot/picture.h"
#include "optbench/plot/terrain.h"

struct ob_contour_view {
    enum ob_glyphs tier;
    bool grounds; /* the terminal shows colours behind glyphs, and they are wanted */
    bool bare;    /* no axes, no numbers on the lines */
    double zoom;  /* 1 shows all; cut to 1..32 */
    double at_x;  /* what stands in the middle as far as zoom > 1, in parts of the axes */
    double at_y;
};

/* Where the map lies within the picture and what it shows: for reading a click, or moving
 * a probe by cells. */
struct ob_contour_place {
    int col, row, cols, rows;    /* cells; none where cols or rows is 0 */
    struct ob_terrain_axis x, y; /* at its edges, zoom included */
};

/* Draws all of the picture, which the caller has sized. *levels, unless NULL, becomes the
 * heights of the lines, rising. */
void ob_contour_draw(const struct ob_terrain *t, const struct ob_contour_view *v,
                     struct ob_picture *onto, struct ob_ticks *levels);

/* The place of the map for a picture of that size. */
struct ob_contour_place ob_contour_place(const struct ob_terrain *t,
                                         const struct ob_contour_view *v, int cols,
                                         int rows);

#endif
