/*
 * A terrain in space: seen from afar (orthographic projection), turned by azimuth about
 * the vertical and tilted by elevation, hidden parts hidden by a z-buffer as fine as the
 * dots of the cells.
 *
 *   WIRE    lines of a mesh in dots, in the colour of their height: the best shape
 *   SHADED  the ground in half blocks, in the colour of its height and, by a third, of
 * the light on it: wants `grounds` RAMP    a character per cell by height and light, from
 * . to @: needs nothing
 *
 * Trails and flags stand at their own heights; parts behind the ground are dotted and
 * dim. Holes show the floor of the box as sparse dots. From 24 x 8 cells the box has
 * names and numbers on its nearest edges; they are left out where they would cover one
 * another.
 *
 * Angles are whole degrees, so that a picture is the same on every machine and a full
 * turn ends where it began. The size of the box on the screen does not depend on the
 * azimuth. More than 129 columns or rows of heights are thinned evenly.
 */
#ifndef OB_PLOT_RELIEF_H
#define OB_PLOT_RELIEF_H

#include <stdbool.h>

#include "optbench/plot/glyphs.h"
#include "optbench/plot/picture.h"
#include "optbench/plot/terrain.h"

enum ob_relief_style {
    OB_RELIEF_WIRE,
    OB_RELIEF_SHADED,
    OB_RELIEF_RAMP,
    OB_RELIEF_STYLES,
};

struct ob_relief_view {
    int azimuth;   /* degrees, any; 0 looks along y, x grows to the right */
    int elevation; /* degrees above the plane, cut to 0..90 */
    double zoom;   /* 1 shows all of the box; cut to 1/4..32 */
    double at_x;   /* what stands in the middle of the picture as far as zoom > 1 ... */
    double at_y;   /* ... in parts of the axes, 0.5 each for the middle of the box */
    enum ob_relief_style style;
    enum ob_glyphs tier;
    bool grounds; /* the terminal shows colours behind glyphs; without them SHADED is
                     RAMP */
    bool bare;    /* no names and numbers */
};

/* Azimuth 30, elevation 30, zoom 1, wire. */
extern const struct ob_relief_view ob_relief_start;

/* Memory that is used again from frame to frame: a zeroed struct is ready. */
struct ob_relief {
    struct ob_relief_vertex *vertex;
    struct ob_relief_dot *dot;
    struct ob_relief_cell *cell;
    unsigned vertices, dots; /* how many there is room for */
};

/* Draws all of the picture, which the caller has sized. */
void ob_relief_draw(struct ob_relief *r, const struct ob_terrain *t,
                    const struct ob_relief_view *v, struct ob_picture *onto);

void ob_relief_finish(struct ob_relief *r);

/* "wire", "shaded", "ramp": static. */
const char *ob_relief_style_name(enum ob_relief_style style);

#endif
