#include <config.h>

#include "optbench/model/plane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"

/* A direction that keeps less than this of its length beside the other one is parallel to
 * it for all that its digits tell. */
#define PARALLEL 1e-12

void ob_plane_finish(struct ob_plane *pl)
{
    free(pl->origin);
    free(pl->x);
    free(pl->y);
    *pl = (struct ob_plane){ .n = 0 };
}

static void begin(struct ob_plane *pl, size_t n, const double *theta)
{
    *pl = (struct ob_plane){ .n = n, .xi = -1, .yi = -1, .x_share = NAN, .y_share = NAN };
    pl->origin = ob_xcalloc(n, sizeof *pl->origin);
    pl->x = ob_xcalloc(n, sizeof *pl->x);
    pl->y = ob_xcalloc(n, sizeof *pl->y);
    memcpy(pl->origin, theta, n * sizeof *theta);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Makes v a unit vector and returns the length that it had, without overflow for any
 * finite v; 0, and v as it was, where it has none. */
static double unit(size_t n, double *v)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    if (!(most > 0) || !isfinite(most))
        return 0;
    for (size_t i = 0; i < n; i++)
        v[i] /= most;
    double length = sqrt(dot(n, v, v));
    for (size_t i = 0; i < n; i++)
        v[i] /= length;
    return most * length;
}

/* Takes from the unit vector y its part along the unit vector x; what length was left. */
static double orthogonalise(size_t n, const double *x, double *y)
{
    double left = 1;
    /* Twice is enough (Giraud, Langou, Rozloznik 2005). */
    for (int pass = 0; pass < 2; pass++) {
        double along = dot(n, x, y);
        for (size_t i = 0; i < n; i++)
            y[i] -= along * x[i];
        left *= unit(n, y);
    }
    return left;
}

void ob_plane_params(struct ob_plane *pl, size_t n, const double *theta, size_t i,
                     size_t j)
{
    OB_REQUIRE(i < n && j < n && i != j);
    begin(pl, n, theta);
    pl->origin[i] = pl->origin[j] = 0;
    pl->x[i] = pl->y[j] = 1;
    pl->xi = (long)i;
    pl->yi = (long)j;
}

bool ob_plane_directions(struct ob_plane *pl, size_t n, const double *theta,
                         const double *x, const double *y, struct ob_err *err)
{
    begin(pl, n, theta);
    memcpy(pl->x, x, n * sizeof *x);
    memcpy(pl->y, y, n * sizeof *y);
    if (unit(n, pl->x) > 0 && unit(n, pl->y) > 0 &&
        orthogonalise(n, pl->x, pl->y) > PARALLEL)
        return true;
    ob_plane_finish(pl);
    return ob_fail(err, OB_EFAIL, "the two directions do not span a plane");
}

void ob_plane_random(struct ob_plane *pl, size_t n, const double *theta, uint64_t seed)
{
    OB_REQUIRE(n >= 2);
    begin(pl, n, theta);
    for (size_t i = 0; i < n; i++) {
        pl->x[i] = ob_normal_at(seed, OB_STREAM_PLANE_X, i);
        pl->y[i] = ob_normal_at(seed, OB_STREAM_PLANE_Y, i);
    }
    unit(n, pl->x);
    unit(n, pl->y);
    orthogonalise(n, pl->x, pl->y);
}

/* The inner products of the k differences m [k * n] with each other, k x k, or of their
 * components, n x n, whichever are fewer: both have the same eigenvalues. */
static void products(double *g, const double *m, size_t k, size_t n)
{
    if (n <= k) {
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b <= a; b++) {
                double sum = 0;
                for (size_t i = 0; i < k; i++)
                    sum += m[i * n + a] * m[i * n + b];
                g[a * n + b] = sum;
            }
        return;
    }
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++)
            g[i * k + j] = dot(n, m + i * n, m + j * n);
}

/* The direction that belongs to eigenvector number c (a column of v) of the products. */
static void component(double *out, const double *m, size_t k, size_t n, const double *v,
                      size_t c)
{
    memset(out, 0, n * sizeof *out);
    if (n <= k) {
        for (size_t a = 0; a < n; a++)
            out[a] = v[a * n + c];
        return;
    }
    for (size_t i = 0; i < k; i++)
        for (size_t a = 0; a < n; a++)
            out[a] += v[i * k + c] * m[i * n + a];
}

