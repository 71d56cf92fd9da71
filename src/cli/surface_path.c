#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface.h"

#include "optbench/base/mem.h"
#include "optbench/run/rows.h"
#include "optbench/run/way.h"

/* A point is left out of the picture where the loss rose above that of the start by more
 * than this many times what it fell below it, or its size. */
static const double far_above = 3;

/* Numbers of a path.npy that are read: 128 MiB of them. */
enum { NUMBERS_MAX = 1 << 24 };

void surface_path_finish(struct surface_path *p)
{
    free(p->theta);
    free(p->step);
    free(p->loss);
    *p = (struct surface_path){ .n = 0 };
}

/* ---- metrics.csv ---- */

/* A log on its way into a path. Every `stride`-th row is kept; where there is no more
 * room every second one of them goes, and the stride doubles. */
struct reading {
    const struct ob_rows *rows;
    const struct ob_layout *layout;
    struct surface_path *p;
    size_t *column; /* [n] of the parameters */
    size_t step, loss;
    bool complete; /* the log has all of them */
    size_t seen, stride;
    bool newest; /* the last point is there because it is the newest, not by the stride */
};

static void restart(void *ctx)
{
    struct reading *r = ctx;
    r->p->k = r->seen = 0;
    r->stride = 1;
    r->newest = false;
}

static void header(void *ctx)
{
    struct reading *r = ctx;
    char name[OB_COLUMN_NAME_MAX];
    r->step = ob_rows_column(r->rows, "step");
    r->loss = ob_rows_column(r->rows, "loss");
    r->complete = true;
    for (size_t i = 0; i < r->p->n; i++) {
        r->column[i] = ob_rows_column(r->rows, ob_layout_column_name(r->layout, i, name));
        r->complete = r->complete && r->column[i] != OB_ROWS_NONE;
    }
}

static void thin_out(struct surface_path *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->k; i += 2, kept++) {
        memmove(p->theta + kept * p->n, p->theta + i * p->n, p->n * sizeof *p->theta);
        p->step[kept] = p->step[i];
        p->loss[kept] = p->loss[i];
    }
    p->k = kept;
}

static void take_row(void *ctx, const double *value)
{
    struct reading *r = ctx;
    struct surface_path *p = r->p;
    if (!r->complete)
        return;
    if (r->newest)
        p->k--;
    if (p->k == SURFACE_POINTS - 1 && r->seen % r->stride == 0) {
        thin_out(p);
        r->stride *= 2;
    }
    for (size_t i = 0; i < p->n; i++)
        p->theta[p->k * p->n + i] = value[r->column[i]];
    p->step[p->k] = value[r->step];
    p->loss[p->k] = r->loss == OB_ROWS_NONE ? NAN : value[r->loss];
    p->k++;
    r->newest = r->seen++ % r->stride != 0;
}

static double limit(const struct surface_path *p)
{
    double start = p->k ? p->loss[0] : NAN, low = start;
    for (size_t i = 0; i < p->k; i++)
        low = fmin(low, p->loss[i]);
    return isfinite(start) ? start + far_above * fmax(fabs(start), start - low)
                           : INFINITY;
}

/* Reads metrics.csv to its end, for whom the sink tells. */
static void read_log(const struct ob_rundir *dir, struct ob_rows *rows,
                     const struct ob_rows_sink *sink)
{
    static const size_t portion = (size_t)8 << 20;
    ob_rows_init(rows, dir);
    while (ob_rows_poll(rows, portion, sink, NULL) && ob_rows_behind(rows))
        ;
    ob_rows_finish(rows);
}

/* The parameters that stand in the log. */
static void read_columns(struct surface_path *p, const struct ob_rundir *dir,
                         const struct ob_layout *layout)
{
    struct ob_rows rows;
    struct reading r = { .rows = &rows, .layout = layout, .p = p, .stride = 1 };
    p->theta = ob_xcalloc(SURFACE_POINTS * p->n, sizeof *p->theta);
    p->step = ob_xcalloc(SURFACE_POINTS, sizeof *p->step);
    p->loss = ob_xcalloc(SURFACE_POINTS, sizeof *p->loss);
    r.column = ob_xcalloc(p->n, sizeof *r.column);
    read_log(dir, &rows, &(struct ob_rows_sink){ &r, restart, header, take_row });
    free(r.column);
}

/* ---- path.npy ---- */

/* The losses of the log at the steps of the points. */
struct losses {
    const struct ob_rows *rows;
    struct surface_path *p;
    size_t next; /* point whose row may come */
    size_t step, loss;
};

static void losses_restart(void *ctx)
{
    struct losses *l = ctx;
    l->next = 0;
}

static void losses_header(void *ctx)
{
    struct losses *l = ctx;
    l->step = ob_rows_column(l->rows, "step");
    l->loss = ob_rows_column(l->rows, "loss");
}

static void losses_row(void *ctx, const double *value)
{
    struct losses *l = ctx;
    double step = value[l->step];
    while (l->next < l->p->k && l->p->step[l->next] < step)
        l->next++;
    if (l->next < l->p->k && l->p->step[l->next] == step && l->loss != OB_ROWS_NONE)
        l->p->loss[l->next] = value[l->loss];
}

static void read_way(struct surface_path *p, const struct ob_rundir *dir)
{
    struct ob_way_points way = { 0 };
    struct ob_rows rows;
    struct losses l = { .rows = &rows, .p = p };
    size_t most =
        p->n < NUMBERS_MAX / SURFACE_POINTS ? SURFACE_POINTS * p->n : NUMBERS_MAX;
    if (!ob_way_read(&way, dir, p->n, most, NULL))
        return;
    p->k = way.k;
    p->theta = way.theta;
    p->step = way.step;
    p->loss = ob_xcalloc(p->k + 1, sizeof *p->loss);
    for (size_t i = 0; i < p->k; i++)
        p->loss[i] = NAN;
    read_log(dir, &rows,
             &(struct ob_rows_sink){ &l, losses_restart, losses_header, losses_row });
}

void surface_path_read(struct surface_path *p, const struct ob_rundir *dir,
                       const struct ob_layout *layout)
{
    *p = (struct surface_path){ .n = layout->n };
    if (layout->n <= OB_SURFACE_KNOWN)
        read_columns(p, dir, layout);
    if (p->k == 0) {
        surface_path_finish(p);
        p->n = layout->n;
        read_way(p, dir);
    }
    p->limit = limit(p);
}

void surface_path_extend(struct surface_path *p, double step, const double *theta,
                         double loss)
{
    if (p->k == 0 || step <= p->step[p->k - 1])
        return;
    p->theta = ob_xreallocarray(p->theta, (p->k + 1) * p->n, sizeof *p->theta);
    p->step = ob_xreallocarray(p->step, p->k + 1, sizeof *p->step);
    p->loss = ob_xreallocarray(p->loss, p->k + 1, sizeof *p->loss);
    memcpy(p->theta + p->k * p->n, theta, p->n * sizeof *theta);
    p->step[p->k] = step;
    p->loss[p->k++] = loss;
}

bool surface_path_shows(const struct surface_path *p, size_t i)
{
    for (size_t a = 0; a < p->n; a++)
        if (!isfinite(p->theta[i * p->n + a]))
            return false;
    return !(p->loss[i] > p->limit);
}
