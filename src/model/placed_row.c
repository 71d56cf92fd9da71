/*
 * Linear and logistic regression on a device. The matrix goes there as it lies here
 * (num/design.h); which kernels make the sums follows from the shape alone, and all of
 * them make the same additions.
 */
#include "placed_row.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/device/linear.h"
#include "optbench/device/text.h"
#include "rowmodel.h"

enum {
    /* Numbers of a matrix up to which one group works faster than two launches pay for
     * more. */
    FEW = 16384,
    /* Chunks from which each can have one group: fewer would leave a device idle. */
    MANY_CHUNKS = 64,
    /* Bytes of the sums that a lane can keep in registers. */
    REGISTERS = 448,
    BLOCKS = OB_CHUNK / OB_LANES, /* of a chunk, OB_LANES rows each */
};

/* How loss and gradient are made: in one group; rows and columns spread over groups; or
 * reading the matrix once, chunk by chunk. */
enum way { WAY_ONE, WAY_SPREAD, WAY_FUSED };

/* A matrix of the device: all rows, or those of a batch. */
struct matrix {
    struct ob_device_mem *x, *y;
    size_t rows, chunks, ld; /* room; of all rows: those there are */
    enum way way;
};

struct row_device {
    struct ob_device_program *program, *fused_program;
    /* Of the programs. */
    struct ob_device_kernel *one, *gather, *scores, *columns, *total, *fused;
    struct matrix full, batch;
    struct ob_device_mem *slope, *value; /* [rows] */
    struct ob_device_mem *part;          /* [cols + 1][chunks] */
    struct ob_device_mem *count;         /* u32 [chunks * BLOCKS] */
};

/* ---- shapes ---- */

static size_t size_of(const struct ob_problem *p)
{
    return ob_dtype_size(p->dtype);
}

static size_t tile(const struct ob_problem *p)
{
    return OB_LINEAR_TILE(8 * size_of(p));
}

static enum way way_of(const struct ob_problem *p, size_t rows, size_t chunks)
{
    if (chunks == 1 && rows * p->n <= FEW)
        return WAY_ONE;
    return chunks >= MANY_CHUNKS && p->n * size_of(p) <= REGISTERS ? WAY_FUSED
                                                                   : WAY_SPREAD;
}

static struct matrix shape_of(const struct ob_problem *p, size_t rows, size_t ld)
{
    struct matrix m = { .rows = rows, .ld = ld };
    m.chunks = (rows + OB_CHUNK - 1) / OB_CHUNK;
    m.way = way_of(p, rows, m.chunks);
    return m;
}

static struct matrix full_shape(const struct ob_problem *p)
{
    const struct row_model *m = p->state;
    return shape_of(p, m->full.rows, m->full.ld);
}

/* Columns begin on 128 bytes, which devices read at once. */
static struct matrix batch_shape(const struct ob_problem *p, size_t cap)
{
    return shape_of(p, cap, cap < OB_CHUNK ? (cap + 31) / 32 * 32 : OB_CHUNK);
}

static uint64_t x_bytes(const struct ob_problem *p, const struct matrix *m)
{
    return (uint64_t)m->chunks * p->n * m->ld * size_of(p);
}

static uint64_t y_bytes(const struct ob_problem *p, const struct matrix *m)
{
    return (uint64_t)m->chunks * m->ld * size_of(p);
}

/* What lies between the kernels, of a matrix; nothing where one kernel makes all. */
struct room {
    uint64_t rows, part, count; /* bytes */
};

static struct room room_of(const struct ob_problem *p, const struct matrix *m)
{
    if (m->way == WAY_ONE)
        return (struct room){ 0 };
    return (struct room){ .rows = (uint64_t)m->chunks * OB_CHUNK * size_of(p),
                          .part = (uint64_t)m->chunks * (p->n + 1) * size_of(p),
                          .count = (uint64_t)m->chunks * BLOCKS * sizeof(uint32_t) };
}

/* The room that serves both. */
static struct room larger(struct room a, struct room b)
{
    return (struct room){ .rows = a.rows > b.rows ? a.rows : b.rows,
                          .part = a.part > b.part ? a.part : b.part,
                          .count = a.count > b.count ? a.count : b.count };
}

