#include "optbench/model/placed.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"

const char *ob_problem_unplaced(const struct ob_problem *p)
{
    const struct ob_placed_type *type = p->type->placed;
    if (!type)
        return "no kernels compute it";
    return type->lacks ? type->lacks(p) : NULL;
}

static uint64_t vector_bytes(const struct ob_problem *p)
{
    return (uint64_t)p->n * ob_dtype_size(p->dtype);
}

uint64_t ob_placed_bytes(const struct ob_problem *p, size_t batch_cap)
{
    return 2 * vector_bytes(p) + (uint64_t)batch_cap * sizeof(uint32_t) +
           p->type->placed->bytes(p, batch_cap);
}

/* What ob_problem_eval() works with. */
static bool make_room(struct ob_placed *pl, struct ob_err *err)
{
    struct ob_device *d = pl->device;
    const uint64_t n = vector_bytes(pl->problem);
    return (pl->theta = ob_device_alloc(d, n, err)) &&
           (pl->grad = ob_device_alloc(d, n, err)) &&
           (pl->out = ob_device_alloc(d, OB_PLACED_OUT * sizeof(double), err)) &&
           (pl->now = ob_device_alloc(d, OB_NOW_WORDS * sizeof(uint64_t), err)) &&
           (pl->rows = ob_device_alloc(d, pl->batch_cap * sizeof(uint32_t), err));
}

bool ob_problem_place(struct ob_problem *p, struct ob_device *d, size_t batch_cap,
                      struct ob_err *err)
{
    OB_REQUIRE(!p->placed && !ob_problem_unplaced(p));
    struct ob_placed *pl = ob_xcalloc(1, sizeof *pl);
    pl->device = d;
    pl->problem = p;
    pl->type = p->type->placed;
    pl->batch_cap = batch_cap;
    p->placed = pl;
    if (make_room(pl, err) && pl->type->start(pl, err) && ob_device_sync(d, err))
        return true;
    ob_problem_unplace(p);
    return false;
}

void ob_problem_unplace(struct ob_problem *p)
{
    struct ob_placed *pl = p->placed;
    if (!pl)
        return;
    pl->type->finish(pl);
    ob_device_free(pl->device, pl->theta);
    ob_device_free(pl->device, pl->grad);
    ob_device_free(pl->device, pl->out);
    ob_device_free(pl->device, pl->now);
    ob_device_free(pl->device, pl->rows);
    free(pl);
    p->placed = NULL;
}

void ob_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    pl->type->eval(pl, call);
}

void ob_placed_seen(struct ob_placed *pl, const void *theta, const double *out)
{
    if (pl->type->seen && out[OB_PLACED_CORRECT] >= 0)
        pl->type->seen(pl->problem, theta, out);
}

static void keep(struct ob_placed *pl, const struct ob_err *err)
{
    if (pl->failed.code == OB_OK)
        pl->failed = *err;
}

bool ob_placed_batch(struct ob_placed *pl, const uint32_t *row, size_t n,
                     struct ob_err *err)
{
    if (n > pl->batch_cap)
        return ob_fail(err, OB_EFAIL, "a batch of %zu rows, placed for %zu", n,
                       pl->batch_cap);
    pl->batch_rows = n;
    if (n)
        ob_device_upload(pl->device, pl->rows, 0, row, n * sizeof *row);
    return true;
}

/* The record of this evaluation, and the point. */
static void send(struct ob_placed *pl, const void *theta)
{
    const struct ob_problem *p = pl->problem;
    const uint64_t now[OB_NOW_WORDS] = {
        [OB_NOW_STEP] = p->step,
        [OB_NOW_ROWS] = pl->batch_rows ? pl->batch_rows : p->rows,
        [OB_NOW_TRAIN] = p->mode == OB_MODE_TRAIN,
    };
    ob_device_upload(pl->device, pl->now, 0, now, sizeof now);
    ob_device_upload(pl->device, pl->theta, 0, theta, vector_bytes(p));
}

void ob_placed_value(struct ob_placed *pl, const void *theta, void *grad,
                     struct ob_eval *out)
{
    struct ob_device *d = pl->device;
    double told[OB_PLACED_OUT] = { 0 };
    struct ob_err err;
    const struct ob_placed_call call = { .theta = pl->theta,
                                         .grad = grad ? pl->grad : NULL,
                                         .out = pl->out,
                                         .now = pl->now,
                                         .batch = pl->batch_rows > 0,
                                         .rows = pl->batch_rows ? pl->rows : NULL };
    send(pl, theta);
    ob_placed_eval(pl, &call);
    bool done = ob_device_download(d, pl->out, 0, told, sizeof told, &err) &&
                (!grad || ob_device_download(d, pl->grad, 0, grad,
                                             vector_bytes(pl->problem), &err));
    if (!done)
        keep(pl, &err);
    if (done && !call.batch &&
        !(pl->problem->random && pl->problem->mode == OB_MODE_TRAIN))
        ob_placed_seen(pl, theta, told);
    out->loss = done ? told[OB_PLACED_LOSS] : NAN;
    out->clamped = done ? (size_t)told[OB_PLACED_CLAMPED] : 0;
}
