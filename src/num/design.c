#include <config.h>

#include "design_priv.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* Rows of a column after which its memory is handed back: half a megabyte. */
#define STRETCH ((size_t)32 * OB_CHUNK)

/* Few rows are padded to a power of two for the straight-line pass, more to whole cache
 * lines, but never to a distance at which all columns fall into the same sets of a cache.
 * Those of several chunks have the same distance in all. */
static size_t leading(size_t rows)
{
    size_t ld = 16, most = rows < OB_CHUNK ? rows : OB_CHUNK;
    while (ld < rows && ld < OB_LANES)
        ld *= 2;
    if (rows > OB_LANES)
        ld = (most + 63) / 64 * 64;
    return ld > OB_LANES && ld % 128 == 0 ? ld + 16 : ld;
}

static void set_rows(struct ob_design *d, size_t rows)
{
    d->rows = rows;
    d->chunks = (rows + OB_CHUNK - 1) / OB_CHUNK;
}

/* Room for `cap` rows of what `like` is of. */
static bool reserve(struct ob_design *d, const struct ob_design *like, size_t cap,
                    struct ob_err *err)
{
    const size_t cols = like->cols, size = ob_dtype_size(like->dtype);
    OB_REQUIRE(cap >= 1 && cols >= 1);
    size_t chunks = (cap + OB_CHUNK - 1) / OB_CHUNK, columns;
    *d = (struct ob_design){ .dtype = like->dtype,
                             .kernels = ob_kernels(like->dtype),
                             .cols = cols,
                             .ld = leading(cap),
                             .cap = cap,
                             .share = like->share,
                             .apart = like->apart };
    size_t stored = d->apart ? ob_share_count(d->share, chunks) : chunks;
    stored = stored ? stored : 1;
    if (__builtin_mul_overflow(stored, cols, &columns))
        return ob_fail(err, OB_ENOMEM, "out of memory: %zu rows of %zu columns", cap,
                       cols);
    d->x = ob_alloc(columns, d->ld * size, err);
    d->y = d->x ? ob_alloc(stored, d->ld * size, err) : NULL;
    d->partial = d->y ? ob_alloc(chunks + 1, (cols + 1) * size, err) : NULL;
    d->clamped = d->partial ? ob_alloc(chunks, sizeof *d->clamped, err) : NULL;
    if (!d->clamped)
        ob_design_finish(d);
    return d->clamped;
}

static void put(enum ob_dtype dtype, void *p, size_t i, double v)
{
    if (dtype == OB_F32)
        ((float *)p)[i] = (float)v;
    else
        ((double *)p)[i] = v;
}

static double get(enum ob_dtype dtype, const void *p, size_t i)
{
    return dtype == OB_F32 ? (double)((const float *)p)[i] : ((const double *)p)[i];
}

/* Which of the stored chunks a chunk is. */
static size_t stored(const struct ob_design *d, size_t chunk)
{
    return d->apart ? chunk / d->share->ranks : chunk;
}

/* Whether row i is in this rank's memory. */
static bool is_here(const struct ob_design *d, size_t i)
{
    return !d->apart || ob_share_owns(d->share, i / OB_CHUNK);
}

/* Where row i, column j lies, and the target of row i. */
static size_t place(const struct ob_design *d, size_t i, size_t j)
{
    return (stored(d, i / OB_CHUNK) * d->cols + j) * d->ld + i % OB_CHUNK;
}

static size_t place_y(const struct ob_design *d, size_t i)
{
    return stored(d, i / OB_CHUNK) * d->ld + i % OB_CHUNK;
}

/* The end of the chunk of row i, or `to` where that comes first. */
static size_t chunk_end(size_t i, size_t to)
{
    size_t end = (i / OB_CHUNK + 1) * OB_CHUNK;
    return end < to ? end : to;
}

/* Rows [from, to) of column j, NULL = of ones; all of one chunk. */
static void copy_x(struct ob_design *d, size_t j, const double *v, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        put(d->dtype, d->x, place(d, i, j), v ? v[i] : 1);
}

static void copy_y(struct ob_design *d, size_t j, const double *v, size_t from, size_t to)
{
    (void)j;
    for (size_t i = from; i < to; i++)
        put(d->dtype, d->y, place_y(d, i), v[i]);
}

/* Copies the rows of a column that are kept here, NULL = of ones; where it is spent its
 * memory goes behind the copying. */
static void take_column(struct ob_design *d,
                        void (*copy)(struct ob_design *, size_t, const double *, size_t,
                                     size_t),
                        size_t j, double *v, bool spent)
{
    for (size_t from = 0; from < d->rows; from += STRETCH) {
        size_t to = d->rows - from < STRETCH ? d->rows : from + STRETCH;
        for (size_t i = from; i < to; i = chunk_end(i, to))
            if (is_here(d, i))
                copy(d, j, v, i, chunk_end(i, to));
        if (v && spent)
            ob_release_pages(v + from, (to - from) * sizeof *v);
    }
}

