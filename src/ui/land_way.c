#include "land_way.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* `slack` in parts of the axes at first, and how much larger it may get so that no more
 * points than MOST are kept. Thinning what was thinned adds up to less than four of it: a
 * dot of a map of 128 columns. What has more than ALL_MOST then loses every second. */
enum { PARTS = 8192, COARSEST = 8, MOST = 16384, ALL_MOST = 65536 };

/* Whether the rows are those of the run's own series. */
static bool by_series(const struct ob_surface_view *s, const struct ob_run_model *m)
{
    return s->n <= OB_SURFACE_KNOWN && m->params == s->n && s->n > 0;
}

/* The way that came with the surface; NULL where it is not about that run. */
static const struct ob_surface_path *way_of(const struct ob_surface_view *s,
                                            const struct ob_run_model *m)
{
    for (size_t i = 0; i < s->paths; i++)
        if (strcmp(s->path[i].of, m->path) == 0)
            return &s->path[i];
    return NULL;
}

size_t ob_land_rows(const struct ob_surface_view *s, const struct ob_run_model *m)
{
    if (!m->path)
        return 0;
    if (!by_series(s, m)) {
        const struct ob_surface_path *p = way_of(s, m);
        return p ? p->n : 0;
    }
    size_t n = m->series[OB_Q_STEP].n;
    for (size_t i = 0; i < m->params; i++)
        n = m->param[i].n < n ? m->param[i].n : n;
    return n;
}

bool ob_land_row(const struct ob_surface_view *s, const struct ob_run_model *m,
                 size_t row, struct ob_surface_mark *out, double *step)
{
    double theta[OB_SURFACE_KNOWN];
    if (row >= ob_land_rows(s, m))
        return false;
    if (!by_series(s, m)) {
        const struct ob_surface_path *p = way_of(s, m);
        *out = p->at[row];
        *step = p->step[row];
        return true;
    }
    for (size_t i = 0; i < m->params; i++)
        theta[i] = ob_series_at(&m->param[i], row);
    ob_surface_project(s, theta, out);
    *step = ob_series_at(&m->series[OB_Q_STEP], row);
    return true;
}

void ob_land_way_finish(struct ob_land_way *w)
{
    free(w->x);
    free(w->y);
    free(w->row);
    free(w->of);
    *w = (struct ob_land_way){ 0 };
}

static void keep(struct ob_land_way *w, double x, double y, size_t row)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->x = ob_xreallocarray(w->x, w->cap, sizeof *w->x);
        w->y = ob_xreallocarray(w->y, w->cap, sizeof *w->y);
        w->row = ob_xreallocarray(w->row, w->cap, sizeof *w->row);
    }
    w->x[w->n] = x;
    w->y[w->n] = y;
    w->row[w->n++] = row;
    w->open = false;
    w->far = 0;
}

static double cross(const double a[2], const double b[2])
{
    return a[0] * b[1] - a[1] * b[0];
}

/* Narrows the cone to the directions that pass within 1 of p; false where p itself lies
 * outside of it, or the way turns back. */
static bool within_cone(struct ob_land_way *w, const double p[2])
{
    double d = hypot(p[0], p[1]);
    if (!isfinite(d) || d < w->far - 1)
        return false;
    if (w->open && (cross(w->low, p) < 0 || cross(p, w->high) < 0))
        return false;
    w->far = fmax(w->far, d);
    if (d <= 1)
        return true;
    double sine = 1 / d, cosine = sqrt(1 - sine * sine);
    double low[2] = { p[0] * cosine + p[1] * sine, p[1] * cosine - p[0] * sine };
    double high[2] = { p[0] * cosine - p[1] * sine, p[1] * cosine + p[0] * sine };
    if (!w->open || cross(w->low, low) > 0)
        memcpy(w->low, low, sizeof low);
    if (!w->open || cross(high, w->high) > 0)
        memcpy(w->high, high, sizeof high);
    w->open = true;
    return true;
}

/* The next row; the one before it is kept where the line to this one would not pass by
 * all between. */
