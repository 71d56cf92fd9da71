#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface.h"

#include "optbench/base/mem.h"
#include "optbench/run/rows.h"

/* A point is left out of the picture where the loss rose above that of the start by more
 * than this many times what it fell below it, or its size. */
static const double far_above = 3;

void surface_path_finish(struct surface_path *p)
{
    free(p->theta);
    free(p->step);
    free(p->loss);
    *p = (struct surface_path){ .n = 0 };
}

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

void surface_path_read(struct surface_path *p, const struct ob_rundir *dir,
                       const struct ob_layout *layout)
{
    static const size_t portion = (size_t)8 << 20;
    struct ob_rows rows;
    struct reading r = { .rows = &rows, .layout = layout, .p = p, .stride = 1 };
    const struct ob_rows_sink sink = { &r, restart, header, take_row };
    *p = (struct surface_path){ .n = layout->n };
    /* Logs have the parameters of small models alone. */
    if (layout->n > OB_SURFACE_KNOWN)
        return;
    p->theta = ob_xcalloc(SURFACE_POINTS * p->n, sizeof *p->theta);
    p->step = ob_xcalloc(SURFACE_POINTS, sizeof *p->step);
    p->loss = ob_xcalloc(SURFACE_POINTS, sizeof *p->loss);
    r.column = ob_xcalloc(p->n, sizeof *r.column);
    ob_rows_init(&rows, dir);
    while (ob_rows_poll(&rows, portion, &sink, NULL) && ob_rows_behind(&rows))
        ;
    ob_rows_finish(&rows);
    free(r.column);
    p->limit = limit(p);
}

bool surface_path_shows(const struct surface_path *p, size_t i)
{
    for (size_t a = 0; a < p->n; a++)
        if (!isfinite(p->theta[i * p->n + a]))
            return false;
    return !(p->loss[i] > p->limit);
}