bool ob_design_make(struct ob_design *d, const struct ob_design_from *from,
                    struct ob_err *err)
{
    const struct ob_design like = { .dtype = from->dtype,
                                    .cols = from->cols,
                                    .share = from->share,
                                    .apart = from->share && from->apart };
    if (!reserve(d, &like, from->rows, err))
        return false;
    set_rows(d, from->rows);
    for (size_t j = 0; j < d->cols; j++)
        take_column(d, copy_x, j, from->column[j], from->spent);
    if (from->y)
        take_column(d, copy_y, 0, from->y, from->spent);
    return true;
}

bool ob_design_init(struct ob_design *d, enum ob_dtype dtype, size_t rows, size_t cols,
                    const double *const *column, const double *y, struct ob_err *err)
{
    /* Nothing is written through these where nothing is spent. */
    const struct ob_design_from from = { .dtype = dtype,
                                         .rows = rows,
                                         .cols = cols,
                                         .column = (double *const *)(uintptr_t)column,
                                         .y = (double *)(uintptr_t)y };
    return ob_design_make(d, &from, err);
}

bool ob_design_take(struct ob_design *d, enum ob_dtype dtype, size_t rows, size_t cols,
                    double *const *column, double *y, struct ob_err *err)
{
    const struct ob_design_from from = { .dtype = dtype,
                                         .rows = rows,
                                         .cols = cols,
                                         .column = column,
                                         .y = y,
                                         .spent = true };
    return ob_design_make(d, &from, err);
}

bool ob_design_init_batch(struct ob_design *d, const struct ob_design *from, size_t cap,
                          struct ob_err *err)
{
    OB_REQUIRE(!from->apart);
    return reserve(d, from, cap, err);
}

void ob_design_finish(struct ob_design *d)
{
    free(d->x);
    free(d->y);
    free(d->partial);
    free(d->wide);
    free(d->clamped);
    *d = (struct ob_design){ .dtype = d->dtype };
}

/* Rows [from, to) of all columns become zeros again. */
static void clear_rows(struct ob_design *d, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (!ob_share_owns(d->share, i / OB_CHUNK))
            continue;
        for (size_t j = 0; j < d->cols; j++)
            put(d->dtype, d->x, place(d, i, j), 0);
        put(d->dtype, d->y, place_y(d, i), 0);
    }
}

void ob_design_gather(struct ob_design *batch, const struct ob_design *from,
                      const uint32_t *index, size_t n)
{
    OB_REQUIRE(n >= 1 && n <= batch->cap && batch->cols == from->cols &&
               batch->dtype == from->dtype);
    clear_rows(batch, n, batch->rows);
    set_rows(batch, n);
    for (size_t i = 0; i < n; i++) {
        OB_REQUIRE(index[i] < from->rows);
        if (!ob_share_owns(batch->share, i / OB_CHUNK))
            continue;
        if (batch->dtype == OB_F32) {
            for (size_t j = 0; j < batch->cols; j++)
                ((float *)batch->x)[place(batch, i, j)] =
                    ((const float *)from->x)[place(from, index[i], j)];
            ((float *)batch->y)[place_y(batch, i)] =
                ((const float *)from->y)[place_y(from, index[i])];
        } else {
            for (size_t j = 0; j < batch->cols; j++)
                ((double *)batch->x)[place(batch, i, j)] =
                    ((const double *)from->x)[place(from, index[i], j)];
            ((double *)batch->y)[place_y(batch, i)] =
                ((const double *)from->y)[place_y(from, index[i])];
        }
    }
}

double ob_design_x(const struct ob_design *d, size_t i, size_t j)
{
    OB_REQUIRE(i < d->rows && j < d->cols);
    return ob_share_owns(d->share, i / OB_CHUNK) ? get(d->dtype, d->x, place(d, i, j))
                                                 : 0;
}

double ob_design_y(const struct ob_design *d, size_t i)
{
    OB_REQUIRE(i < d->rows);
    return ob_share_owns(d->share, i / OB_CHUNK) ? get(d->dtype, d->y, place_y(d, i)) : 0;
}

struct ob_rows ob_design_chunk(const struct ob_design *d, size_t chunk)
{
    size_t size = ob_dtype_size(d->dtype), left = d->rows - chunk * OB_CHUNK;
    const size_t at = stored(d, chunk);
    return (struct ob_rows){
        .x = (const char *)d->x + at * d->cols * d->ld * size,
        .ld = d->ld,
        .y = (const char *)d->y + at * d->ld * size,
        .rows = left < OB_CHUNK ? left : OB_CHUNK,
        .cols = d->cols,
    };
}

bool ob_design_widen(struct ob_design *d, size_t n, struct ob_err *err)
{
    if (n <= d->wide_cap)
        return true;
    free(d->wide);
    d->wide = ob_alloc(n, sizeof *d->wide, err);
    d->wide_cap = d->wide ? n : 0;
    return d->wide;
}
