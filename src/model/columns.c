#include "columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"

bool column_refuse(enum ob_dtype dtype, const struct ob_column *c, size_t i,
                   struct ob_err *err)
{
    return ob_fail(err, OB_EDATA, "column '%s': the value of row %zu is beyond %s",
                   c->name, i + 1, ob_dtype_name(dtype));
}

/* Values that are copied at a stretch. */
#define STRETCH ((size_t)65536)

bool column_check(enum ob_dtype dtype, size_t rows, const struct ob_column *c,
                  struct ob_err *err)
{
    for (size_t i = 0; i < rows; i++)
        if (!isfinite(ob_dtype_round(dtype, c->value[i])))
            return column_refuse(dtype, c, i, err);
    return true;
}

const struct ob_column *column_at(const struct ob_dataset *d, size_t i)
{
    return i < d->features ? &d->x[i] : &d->y;
}

size_t columns_count(const struct ob_dataset *d)
{
    return d ? d->features + d->has_y : 0;
}

static void see_all(struct columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        c->now[i] = c->full[i];
    c->now_rows = c->rows;
}

static void reserve(struct columns *c, enum ob_dtype dtype, size_t n, size_t rows)
{
    *c = (struct columns){
        .dtype = dtype, .n = n, .rows = rows, .share = c->share, .apart = c->apart
    };
    c->full = ob_xcalloc(n + 1, sizeof *c->full);
    c->batch = ob_xcalloc(n + 1, sizeof *c->batch);
    c->now = ob_xcalloc(n + 1, sizeof *c->now);
}

/* Whether row k is kept here. */
static bool keeps(const struct columns *c, size_t k)
{
    return !c->apart || ob_share_owns(c->share, k / OB_CHUNK);
}

/* Copies one column; where it is `spent` its memory goes as it was copied. */
static void convert(const struct columns *c, double *from, void *to, bool spent)
{
    for (size_t begin = 0; begin < c->rows; begin += STRETCH) {
        size_t end = c->rows - begin < STRETCH ? c->rows : begin + STRETCH;
        for (size_t k = begin; k < end; k++)
            if (keeps(c, k))
                ob_put(c->dtype, to, k, from[k]);
        if (spent)
            ob_release_pages(from + begin, (end - begin) * sizeof *from);
    }
}

bool columns_init(struct columns *c, enum ob_dtype dtype, const struct ob_dataset *d,
                  const bool *used, struct ob_err *err)
{
    reserve(c, dtype, columns_count(d), d ? d->rows : 0);
    for (size_t i = 0; i < c->n; i++) {
        const struct ob_column *from = column_at(d, i);
        if (!used[i])
            continue;
        if (!column_check(dtype, c->rows, from, err) ||
            !(c->full[i] = ob_alloc(c->rows, ob_dtype_size(dtype), err)))
            return false;
        convert(c, from->value, c->full[i], d->spent);
    }
    see_all(c);
    return true;
}

bool columns_copy(struct columns *c, enum ob_dtype dtype, const struct columns *from,
                  struct ob_err *err)
{
    c->share = from->share;
    c->apart = from->apart;
    reserve(c, dtype, from->n, from->rows);
    for (size_t i = 0; i < c->n; i++) {
        if (!from->full[i])
            continue;
        if (!(c->full[i] = ob_alloc(c->rows, ob_dtype_size(dtype), err)))
            return false;
        for (size_t k = 0; k < c->rows; k++)
            if (keeps(c, k))
                ob_put(dtype, c->full[i], k, ob_at(from->dtype, from->full[i], k));
    }
    see_all(c);
    return true;
}

void columns_finish(struct columns *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->full[i]);
        free(c->batch[i]);
    }
    free(c->full);
    free(c->batch);
    free(c->now);
    *c = (struct columns){ 0 };
}

/* Room for n rows in every column that is used. */
static bool make_room(struct columns *c, size_t n, struct ob_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        if (!c->full[i] || n <= c->cap)
            continue;
        free(c->batch[i]);
        if (!(c->batch[i] = ob_alloc(n, ob_dtype_size(c->dtype), err))) {
            c->cap = 0;
            return false;
        }
    }
    c->cap = n > c->cap ? n : c->cap;
    return true;
}

static void gather32(float *to, const float *from, const uint32_t *row, size_t n)
{
    for (size_t k = 0; k < n; k++)
        to[k] = from[row[k]];
}

static void gather64(double *to, const double *from, const uint32_t *row, size_t n)
{
    for (size_t k = 0; k < n; k++)
        to[k] = from[row[k]];
}

bool columns_choose(struct columns *c, const uint32_t *row, size_t n, struct ob_err *err)
{
    see_all(c);
    if (n == 0)
        return true;
    if (!make_room(c, n, err))
        return false;
    for (size_t i = 0; i < c->n; i++) {
        if (!c->full[i])
            continue;
        if (c->dtype == OB_F32)
            gather32(c->batch[i], c->full[i], row, n);
        else
            gather64(c->batch[i], c->full[i], row, n);
        c->now[i] = c->batch[i];
    }
    c->now_rows = n;
    return true;
}