/* The largest component of a direction is positive, so that a picture does not turn over
 * when a point is added. */
static void point_up(size_t n, double *v)
{
    size_t most = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[most]))
            most = i;
    const bool down = v[most] < 0;
    for (size_t i = 0; i < n && down; i++)
        v[i] = -v[i];
}

/* A path on a line leaves the second direction open: the axis that is least along the
 * first one. */
static void any_beside(struct ob_plane *pl)
{
    size_t least = 0;
    for (size_t i = 1; i < pl->n; i++)
        if (fabs(pl->x[i]) < fabs(pl->x[least]))
            least = i;
    memset(pl->y, 0, pl->n * sizeof *pl->y);
    pl->y[least] = 1;
    orthogonalise(pl->n, pl->x, pl->y);
    pl->y_share = 0;
}

/* Fills x and y from the differences m [k * n], which are at most 1. */
static bool components(struct ob_plane *pl, const double *m, size_t k, struct ob_err *err)
{
    size_t n = pl->n, size = n <= k ? n : k;
    double *g = ob_xcalloc(size * size, sizeof *g),
           *v = ob_xcalloc(size * size, sizeof *v);
    double *w = ob_xcalloc(3 * size, sizeof *w), total = 0;
    products(g, m, k, n);
    for (size_t i = 0; i < size; i++)
        total += g[i * size + i];
    bool ok = ob_eigen_symmetric(size, g, w, v, w + size) ||
              ob_fail(err, OB_EFAIL, "the path has no principal components");
    if (ok) {
        component(pl->x, m, k, n, v, size - 1);
        unit(n, pl->x);
        pl->x_share = w[size - 1] / total;
        bool flat = size < 2 || !(w[size - 2] > PARALLEL * w[size - 1]);
        if (!flat) {
            component(pl->y, m, k, n, v, size - 2);
            flat = !(unit(n, pl->y) > 0 && orthogonalise(n, pl->x, pl->y) > 0.5);
            pl->y_share = w[size - 2] / total;
        }
        if (flat)
            any_beside(pl);
        point_up(n, pl->x);
        point_up(n, pl->y);
    }
    free(w);
    free(v);
    free(g);
    return ok;
}

bool ob_plane_pca(struct ob_plane *pl, size_t n, const double *theta, const double *path,
                  size_t k, struct ob_err *err)
{
    size_t used = k < OB_PLANE_POINTS ? k : OB_PLANE_POINTS;
    double *m = ob_alloc(used * n, sizeof *m, err), most = 0;
    if (!m)
        return false;
    for (size_t i = 0; i < used; i++) {
        size_t from = used < 2 ? 0 : i * (k - 1) / (used - 1);
        for (size_t a = 0; a < n; a++) {
            double d = path[from * n + a] - theta[a];
            m[i * n + a] = d;
            most = isfinite(d) ? fmax(most, fabs(d)) : INFINITY;
        }
    }
    bool ok = most > 0 && isfinite(most);
    if (!ok) {
        ob_fail(err, OB_EFAIL,
                most > 0 ? "the path is not finite"
                         : "the path has not left its first point");
        free(m);
        return false;
    }
    for (size_t i = 0; i < used * n; i++)
        m[i] /= most;
    begin(pl, n, theta);
    ok = components(pl, m, used, err);
    free(m);
    if (!ok)
        ob_plane_finish(pl);
    return ok;
}

double ob_plane_project(const struct ob_plane *pl, const double *theta, double *u,
                        double *v)
{
    double a = 0, b = 0, rest = 0;
    for (size_t i = 0; i < pl->n; i++) {
        a += pl->x[i] * (theta[i] - pl->origin[i]);
        b += pl->y[i] * (theta[i] - pl->origin[i]);
    }
    for (size_t i = 0; i < pl->n; i++) {
        double off = theta[i] - (pl->origin[i] + a * pl->x[i] + b * pl->y[i]);
        rest += off * off;
    }
    *u = a;
    *v = b;
    return sqrt(rest);
}
