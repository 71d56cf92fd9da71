#include "optbench/device/linear.h"
#include "placed_row.h"
#include "rowmodel.h"

static size_t tile(const struct ob_problem *p)
{
    return OB_LINEAR_TILE(8 * ob_dtype_size(p->dtype));
}

#define LAUNCH(pl, kernel, groups, arg)                                                  \
    ob_device_launch((pl)->device, kernel, groups, arg, sizeof(arg) / sizeof *(arg))

static uint32_t flags_of(const struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct row_model *m = pl->problem->state;
    return (m->mean ? OB_LINEAR_MEAN : 0u) | (call->batch ? OB_LINEAR_BATCH : 0u) |
           (call->grad ? OB_LINEAR_GRAD : 0u);
}

static void eval_one(struct ob_placed *pl, const struct ob_placed_call *c)
{
    const struct row_device *s = pl->state;
    const struct ob_device_arg arg[] = {
        OB_ARG(s->full.x),        OB_ARG(s->full.y),
        OB_ARG(c->theta),         OB_ARG(c->rows),
        OB_ARG(c->now),           OB_ARG(c->grad),
        OB_ARG(c->out),           OB_ARG_U64(c->out_at),
        OB_ARG_U64(s->full.rows), OB_ARG_U64(pl->problem->n),
        OB_ARG_U64(s->full.ld),   OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->one, 1, arg);
}

static void gather(struct ob_placed *pl, const struct ob_placed_call *c)
{
    const struct row_device *s = pl->state;
    const size_t n = pl->problem->n, blocks = (s->batch.rows + OB_LANES - 1) / OB_LANES;
    const struct ob_device_arg arg[] = {
        OB_ARG(s->full.x), OB_ARG(s->full.y),      OB_ARG(c->rows),
        OB_ARG(c->now),    OB_ARG(s->batch.x),     OB_ARG(s->batch.y),
        OB_ARG_U64(n),     OB_ARG_U64(s->full.ld), OB_ARG_U64(s->batch.ld),
    };
    LAUNCH(pl, s->gather, blocks * (n + 1), arg);
}

static void scores(struct ob_placed *pl, const struct ob_placed_call *c,
                   const struct row_matrix *m)
{
    const struct row_device *s = pl->state;
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),
        OB_ARG(m->y),
        OB_ARG(c->theta),
        OB_ARG(c->now),
        OB_ARG(s->slope),
        OB_ARG(s->value),
        OB_ARG(s->count),
        OB_ARG_U64(m->rows),
        OB_ARG_U64(pl->problem->n),
        OB_ARG_U64(m->ld),
        OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->scores, (m->rows + OB_LANES - 1) / OB_LANES, arg);
}

static void columns(struct ob_placed *pl, const struct ob_placed_call *c,
                    const struct row_matrix *m)
{
    const struct row_device *s = pl->state;
    const size_t n = pl->problem->n, from = c->grad ? 0 : n;
    const size_t tiles = (n + 1 - from + tile(pl->problem) - 1) / tile(pl->problem);
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),          OB_ARG(c->now),
        OB_ARG(s->slope),      OB_ARG(s->value),
        OB_ARG(s->count),      OB_ARG(s->part),
        OB_ARG(c->grad),       OB_ARG(c->out),
        OB_ARG_U64(c->out_at), OB_ARG_U64(m->rows),
        OB_ARG_U64(n),         OB_ARG_U64(m->ld),
        OB_ARG_U64(m->chunks), OB_ARG_U64(tiles),
        OB_ARG_U64(from),      OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->columns, m->chunks * tiles, arg);
}

static void fused(struct ob_placed *pl, const struct ob_placed_call *c,
                  const struct row_matrix *m)
{
    const struct row_device *s = pl->state;
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),        OB_ARG(m->y),          OB_ARG(c->theta),
        OB_ARG(c->now),      OB_ARG(s->part),       OB_ARG(s->count),
        OB_ARG_U64(m->rows), OB_ARG_U64(m->chunks), OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->fused, m->chunks, arg);
}

static void total(struct ob_placed *pl, const struct ob_placed_call *c,
                  const struct row_matrix *m, size_t counts)
{
    const struct row_device *s = pl->state;
    const size_t n = pl->problem->n, from = c->grad ? 0 : n;
    const struct ob_device_arg arg[] = {
        OB_ARG(s->part),     OB_ARG(s->count), OB_ARG(c->now),
        OB_ARG(c->grad),     OB_ARG(c->out),   OB_ARG_U64(c->out_at),
        OB_ARG_U64(m->rows), OB_ARG_U64(n),    OB_ARG_U64(m->chunks),
        OB_ARG_U64(counts),  OB_ARG_U64(from), OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->total, n + 1 - from, arg);
}

void row_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct row_device *s = pl->state;
    const struct row_matrix *m = call->batch ? &s->batch : &s->full;
    const bool once = m->way == ROW_WAY_FUSED && call->grad;
    if (m->way == ROW_WAY_ONE) {
        eval_one(pl, call);
        return;
    }
    if (call->batch)
        gather(pl, call);
    if (once) {
        fused(pl, call, m);
    } else {
        scores(pl, call, m);
        columns(pl, call, m);
    }
    if (m->chunks > 1)
        total(pl, call, m, once ? 1 : ROW_BLOCKS);
}

static void predict_all(struct ob_placed *pl, const void *theta)
{
    const struct row_device *s = pl->state;
    const struct row_matrix *m = &s->full;
    const size_t n = pl->problem->n;
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),        OB_ARG(pl->theta), OB_ARG(s->value),
        OB_ARG_U64(m->rows), OB_ARG_U64(n),     OB_ARG_U64(m->ld),
    };
    ob_device_upload(pl->device, pl->theta, 0, theta,
                     n * ob_dtype_size(pl->problem->dtype));
    LAUNCH(pl, s->predict, (m->rows + OB_LANES - 1) / OB_LANES, arg);
}

bool row_placed_predict(struct ob_placed *pl, const void *theta, size_t from, size_t n,
                        void *z)
{
    const struct row_device *s = pl->state;
    const size_t size = ob_dtype_size(pl->problem->dtype);
    struct ob_err err;
    if (s->full.way == ROW_WAY_ONE)
        return false;
    if (from == 0)
        predict_all(pl, theta);
    if (ob_device_download(pl->device, s->value, from * size, z, n * size, &err))
        return true;
    if (pl->failed.code == OB_OK)
        pl->failed = err;
    return false;
}
