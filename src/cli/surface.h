/*
 * `optbench surface`: what its files share. surface_path.c reads the ways of runs,
 * surface_plane.c chooses the plane, surface_range.c the part of it that is seen,
 * surface_write.c writes what was computed, surface_show.c tells it, cmd_surface.c is the
 * command. For src/cli alone.
 */
#ifndef OB_CLI_SURFACE_H
#define OB_CLI_SURFACE_H

#include "open_point.h"
#include "optbench/base/buf.h"
#include "optbench/model/plane.h"
#include "optbench/run/rundir.h"
#include "optbench/ui/surface_view.h"

enum { SURFACE_POINTS = 512 }; /* of a way at most */

/* Where a run was: points in the order of its steps, thinned out evenly; the first and
 * the last one are always there. k = 0: its log does not tell. */
struct surface_path {
    size_t n, k;
    double *theta; /* [k * n], one point behind the other; owned, as are the others */
    double *step;  /* [k] */
    double *loss;  /* [k] as logged, NAN where it was not measured */
    double limit;  /* points with a higher loss are not shown */
};

/* Reads the way of the run with the parameters of `layout` into a zeroed *p. A log that
 * cannot be read has none. */
void surface_path_read(struct surface_path *p, const struct ob_rundir *dir,
                       const struct ob_layout *layout);
void surface_path_finish(struct surface_path *p); /* zeroed is allowed */

/* Adds where the run is now, where its way ends before that step: way points need not
 * include the last one. */
void surface_path_extend(struct surface_path *p, double step, const double *theta,
                         double loss);

/* Whether point i belongs to the picture: a run that diverges would leave nothing of it
 * to be seen but its own end. */
bool surface_path_shows(const struct surface_path *p, size_t i);

struct surface {
    struct ob_point point; /* of the first operand: the problem, and where it is */
    struct {
        char *path;
        struct surface_path way;
    } run[OB_SURFACE_PATHS];
    size_t runs;
    enum ob_surface_plane kind;
    struct ob_plane plane;
    char x_name[OB_COLUMN_NAME_MAX], y_name[OB_COLUMN_NAME_MAX];
    double range[4]; /* x0, x1, y0, y1 */
    struct ob_surface_mark here, optimum[OB_SURFACE_OPTIMA];
    double beside[OB_SURFACE_OPTIMA]; /* how far each is from the plane */
    size_t optima;
    double leaves; /* how far the ways go from the plane at most; NAN = no way */
    struct ob_scan scan;
    int64_t began; /* monotonic, ns */
};

/* What the command line asks of the plane; texts are lent. */
struct surface_ask {
    const char *plane, *x, *y; /* NULL = not given */
    bool ranged;
    double range[4];
    uint64_t seed; /* of random directions */
};

/* Choose the plane, s->point and s->run being there, and then what is seen of it. On
 * failure print why; *status has the exit status. */
bool surface_choose_plane(struct surface *s, const struct surface_ask *ask, int *status);
bool surface_choose_range(struct surface *s, const struct surface_ask *ask, int *status);

/* Where the grid goes. */
struct surface_out {
    const char *file;     /* NULL = nowhere, "-" = standard output */
    struct ob_rundir dir; /* open: into views/ of this run instead */
    bool json;            /* a line for each level on standard output */
};

/* Writes the level that is whole now; `last`: it is the last one. False with OB_EIO. */
bool surface_write(const struct surface *s, const struct surface_out *out, bool last,
                   struct ob_err *err);

/* The name of the grid's file, or NULL, and that of what is told about it; free() them.
 */
#define SURFACE_GRID  "views/surface.npy"
#define SURFACE_ABOUT "views/surface.json"
char *surface_file(const struct surface_out *out);
char *surface_about(const char *grid);
bool surface_piped(const struct surface_out *out);

/* What the values of the level come to. */
struct surface_facts {
    struct ob_surface_mark min, max; /* u = NAN: no value is finite */
    size_t holes;
};
struct surface_facts surface_look(const struct surface *s);

/* What was found, for people. */
void surface_show(const struct surface *s, const struct surface_out *out,
                  struct ob_buf *text);

#endif
