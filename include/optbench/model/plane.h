/*
 * A plane through the space of parameters, and the objective on a grid of it: what a loss
 * surface is drawn from. Called by `optbench surface` on one thread, which owns the
 * problem; its pool shares the work, and the bits do not depend on the number of threads.
 *
 * A point of the plane is theta = origin + u x + v y. Where x is the axis of parameter i,
 * origin[i] is 0, so that u is that parameter, exactly.
 *
 * Planes by random directions and by the principal components of a path are those of Li,
 * Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS
 * 2018, sections 3 and 7.2 (the components of theta_i - theta_last); directions are not
 * filter-normalised.
 */
#ifndef OB_MODEL_PLANE_H
#define OB_MODEL_PLANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/model/problem.h"

struct ob_plane {
    size_t n;
    double *origin; /* [n], owned, as are the other two */
    double *x, *y;  /* [n] orthonormal */
    long xi, yi;    /* the parameters that they are, -1 = directions of several */
    double x_share; /* of the squared way of a path, along x and y; NAN = no path */
    double y_share;
};

void ob_plane_finish(struct ob_plane *pl); /* zeroed is allowed */

/* Each fills a zeroed plane through theta [n]; n >= 2. */

/* Along the parameters i and j != i. */
void ob_plane_params(struct ob_plane *pl, size_t n, const double *theta, size_t i,
                     size_t j);
/* Along two random directions, the same for the same seed (Philox, normal). */
void ob_plane_random(struct ob_plane *pl, size_t n, const double *theta, uint64_t seed);
/* Along x and the part of y that is orthogonal to it; both finite and not parallel to 12
 * digits, else OB_EFAIL. */
bool ob_plane_directions(struct ob_plane *pl, size_t n, const double *theta,
                         const double *x, const double *y, struct ob_err *err);
/*
 * Along the two principal components of the differences path[i] - theta, path being
 * [k * n], one point behind the other, k >= 1. Of more than OB_PLANE_POINTS points only
 * some, evenly, are used. Where the path lies on a line, y is orthogonal to it and has no
 * share. OB_EFAIL where it is a single point or not finite, OB_ENOMEM.
 */
enum { OB_PLANE_POINTS = 128 };
bool ob_plane_pca(struct ob_plane *pl, size_t n, const double *theta, const double *path,
                  size_t k, struct ob_err *err);

/* Coordinates of theta [n]; returns its distance from the plane. */
double ob_plane_project(const struct ob_plane *pl, const double *theta, double *u,
                        double *v);

/*
 * A grid over a part of the plane, computed coarse to fine. Levels have about half as
 * many points a side as the next; where their points are points of the next (sizes of
 * 2^k + 1 ...), those are not computed again, which changes no bit.
 */
enum { OB_SCAN_LEVELS = 12, OB_SCAN_SIZE = 4096 };

struct ob_scan {
    struct ob_problem *problem; /* borrowed, as is the plane, until finish */
    const struct ob_plane *plane;
    double x0, x1, y0, y1;       /* first and last column and row */
    size_t size[OB_SCAN_LEVELS]; /* [levels] points a side */
    size_t levels, level;        /* the one that is being computed */
    size_t next;                 /* the first point of it that may be missing */
    size_t evals;                /* points computed so far, of all levels */
    double *z;                   /* [size * size] of this level, row by row; owned */
    double *before;              /* of the level before, owned; NULL = none of use */
    size_t cap;
    double *point; /* [n * cap] scratch, owned */
    double *loss;  /* [cap] */
    size_t *place; /* [cap] */
};

/* A zeroed scan of `size` points a side, 2 .. OB_SCAN_SIZE; x0 < x1 and y0 < y1 with
 * finite differences. OB_ENOMEM. */
bool ob_scan_init(struct ob_scan *s, struct ob_problem *p, const struct ob_plane *pl,
                  const double range[static 4], size_t size, struct ob_err *err);
void ob_scan_finish(struct ob_scan *s); /* zeroed is allowed */

/* Computes at most `most` points more, at least one, so that the caller can look at
 * signals between; how many is without influence on the bits. *whole = the level has all
 * its points now. OB_ENOMEM. */
bool ob_scan_work(struct ob_scan *s, size_t most, bool *whole, struct ob_err *err);

/* Goes on to the next level; false after the last one. */
bool ob_scan_next(struct ob_scan *s, struct ob_err *err);

/* Coordinate of point i of n from a to b, both ends exact. */
double ob_scan_at(double a, double b, size_t i, size_t n);

#endif
