/*
 * What the parts of a relief share: how places become dots, and what is known of each dot
 * and each cell. For src/plot alone.
 *
 * Places are in the box: x and y from -1 to 1 along the axes, the height from -TALL / 2
 * to TALL / 2. Depth is the distance away from the eye in the same unit.
 */
#ifndef OB_PLOT_RELIEF_PRIV_H
#define OB_PLOT_RELIEF_PRIV_H

#include "optbench/plot/relief.h"

#define OB_RELIEF_TALL 0.9
#define OB_RELIEF_FAR  1e30f

struct ob_relief_vertex {
    float x, y, depth; /* dots, and depth */
    float part;        /* of the scale, NaN for a hole */
    float light;       /* 0..1, towards the light */
};

struct ob_relief_dot {
    float depth; /* of what is in front; OB_RELIEF_FAR = nothing */
    float slope; /* how much the depth changes from dot to dot there */
    float part, light;
};

/* Masks of dots by what drew them. */
struct ob_relief_cell {
    uint8_t mesh, frame, hidden, trail;
    uint8_t ink; /* of the trail, and its letter */
    char letter;
    float part; /* highest on the mesh */
};

struct ob_relief_camera {
    double ca, sa, ce, se; /* of azimuth and elevation */
    double sx, sy;         /* dots per unit */
    double cx, cy;         /* dots of what is in the middle ... */
    double mx, my;         /* ... and its place, turned */
};

/* A relief being drawn. */
struct ob_relief_stage {
    const struct ob_terrain *t;
    const struct ob_relief_view *v;
    struct ob_picture *onto;
    struct ob_terrain_fit fit;
    struct ob_relief_camera camera;
    struct ob_relief_vertex *vertex; /* [ny * nx] */
    int nx, ny;                      /* thinned */
    struct ob_relief_dot *dot;       /* [h * w] */
    int w, h;
    struct ob_relief_cell *cell; /* [rows * cols] of the picture */
    bool axes;                   /* there are names and numbers */
};

struct ob_relief_point {
    double x, y, depth;
};

/* A place in the box as seen. */
struct ob_relief_point ob_relief_project(const struct ob_relief_camera *c, double x,
                                         double y, double height);

/* The place of an index of n along an axis, and the height of a part of the scale. */
double ob_relief_along(int i, int n);
double ob_relief_height(double part);

/* relief_ground.c: fills `dot` with what the ground shows. */
void ob_relief_ground(struct ob_relief_stage *s);

/* Whether a point is not behind the ground, give or take `bias`. */
bool ob_relief_seen(const struct ob_relief_stage *s, int x, int y, double depth,
                    double bias);

/* relief_lines.c: the mesh, the floor under holes and the frame of the box; the trails
 * and flags, after everything was composed. */
void ob_relief_mesh(struct ob_relief_stage *s);
void ob_relief_floor(struct ob_relief_stage *s);
void ob_relief_frame_line(struct ob_relief_stage *s, const double from[3],
                          const double to[3]);

/* relief_trails.c */
void ob_relief_trails(struct ob_relief_stage *s);
void ob_relief_marks(struct ob_relief_stage *s);

/* relief_box.c */
void ob_relief_box(struct ob_relief_stage *s);
void ob_relief_names(struct ob_relief_stage *s);

/* relief_cells.c: what the cells show of it all. */
void ob_relief_compose(struct ob_relief_stage *s);

#endif
