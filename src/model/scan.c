#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/model/plane.h"

/* The part of plane.h that computes grids. */

enum {
    COARSE = 33,          /* a level of fewer points a side has none before it */
    NUMBERS = 1 << 18,    /* doubles of the points that are computed at once: 2 MiB */
    POINTS_MAX = 1 << 14, /* ... and how many points at most */
};

double ob_scan_at(double a, double b, size_t i, size_t n)
{
    if (i + 1 == n)
        return b;
    /* A level whose points lie among those of this one has the same quotient times a
     * power of two above and below: equal bits. */
    return a + (b - a) * (double)i / (double)(n - 1);
}

/* Sizes from the coarsest to `size`. */
static void plan(struct ob_scan *s, size_t size)
{
    size_t down[OB_SCAN_LEVELS], n = 0;
    for (down[n++] = size; size >= COARSE; down[n++] = size) {
        OB_REQUIRE(n < OB_SCAN_LEVELS);
        size = size % 2 ? size / 2 + 1 : size / 2;
    }
    s->levels = n;
    for (size_t i = 0; i < n; i++)
        s->size[i] = down[n - 1 - i];
}

bool ob_scan_init(struct ob_scan *s, struct ob_problem *p, const struct ob_plane *pl,
                  const double range[static 4], size_t size, struct ob_err *err)
{
    OB_REQUIRE(size >= 2 && size <= OB_SCAN_SIZE && range[0] < range[1] &&
               range[2] < range[3]);
    *s = (struct ob_scan){ .problem = p,
                           .plane = pl,
                           .x0 = range[0],
                           .x1 = range[1],
                           .y0 = range[2],
                           .y1 = range[3] };
    plan(s, size);
    s->cap = NUMBERS / pl->n;
    s->cap = s->cap < 1 ? 1 : s->cap > POINTS_MAX ? POINTS_MAX : s->cap;
    if (s->cap > size * size)
        s->cap = size * size;
    s->point = ob_alloc(pl->n * s->cap, sizeof *s->point, err);
    s->loss = ob_alloc(s->cap, sizeof *s->loss, err);
    s->place = ob_alloc(s->cap, sizeof *s->place, err);
    s->z = ob_alloc(s->size[0] * s->size[0], sizeof *s->z, err);
    if (s->point && s->loss && s->place && s->z)
        return true;
    ob_scan_finish(s);
    return false;
}

void ob_scan_finish(struct ob_scan *s)
{
    free(s->point);
    free(s->loss);
    free(s->place);
    free(s->z);
    free(s->before);
    *s = (struct ob_scan){ .levels = 0 };
}

/* Takes over what the level before knows; false where it does not know the point. */
static bool known(struct ob_scan *s, size_t i, size_t j, double *out)
{
    if (!s->before || i % 2 || j % 2)
        return false;
    *out = s->before[j / 2 * s->size[s->level - 1] + i / 2];
    return true;
}

/* Lists the next points that have to be computed. */
static size_t gather(struct ob_scan *s, size_t most)
{
    size_t n = s->size[s->level], k = 0;
    most = most < 1 ? 1 : most < s->cap ? most : s->cap;
    for (; s->next < n * n && k < most; s->next++)
        if (!known(s, s->next % n, s->next / n, &s->z[s->next]))
            s->place[k++] = s->next;
    return k;
}

/* Parameter a of the k points behind each other, as ob_problem_values() has them. */
static void set_points(struct ob_scan *s, size_t k)
{
    const struct ob_plane *pl = s->plane;
    size_t n = s->size[s->level];
    double *u = s->loss; /* free until the values come */
    for (size_t i = 0; i < k; i++)
        u[i] = ob_scan_at(s->x0, s->x1, s->place[i] % n, n);
    for (size_t a = 0; a < pl->n; a++)
        for (size_t i = 0; i < k; i++)
            s->point[a * k + i] = pl->origin[a] + u[i] * pl->x[a];
    for (size_t i = 0; i < k; i++)
        u[i] = ob_scan_at(s->y0, s->y1, s->place[i] / n, n);
    for (size_t a = 0; a < pl->n; a++)
        for (size_t i = 0; i < k; i++)
            s->point[a * k + i] += u[i] * pl->y[a];
}

bool ob_scan_work(struct ob_scan *s, size_t most, bool *whole, struct ob_err *err)
{
    size_t k = gather(s, most);
    if (k > 0) {
        set_points(s, k);
        if (!ob_problem_values(s->problem, k, s->point, s->loss, err))
            return false;
        for (size_t i = 0; i < k; i++)
            s->z[s->place[i]] = s->loss[i];
        s->evals += k;
    }
    *whole = s->next == s->size[s->level] * s->size[s->level];
    return true;
}

bool ob_scan_next(struct ob_scan *s, struct ob_err *err)
{
    if (s->level + 1 == s->levels)
        return false;
    size_t have = s->size[s->level], n = s->size[s->level + 1];
    double *z = ob_alloc(n * n, sizeof *z, err);
    if (!z)
        return false;
    free(s->before);
    s->before = NULL;
    if (n == 2 * have - 1)
        s->before = s->z;
    else
        free(s->z);
    s->z = z;
    s->level++;
    s->next = 0;
    return true;
}
