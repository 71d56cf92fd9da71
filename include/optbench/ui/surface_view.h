/*
 * A plane through the space of parameters and the loss on a grid of it, as `optbench
 * surface --json` computed it: what the surface screen draws. Plain data of the UI
 * thread; filled by the feed. A zeroed struct is the answer to nothing.
 *
 * A point of the plane is theta = origin + u * x.direction + v * y.direction. Along a
 * parameter the origin has a zero there, so that u is the parameter itself.
 */
#ifndef OB_UI_SURFACE_VIEW_H
#define OB_UI_SURFACE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

enum ob_surface_plane {
    OB_SURFACE_PARAMS,    /* two parameters, the others as they are at the point */
    OB_SURFACE_PCA,       /* where the paths of the runs went most */
    OB_SURFACE_RANDOM,    /* two directions drawn, always the same ones */
    OB_SURFACE_CURVATURE, /* the gradient, and the direction of the largest curvature */
    OB_SURFACE_PLANES,
};

enum {
    OB_SURFACE_KNOWN = 16, /* parameters whose directions are told */
    OB_SURFACE_OPTIMA = 8,
    OB_SURFACE_PATHS = 4,
    OB_SURFACE_SIZE = 1024, /* points a side at most */
};

/* What is asked of a feed. Everything is lent for the call. */
struct ob_surface_ask {
    const char *const *path; /* [paths] runs of one problem, or one config */
    size_t paths;            /* 1 .. OB_SURFACE_PATHS */
    const char
        *text; /* the INI of path[0], which is not saved as such; NULL = its file */
    enum ob_surface_plane plane; /* OB_SURFACE_PLANES = the one that says most */
    const char *x, *y; /* names of parameters, NULL = the first two; only for PARAMS */
    bool ranged;       /* x0 < x1, y0 < y1 in units of the axes; else what fits is seen */
    double x0, x1, y0, y1;
    size_t size; /* points a side, 2 .. OB_SURFACE_SIZE; 0 = 65 */
};

struct ob_surface_axis {
    char name[96];   /* raw: "w1", or what the direction is */
    int index;       /* the parameter, counted from 0; -1 = a direction of several */
    double from, to; /* u of the first column and of the last, v of the rows */
    double share; /* of the way of the paths that lies along it, 0 .. 1; NAN = unknown */
    double direction[OB_SURFACE_KNOWN]; /* [n], of length 1, where n is at most that */
};

/* A point of the plane; z is the loss there, NAN or infinite where it has none. */
struct ob_surface_mark {
    double u, v, z;
};

/* The way of a run, seen on the plane. */
struct ob_surface_path {
    char *of;                   /* path of the run, raw; owned */
    struct ob_surface_mark *at; /* [n], owned; in the order of the steps */
    double *step;               /* [n], owned */
    size_t n;
};

struct ob_surface_view {
    bool known;     /* an answer is there */
    bool under_way; /* a better or a newer one is on its way */
    char of[4096];  /* the first path of what was asked; raw */
    enum ob_surface_plane plane;
    size_t nx, ny;
    double *z; /* [ny][nx], owned: z[j * nx + i] at u of column i, v of row j, both evenly
                  from `from` to `to`; NAN and infinities as they were computed */
    struct ob_surface_axis x, y;
    size_t n;                        /* parameters */
    double origin[OB_SURFACE_KNOWN]; /* [n], where n is at most that */
    struct ob_surface_mark here;     /* the point that the plane goes through */
    struct ob_surface_mark min, max; /* of the finite values; u = NAN: there are none */
    struct ob_surface_mark optimum[OB_SURFACE_OPTIMA]; /* [optima] known ones */
    double beside[OB_SURFACE_OPTIMA]; /* how far each is from the plane; its z is the loss
                                         there, not that of the surface at u, v */
    size_t optima;
    /* n = 0 where the run does not tell. Which run it is stands in `of`: others may be
     * shown by now. Of few parameters (n <= OB_SURFACE_KNOWN) the series of the run are
     * the newer source. */
    struct ob_surface_path path[OB_SURFACE_PATHS];
    size_t paths;
    double leaves; /* how far the paths go from the plane at most; NAN = no path */
    size_t holes;  /* values that are not finite */
    size_t level;  /* of `levels`, from 1: the grid gets finer */
    size_t levels;
    double evals;   /* evaluations it took so far */
    double seconds; /* ... and time */
    bool done;      /* the last level */
    char why[1024]; /* why there is no answer, or not all of it; raw; "" = all is well */
};

void ob_surface_view_finish(struct ob_surface_view *v);

/* Fills a zeroed struct from one answer of the program: its line, and the .npy file
 * behind it. OB_EDATA where they are no such answer, or not of each other; *v is as it
 * was then. `of` and `under_way` are the caller's. */
bool ob_surface_view_read(struct ob_surface_view *v, const char *json, size_t n,
                          const void *npy, size_t npy_len, struct ob_err *err);

/* Coordinates of theta [n] in the plane; returns its distance from it. Only where the
 * directions are told, n <= OB_SURFACE_KNOWN. */
double ob_surface_project(const struct ob_surface_view *s, const double *theta,
                          struct ob_surface_mark *out);

/* The value at a place between the points of the grid, linearly; NAN outside, and where
 * one of the four around it is not finite. */
double ob_surface_at(const struct ob_surface_view *s, double u, double v);

/* "params", "pca", "random", "curvature": words of the option --plane. */
const char *ob_surface_plane_name(enum ob_surface_plane p);

#endif
