/*
 * What the parts of a contour map share. For src/plot alone.
 */
#ifndef OB_PLOT_CONTOUR_PRIV_H
#define OB_PLOT_CONTOUR_PRIV_H

#include "optbench/plot/contour.h"

/* Masks of dots by what drew them. */
struct ob_contour_cell {
    uint8_t line, trail;
    uint8_t level; /* of the line, index */
    uint8_t ink;   /* of the trail, and its letter */
    char letter;
    bool number; /* is written over */
};

struct ob_contour_map {
    const struct ob_terrain *t;
    const struct ob_contour_view *v;
    struct ob_picture *onto;
    struct ob_contour_place place;
    struct ob_terrain_fit fit;
    struct ob_terrain parts;      /* the same with parts of the scale for heights */
    struct ob_ticks levels;       /* rising */
    struct ob_contour_cell *cell; /* [rows * cols] of the picture */
};

/* The scale of `parts`: as it is. */
extern const struct ob_scale ob_contour_unit;

/* Places in dots of the picture, beyond its edges where they lie outside of what is
 * shown. */
double ob_contour_x(const struct ob_contour_map *m, double x);
double ob_contour_y(const struct ob_contour_map *m, double y);

/* Whether a cell belongs to the map. */
bool ob_contour_inside(const struct ob_contour_map *m, int col, int row);

/* A cell of the map, NULL outside. */
struct ob_contour_cell *ob_contour_cell(const struct ob_contour_map *m, int col, int row);

/* contour_lines.c */
void ob_contour_levels(struct ob_contour_map *m);
void ob_contour_lines(struct ob_contour_map *m);
void ob_contour_numbers(struct ob_contour_map *m); /* onto the lines */

void ob_contour_compose(struct ob_contour_map *m); /* what the cells show of both */

/* contour_trails.c; marks stand above all else. */
void ob_contour_trails(struct ob_contour_map *m);
void ob_contour_marks(struct ob_contour_map *m);

#endif