static uint64_t bytes(const struct ob_problem *p, size_t batch_cap)
{
    const struct matrix full = full_shape(p), batch = batch_shape(p, batch_cap);
    const bool copies = batch_cap && batch.way != WAY_ONE;
    const struct room r =
        copies ? larger(room_of(p, &full), room_of(p, &batch)) : room_of(p, &full);
    return x_bytes(p, &full) + y_bytes(p, &full) +
           (copies ? x_bytes(p, &batch) + y_bytes(p, &batch) : 0) + 2 * r.rows + r.part +
           r.count;
}

/* ---- programs ---- */

static const struct loss_text {
    const char *name, *residual, *classes;
} loss_texts[OB_SAMPLE_LOSSES] = {
    [OB_LOSS_HALF_SQUARED] = { "OB_LOSS=half_squared", "OB_LOSS_RESIDUAL=1",
                               "OB_LOSS_CLASSES=0" },
    [OB_LOSS_SQUARED] = { "OB_LOSS=squared", "OB_LOSS_RESIDUAL=1", "OB_LOSS_CLASSES=0" },
    [OB_LOSS_BCE_LOGITS] = { "OB_LOSS=bce_logits", "OB_LOSS_RESIDUAL=0",
                             "OB_LOSS_CLASSES=1" },
    [OB_LOSS_BCE] = { "OB_LOSS=bce", "OB_LOSS_RESIDUAL=0", "OB_LOSS_CLASSES=1" },
};

/* A program of file `name`; `more` is one further definition, NULL = none. */
static struct ob_device_program *build(struct ob_placed *pl, const char *name,
                                       const char *more, struct ob_err *err)
{
    const struct row_model *m = pl->problem->state;
    const struct loss_text *loss = &loss_texts[m->loss];
    const char *define[] = {
        pl->problem->dtype == OB_F32 ? "OB_REAL_BITS=32" : "OB_REAL_BITS=64",
        loss->name,
        loss->residual,
        loss->classes,
        more,
        NULL,
    };
    struct ob_buf text = { 0 };
    ob_device_text(ob_device_file(name), &text);
    struct ob_device_program *program =
        ob_device_build(pl->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    return program;
}

static bool build_all(struct ob_placed *pl, struct ob_err *err)
{
    struct row_device *s = pl->state;
    const struct kernel {
        struct ob_device_kernel **to;
        const char *name;
    } kernel[] = {
        { &s->one, "linear_one" },       { &s->gather, "linear_gather" },
        { &s->scores, "linear_scores" }, { &s->columns, "linear_columns" },
        { &s->total, "linear_total" },
    };
    s->program = build(pl, "kernels/linear.h", NULL, err);
    bool done = s->program != NULL;
    for (size_t i = 0; done && i < sizeof kernel / sizeof *kernel; i++) {
        *kernel[i].to = ob_device_kernel(pl->device, s->program, kernel[i].name, err);
        done = *kernel[i].to != NULL;
    }
    if (!done || (s->full.way != WAY_FUSED && s->batch.way != WAY_FUSED))
        return done;
    struct ob_buf cols = { 0 };
    ob_buf_addf(&cols, "OB_COLS=%zu", pl->problem->n);
    s->fused_program = build(pl, "kernels/linear_fused.h", ob_buf_text(&cols), err);
    ob_buf_finish(&cols);
    s->fused = s->fused_program
                   ? ob_device_kernel(pl->device, s->fused_program, "linear_fused", err)
                   : NULL;
    return s->fused != NULL;
}

/* ---- life ---- */

static const char *lacks(const struct ob_problem *p)
{
    const struct row_model *m = p->state;
    return m->sparse ? "its data are sparse" : NULL;
}

/* Memory of so many bytes, 0: none is needed. */
static bool reserve(struct ob_placed *pl, struct ob_device_mem **m, uint64_t n,
                    struct ob_err *err)
{
    *m = n ? ob_device_alloc(pl->device, n, err) : NULL;
    return *m || n == 0;
}

static bool reserve_all(struct ob_placed *pl, struct ob_err *err)
{
    const struct ob_problem *p = pl->problem;
    struct row_device *s = pl->state;
    const bool copies = pl->batch_cap && s->batch.way != WAY_ONE;
    struct room r = room_of(p, &s->full);
    if (copies)
        r = larger(r, room_of(p, &s->batch));
    return reserve(pl, &s->full.x, x_bytes(p, &s->full), err) &&
           reserve(pl, &s->full.y, y_bytes(p, &s->full), err) &&
           reserve(pl, &s->batch.x, copies ? x_bytes(p, &s->batch) : 0, err) &&
           reserve(pl, &s->batch.y, copies ? y_bytes(p, &s->batch) : 0, err) &&
           reserve(pl, &s->slope, r.rows, err) && reserve(pl, &s->value, r.rows, err) &&
           reserve(pl, &s->part, r.part, err) && reserve(pl, &s->count, r.count, err);
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    const struct ob_problem *p = pl->problem;
    const struct row_model *m = p->state;
    struct row_device *s = pl->state = ob_xcalloc(1, sizeof *s);
    s->full = full_shape(p);
    s->batch = batch_shape(p, pl->batch_cap);
    if (!reserve_all(pl, err) || !build_all(pl, err))
        return false;
    ob_device_upload(pl->device, s->full.x, 0, m->full.x, x_bytes(p, &s->full));
    ob_device_upload(pl->device, s->full.y, 0, m->full.y, y_bytes(p, &s->full));
    return true;
}

static void finish(struct ob_placed *pl)
{
    struct row_device *s = pl->state;
    if (!s)
        return;
    ob_device_program_free(pl->device, s->program);
    ob_device_program_free(pl->device, s->fused_program);
    struct ob_device_mem *mem[] = { s->full.x, s->full.y, s->batch.x, s->batch.y,
                                    s->slope,  s->value,  s->part,    s->count };
    for (size_t i = 0; i < sizeof mem / sizeof *mem; i++)
        ob_device_free(pl->device, mem[i]);
    free(s);
    pl->state = NULL;
}

/* ---- evaluation ---- */

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
                   const struct matrix *m)
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
                    const struct matrix *m)
{
    const struct row_device *s = pl->state;
    const size_t n = pl->problem->n, from = c->grad ? 0 : n;
    const size_t tiles = (n + 1 - from + tile(pl->problem) - 1) / tile(pl->problem);
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),      OB_ARG(c->now),    OB_ARG(s->slope),
        OB_ARG(s->value),  OB_ARG(s->part),   OB_ARG_U64(m->rows),
        OB_ARG_U64(n),     OB_ARG_U64(m->ld), OB_ARG_U64(m->chunks),
        OB_ARG_U64(tiles), OB_ARG_U64(from),  OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->columns, m->chunks * tiles, arg);
}

