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
    /* Bytes of a row that a lane can keep in registers, and of as many sums: what NVRTC
     * needs no memory for on sm_90. */
    REGISTERS = 416,
};

/* ---- shapes ---- */

static size_t size_of(const struct ob_problem *p)
{
    return ob_dtype_size(p->dtype);
}

static enum row_way way_of(const struct ob_problem *p, size_t rows, size_t chunks)
{
    if (chunks == 1 && rows * p->n <= FEW)
        return ROW_WAY_ONE;
    return chunks >= MANY_CHUNKS && p->n * size_of(p) <= REGISTERS ? ROW_WAY_FUSED
                                                                   : ROW_WAY_SPREAD;
}

/* Several chunks lie close together, so that columns begin where devices read at once;
 * few rows are padded to the same end. */
static struct row_matrix shape_of(const struct ob_problem *p, size_t rows)
{
    struct row_matrix m = { .rows = rows };
    m.chunks = (rows + OB_CHUNK - 1) / OB_CHUNK;
    m.ld = m.chunks > 1 ? OB_CHUNK : (rows + 31) / 32 * 32;
    m.way = way_of(p, rows, m.chunks);
    return m;
}

static struct row_matrix full_shape(const struct ob_problem *p)
{
    return shape_of(p, ((const struct row_model *)p->state)->full.rows);
}

static uint64_t x_bytes(const struct ob_problem *p, const struct row_matrix *m)
{
    return (uint64_t)m->chunks * p->n * m->ld * size_of(p);
}

static uint64_t y_bytes(const struct ob_problem *p, const struct row_matrix *m)
{
    return (uint64_t)m->chunks * m->ld * size_of(p);
}

/* What lies between the kernels, of a matrix; nothing where one kernel makes all. */
struct room {
    uint64_t rows, part, count; /* bytes */
};

static struct room room_of(const struct ob_problem *p, const struct row_matrix *m)
{
    if (m->way == ROW_WAY_ONE)
        return (struct room){ 0 };
    return (struct room){ .rows = (uint64_t)m->chunks * OB_CHUNK * size_of(p),
                          .part = (uint64_t)m->chunks * (p->n + 1) * size_of(p),
                          .count = (uint64_t)m->chunks * ROW_BLOCKS * sizeof(uint32_t) };
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
    const struct row_matrix full = full_shape(p), batch = shape_of(p, batch_cap);
    const bool copies = batch_cap && batch.way != ROW_WAY_ONE;
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
        { &s->total, "linear_total" },   { &s->predict, "linear_predict" },
    };
    s->program = build(pl, "kernels/linear.h", NULL, err);
    bool done = s->program != NULL;
    for (size_t i = 0; done && i < sizeof kernel / sizeof *kernel; i++) {
        *kernel[i].to = ob_device_kernel(pl->device, s->program, kernel[i].name, err);
        done = *kernel[i].to != NULL;
    }
    if (!done || (s->full.way != ROW_WAY_FUSED && s->batch.way != ROW_WAY_FUSED))
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
    const bool copies = pl->batch_cap && s->batch.way != ROW_WAY_ONE;
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

/* Copies `cols` columns of all rows, chunk by chunk: the host has them further apart. */
static bool send(struct ob_placed *pl, struct ob_device_mem *to, const void *from,
                 size_t cols, struct ob_err *err)
{
    const struct row_device *s = pl->state;
    const struct ob_design *d = &((const struct row_model *)pl->problem->state)->full;
    const size_t size = ob_dtype_size(d->dtype), ld = s->full.ld;
    const size_t present = ld < d->ld ? ld : d->ld, bytes = cols * ld * size;
    char *chunk = ob_alloc(cols, ld * size, err);
    if (!chunk)
        return false;
    for (size_t c = 0; c < s->full.chunks; c++) {
        const char *first = (const char *)from + c * cols * d->ld * size;
        for (size_t j = 0; j < cols; j++)
            memcpy(chunk + j * ld * size, first + j * d->ld * size, present * size);
        ob_device_upload(pl->device, to, c * bytes, chunk, bytes);
    }
    free(chunk);
    return true;
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    const struct ob_problem *p = pl->problem;
    const struct row_model *m = p->state;
    struct row_device *s = pl->state = ob_xcalloc(1, sizeof *s);
    s->full = full_shape(p);
    s->batch = shape_of(p, pl->batch_cap);
    if (!reserve_all(pl, err) || !build_all(pl, err))
        return false;
    return send(pl, s->full.x, m->full.x, p->n, err) &&
           send(pl, s->full.y, m->full.y, 1, err);
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
    if (s->full.way != ROW_WAY_ONE)
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

static void seen(struct ob_problem *p, const void *theta, const double *out)
{
    row_remember(p, theta, (size_t)out[OB_PLACED_CORRECT]);
}

const struct ob_placed_type row_placed = {
    .lacks = lacks,
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = row_placed_eval,
    .solo = solo,
    .seen = seen,
};
