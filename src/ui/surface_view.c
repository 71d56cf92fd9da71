#include <config.h>

#include "optbench/ui/surface_view.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/compiler.h"

static const char *const plane_names[] = { "params", "pca", "random", "curvature" };

const char *ob_surface_plane_name(enum ob_surface_plane p)
{
    return plane_names[p];
}

void ob_surface_view_finish(struct ob_surface_view *v)
{
    for (size_t i = 0; i < v->paths; i++) {
        free(v->path[i].of);
        free(v->path[i].at);
        free(v->path[i].step);
    }
    free(v->z);
    *v = (struct ob_surface_view){ 0 };
}

double ob_surface_project(const struct ob_surface_view *s, const double *theta,
                          struct ob_surface_mark *out)
{
    double u = 0, v = 0, rest = 0;
    OB_REQUIRE(s->n <= OB_SURFACE_KNOWN);
    for (size_t i = 0; i < s->n; i++) {
        u += s->x.direction[i] * (theta[i] - s->origin[i]);
        v += s->y.direction[i] * (theta[i] - s->origin[i]);
    }
    for (size_t i = 0; i < s->n; i++) {
        double off =
            theta[i] - (s->origin[i] + u * s->x.direction[i] + v * s->y.direction[i]);
        rest += off * off;
    }
    *out = (struct ob_surface_mark){ .u = u, .v = v, .z = NAN };
    return sqrt(rest);
}

/* Where x lies among n points from `from` to `to`: the point before it, and how far
 * behind that. False outside. */
static bool locate(const struct ob_surface_axis *a, size_t n, double x, size_t *before,
                   double *behind)
{
    double place = (x - a->from) / (a->to - a->from) * (double)(n - 1);
    if (!(place >= 0) || place > (double)(n - 1))
        return false;
    *before = (size_t)place < n - 1 ? (size_t)place : n - 2;
    *behind = place - (double)*before;
    return true;
}

double ob_surface_at(const struct ob_surface_view *s, double u, double v)
{
    size_t i, j;
    double a, b;
    if (s->nx < 2 || s->ny < 2 || !locate(&s->x, s->nx, u, &i, &a) ||
        !locate(&s->y, s->ny, v, &j, &b))
        return NAN;
    const double *z = s->z + j * s->nx + i;
    double low = z[0] + a * (z[1] - z[0]);
    double high = z[s->nx] + a * (z[s->nx + 1] - z[s->nx]);
    double at = low + b * (high - low);
    return isfinite(at) ? at : NAN;
}