static void fused(struct ob_placed *pl, const struct ob_placed_call *c,
                  const struct matrix *m)
{
    const struct row_device *s = pl->state;
    const struct ob_device_arg arg[] = {
        OB_ARG(m->x),          OB_ARG(m->y),
        OB_ARG(c->theta),      OB_ARG(c->now),
        OB_ARG(s->part),       OB_ARG(s->count),
        OB_ARG_U64(m->rows),   OB_ARG_U64(m->ld),
        OB_ARG_U64(m->chunks), OB_ARG_U32(flags_of(pl, c)),
    };
    LAUNCH(pl, s->fused, m->chunks, arg);
}

static void total(struct ob_placed *pl, const struct ob_placed_call *c,
                  const struct matrix *m, size_t counts)
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

static void eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct row_device *s = pl->state;
    const struct matrix *m = call->batch ? &s->batch : &s->full;
    const bool once = m->way == WAY_FUSED && call->grad;
    if (m->way == WAY_ONE) {
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
    total(pl, call, m, once ? 1 : BLOCKS);
}

static bool solo(struct ob_placed *pl, struct ob_placed_solo *out)
{
    const struct row_device *s = pl->state;
    const struct row_model *m = pl->problem->state;
    const struct loss_text *loss = &loss_texts[m->loss];
    const char *const define[] = { loss->name, loss->residual, loss->classes };
    const struct ob_device_arg arg[] = {
        OB_ARG(s->full.x),
        OB_ARG(s->full.y),
        OB_ARG_U64(s->full.rows),
        OB_ARG_U64(pl->problem->n),
        OB_ARG_U64(s->full.ld),
        OB_ARG_U32((m->mean ? OB_LINEAR_MEAN : 0u) | OB_LINEAR_GRAD),
    };
    if (s->full.way != WAY_ONE)
        return false;
    for (size_t i = 0; i < sizeof define / sizeof *define; i++) {
        const char *value = strchr(define[i], '=');
        ob_buf_addf(&out->text, "#define %.*s %s\n", (int)(value - define[i]), define[i],
                    value + 1);
    }
    ob_device_text("#include \"kernels/linear_solo.h\"\n", &out->text);
    memcpy(out->arg, arg, sizeof arg);
    out->args = sizeof arg / sizeof *arg;
    return true;
}

const struct ob_placed_type row_placed = {
    .lacks = lacks,
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = eval,
    .solo = solo,
};
