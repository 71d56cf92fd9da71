#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "entry.h"
#include "optbench/base/mem.h"

static bool check_ranges(enum ob_dtype dtype, const struct ob_dataset *d,
                         struct ob_err *err)
{
    for (size_t j = 0; !d->sparse.begin && j < d->features; j++)
        if (!column_check(dtype, d->rows, &d->x[j], err))
            return false;
    return column_check(dtype, d->rows, &d->y, err);
}

/* Room for a target beside features that are no design. */
static bool reserve(struct net_data *data, enum ob_dtype dtype, size_t cap,
                    struct ob_err *err)
{
    data->y = ob_alloc(cap, ob_dtype_size(dtype), err);
    data->cap = data->y ? cap : 0;
    return data->y != NULL;
}

static bool reserve_rows(struct net_data *data, const struct network *net,
                         enum ob_dtype dtype, size_t cap, struct ob_err *err)
{
    size_t row = net->features * ob_dtype_size(dtype);
    data->rows = ob_alloc(cap, row, err);
    return data->rows && reserve(data, dtype, cap, err);
}

static bool copy_columns(struct net_data *data, const struct ob_problem *p,
                         const struct ob_dataset *d, struct ob_err *err)
{
    double **column = ob_xcalloc(d->features, sizeof *column);
    for (size_t j = 0; j < d->features; j++)
        column[j] = d->x[j].value;
    const struct ob_design_from from = { .dtype = p->dtype,
                                         .rows = d->rows,
                                         .cols = d->features,
                                         .column = column,
                                         .y = d->y.value,
                                         .spent = d->spent,
                                         .share = p->share,
                                         .apart = p->apart };
    bool ok = ob_design_make(&data->columns, &from, err);
    free(column);
    return ok;
}

/* Hands back the memory of rows [from, to). */
static void release(const struct ob_dataset *d, size_t from, size_t to)
{
    for (size_t j = 0; j < d->features; j++)
        ob_release_pages(d->x[j].value + from, (to - from) * sizeof *d->x[j].value);
}

/* Some rows of all columns at a time, so that both stay in a cache; where nobody will
 * read the columns again, their memory goes as some pages of each were copied. */
static void copy_rows(struct net_data *data, enum ob_dtype dtype,
                      const struct ob_dataset *d)
{
    enum { ROWS = 64, RELEASED = 64 * ROWS };
    for (size_t from = 0; from < d->rows; from += ROWS) {
        size_t to = d->rows - from < ROWS ? d->rows : from + ROWS;
        if (d->spent && from > 0 && from % RELEASED == 0)
            release(d, from - RELEASED, from);
        for (size_t j = 0; j < d->features; j++)
            for (size_t i = from; i < to; i++)
                ob_put(dtype, data->rows, i * d->features + j, d->x[j].value[i]);
    }
}

bool net_data_init(const struct network *net, struct net_data *data,
                   const struct ob_problem *p, const struct ob_dataset *d,
                   struct ob_err *err)
{
    data->n = d->rows;
    if (!check_ranges(p->dtype, d, err))
        return false;
    if (net->narrow && !d->sparse.begin)
        return copy_columns(data, p, d, err);
    if (d->sparse.begin) {
        if (!ob_sparse_init(&data->sparse, p->dtype, d->features, err) ||
            !ob_sparse_choose(&data->sparse, &d->sparse, NULL, d->rows, err) ||
            !reserve(data, p->dtype, d->rows, err))
            return false;
    } else {
        if (!reserve_rows(data, net, p->dtype, d->rows, err))
            return false;
        copy_rows(data, p->dtype, d);
    }
    for (size_t i = 0; i < d->rows; i++)
        ob_put(p->dtype, data->y, i, d->y.value[i]);
    return true;
}

void net_data_finish(struct net_data *data)
{
    ob_design_finish(&data->columns);
    ob_sparse_finish(&data->sparse);
    free(data->rows);
    free(data->y);
    *data = (struct net_data){ 0 };
}

static bool choose_columns(struct net_data *batch, const struct net_data *from,
                           const uint32_t *row, size_t n, struct ob_err *err)
{
    if (batch->columns.cap < n) {
        ob_design_finish(&batch->columns);
        if (!ob_design_init_batch(&batch->columns, &from->columns, n, err))
            return false;
    }
    ob_design_gather(&batch->columns, &from->columns, row, n);
    return true;
}

static void gather_target(enum ob_dtype dtype, struct net_data *batch,
                          const struct net_data *from, const uint32_t *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ob_put(dtype, batch->y, i, ob_at(dtype, from->y, row[i]));
}

bool net_data_choose(const struct ob_problem *p, struct net_data *batch,
                     const struct net_data *from, const uint32_t *row, size_t n,
                     struct ob_err *err)
{
    const struct network *net = p->state;
    const size_t bytes = net->features * ob_dtype_size(p->dtype);
    const bool sparse = from->sparse.begin != NULL;
    batch->n = n;
    if (!from->rows && !sparse)
        return choose_columns(batch, from, row, n, err);
    if (batch->cap < n) {
        net_data_finish(batch);
        batch->n = n;
        if (sparse && !ob_sparse_init(&batch->sparse, p->dtype, net->features, err))
            return false;
        if (!(sparse ? reserve(batch, p->dtype, n, err)
                     : reserve_rows(batch, net, p->dtype, n, err)))
            return false;
    }
    gather_target(p->dtype, batch, from, row, n);
    if (sparse)
        return ob_sparse_choose(&batch->sparse, &from->sparse, row, n, err);
    for (size_t i = 0; i < n; i++)
        memcpy((char *)batch->rows + i * bytes, (char *)from->rows + row[i] * bytes,
               bytes);
    return true;
}

size_t net_blocks(const struct net_data *data)
{
    return (data->n + OB_CHUNK - 1) / OB_CHUNK;
}

struct net_rows net_block(const struct network *net, const struct net_data *data,
                          size_t i)
{
    const struct ob_design *c = &data->columns;
    const size_t size = ob_dtype_size(net->dtype), first = i * OB_CHUNK;
    const size_t at = c->apart ? i / c->share->ranks : i;
    struct net_rows r = { .first = first,
                          .n = data->n - first < OB_CHUNK ? data->n - first : OB_CHUNK };
    if (c->x) {
        r.x = (const char *)c->x + at * c->cols * c->ld * size;
        r.y = (const char *)c->y + at * c->ld * size;
        r.ld = c->ld;
        return r;
    }
    r.y = (const char *)data->y + first * size;
    r.ld = net->features;
    if (data->rows)
        r.x = (const char *)data->rows + first * net->features * size;
    return r;
}