static void take(struct ob_land_way *w, double x, double y, size_t row)
{
    size_t before = w->last;
    bool there = isfinite(x) && isfinite(y);
    if (w->n > 0 && there && isfinite(w->x[w->n - 1]) && isfinite(w->y[w->n - 1])) {
        double scale_x = w->slack_x * w->slack, scale_y = w->slack_y * w->slack;
        const double p[2] = { (x - w->x[w->n - 1]) / scale_x,
                              (y - w->y[w->n - 1]) / scale_y };
        if (!within_cone(w, p)) {
            if (w->row[w->n - 1] != before)
                keep(w, w->last_x, w->last_y, before);
            const double q[2] = { (x - w->x[w->n - 1]) / scale_x,
                                  (y - w->y[w->n - 1]) / scale_y };
            if (!within_cone(w, q))
                keep(w, x, y, row);
        }
    } else {
        if (w->n > 0 && w->row[w->n - 1] != before)
            keep(w, w->last_x, w->last_y, before);
        keep(w, x, y, row);
    }
    w->last_x = x;
    w->last_y = y;
    w->last = row;
}

/* Thins what was kept once more, twice as coarsely. */
static void thin(struct ob_land_way *w)
{
    size_t n = w->n, last = w->last;
    double x = w->last_x, y = w->last_y;
    w->slack *= 2;
    w->n = 0;
    for (size_t i = 0; i < n; i++)
        take(w, w->x[i], w->y[i], w->row[i]);
    if (w->last != last)
        take(w, x, y, last);
}

/* Every second point goes, and of the rows to come, too. */
static void halve(struct ob_land_way *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i += 2, n++) {
        w->x[n] = w->x[i];
        w->y[n] = w->y[i];
        w->row[n] = w->row[i];
    }
    w->n = n;
    w->stride *= 2;
    w->open = false;
    w->far = 0;
}

/* What the projection depends on; of a way that came with the surface, its end. */
static void plane_of(const struct ob_surface_view *s, const struct ob_run_model *m,
                     double out[static 2 * OB_SURFACE_KNOWN + 2])
{
    size_t n = s->n <= OB_SURFACE_KNOWN ? s->n : 0;
    memset(out, 0, (2 * OB_SURFACE_KNOWN + 2) * sizeof *out);
    if (!by_series(s, m)) {
        const struct ob_surface_path *p = way_of(s, m);
        out[0] = (double)p->n;
        out[1] = p->step[p->n - 1];
        out[2] = p->at[p->n - 1].u;
        out[3] = p->at[p->n - 1].v;
        return;
    }
    memcpy(out, s->x.direction, n * sizeof *out);
    memcpy(out + OB_SURFACE_KNOWN, s->y.direction, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        out[2 * OB_SURFACE_KNOWN] += s->x.direction[i] * s->origin[i];
        out[2 * OB_SURFACE_KNOWN + 1] += s->y.direction[i] * s->origin[i];
    }
}

/* Begins anew where it is another run or another plane, where rows went, and where it
 * was thinned for a view from further away. */
static void settle(struct ob_land_way *w, const struct ob_surface_view *s,
                   const struct ob_run_model *m, size_t rows)
{
    double plane[2 * OB_SURFACE_KNOWN + 2];
    double slack_x = (s->x.to - s->x.from) / PARTS,
           slack_y = (s->y.to - s->y.from) / PARTS;
    plane_of(s, m, plane);
    if (w->of && strcmp(w->of, m->path) == 0 && rows >= w->rows &&
        memcmp(plane, w->plane, sizeof plane) == 0 && slack_x >= w->slack_x / 2 &&
        slack_y >= w->slack_y / 2)
        return;
    ob_land_way_finish(w);
    w->of = ob_xstrdup(m->path);
    memcpy(w->plane, plane, sizeof plane);
    w->slack_x = slack_x;
    w->slack_y = slack_y;
    w->slack = 1;
    w->stride = 1;
    w->x0 = w->y0 = INFINITY;
    w->x1 = w->y1 = -INFINITY;
}

void ob_land_way_follow(struct ob_land_way *w, const struct ob_surface_view *s,
                        const struct ob_run_model *m, bool seen)
{
    size_t rows = ob_land_rows(s, m);
    if (rows == 0) {
        ob_land_way_finish(w);
        return;
    }
    settle(w, s, m, rows);
    for (size_t i = w->rows; i < rows; i++) {
        struct ob_surface_mark p;
        double step;
        ob_land_row(s, m, i, &p, &step);
        if (i % w->stride == 0)
            take(w, p.u, p.v, i);
        if (w->n > MOST && w->slack < COARSEST)
            thin(w);
        if (w->n > ALL_MOST)
            halve(w);
        if (!seen || !isfinite(p.u) || !isfinite(p.v))
            continue;
        w->x0 = fmin(w->x0, p.u);
        w->x1 = fmax(w->x1, p.u);
        w->y0 = fmin(w->y0, p.v);
        w->y1 = fmax(w->y1, p.v);
    }
    w->rows = rows;
}
