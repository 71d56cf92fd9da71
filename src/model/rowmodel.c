#include "rowmodel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "entry.h"
#include "optbench/base/mem.h"
#include "placed_row.h"
#include "shared.h"

const char *const row_bias_columns[] = { "first", "last", NULL };

/* Rows of the passes: all, or those of the batch. */
static size_t rows_now(const struct row_model *m)
{
    if (m->sparse)
        return m->on_batch ? m->sparse_batch.rows : m->sparse_full.rows;
    return m->on_batch ? m->batch.rows : m->full.rows;
}

static struct ob_design *dense(struct row_model *m)
{
    return m->on_batch ? &m->batch : &m->full;
}

static struct ob_sparse_design *sparse(struct row_model *m)
{
    return m->on_batch ? &m->sparse_batch : &m->sparse_full;
}

static double scale(const struct row_model *m)
{
    return m->mean ? 1 / (double)rows_now(m) : 1;
}

/* The names and places of the parameters. */
static void lay_out(struct ob_problem *p, size_t features, const struct row_setup *setup)
{
    if (setup->bias && setup->bias_first)
        ob_layout_add(&p->layout, "bias", 0, NULL);
    size_t w = ob_layout_add(&p->layout, "w", 1, &features);
    if (setup->bias && !setup->bias_first)
        ob_layout_add(&p->layout, "bias", 0, NULL);
    ob_problem_penalise(p, p->layout.tensor[w].offset, features);
}

static bool check_sparse(enum ob_dtype dtype, const struct ob_dataset *d,
                         struct ob_err *err)
{
    const struct ob_sparse *s = &d->sparse;
    for (size_t i = 0; i < d->rows; i++)
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            if (!isfinite(ob_dtype_round(dtype, ob_sparse_value(s, k))))
                return column_refuse(dtype, &d->x[s->col[k]], i, err);
    return true;
}

static bool check_ranges(enum ob_dtype dtype, const struct ob_dataset *d,
                         struct ob_err *err)
{
    bool ok = !ob_dataset_is_sparse(d) || check_sparse(dtype, d, err);
    for (size_t j = 0; ok && !ob_dataset_is_sparse(d) && j < d->features; j++)
        ok = column_check(dtype, d->rows, &d->x[j], err);
    return ok && column_check(dtype, d->rows, &d->y, err);
}

static bool copy_data(struct ob_problem *p, const struct ob_dataset *d,
                      const struct row_setup *setup, struct ob_err *err)
{
    struct row_model *m = p->state;
    enum ob_ones ones_at = setup->bias_first ? OB_ONES_FIRST : OB_ONES_LAST;
    size_t cols = p->layout.n;
    if (m->sparse) {
        struct ob_sparse train; /* behind it stand the rows of the other parts */
        ob_sparse_view(&d->sparse, 0, d->rows, &train);
        return ob_sparse_design_init(&m->sparse_full, p->dtype, &train,
                                     setup->bias ? ones_at : OB_ONES_NONE, d->y.value,
                                     err);
    }
    double **column = ob_xcalloc(cols, sizeof *column); /* that of the bias is NULL */
    for (size_t j = 0; j < d->features; j++)
        column[p->weight->offset + j] = d->x[j].value;
    const struct ob_design_from from = { .dtype = p->dtype,
                                         .rows = d->rows,
                                         .cols = cols,
                                         .column = column,
                                         .y = d->y.value,
                                         .spent = d->spent,
                                         .share = p->share,
                                         .apart = p->apart };
    bool ok = ob_design_make(&m->full, &from, err);
    free(column);
    return ok;
}

/* Rows that metrics predict at a time: whole chunks, or all where they are few. */
static size_t span(size_t rows)
{
    enum { CHUNKS = 32 };
    return rows < (size_t)CHUNKS * OB_CHUNK ? rows : (size_t)CHUNKS * OB_CHUNK;
}

bool row_start(struct ob_problem *p, const struct ob_dataset *d,
               const struct row_setup *setup, struct ob_err *err)
{
    struct row_model *m = p->state;
    m->loss = setup->loss;
    m->mean = setup->mean;
    m->rows = d->rows;
    m->sparse = ob_dataset_is_sparse(d);
    p->outputs = 1;
    lay_out(p, d->features, setup);
    if (!check_ranges(p->dtype, d, err) || !copy_data(p, d, setup, err))
        return false;
    m->z = ob_alloc(m->sparse ? d->rows : span(d->rows), ob_dtype_size(p->dtype), err);
    return m->z != NULL;
}

void row_finish(struct ob_problem *p)
{
    struct row_model *m = p->state;
    ob_design_finish(&m->full);
    ob_design_finish(&m->batch);
    ob_sparse_design_finish(&m->sparse_full);
    ob_sparse_design_finish(&m->sparse_batch);
    free(m->z);
    free(m->seen);
    m->z = m->seen = NULL;
}

static bool gather(struct row_model *m, const uint32_t *row, size_t n, struct ob_err *err)
{
    if (m->sparse)
        return ob_sparse_design_gather(&m->sparse_batch, &m->sparse_full, row, n, err);
    if (m->has_batch && m->batch.cap < n) {
        ob_design_finish(&m->batch);
        m->has_batch = false;
    }
    if (!m->has_batch && !ob_design_init_batch(&m->batch, &m->full, n, err))
        return false;
    m->has_batch = true;
    ob_design_gather(&m->batch, &m->full, row, n);
    return true;
}

bool row_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err)
{
    struct row_model *m = p->state;
    m->on_batch = n > 0 && gather(m, row, n, err);
    return n == 0 || m->on_batch;
}

void row_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    struct row_model *m = p->state;
    struct ob_pass_out pass;
    if (m->sparse)
        ob_sparse_design_pass(sparse(m), p->pool, m->loss, scale(m), theta, grad, &pass);
    else
        ob_design_pass(dense(m), p->pool, m->loss, scale(m), theta, grad, &pass);
    out->loss = pass.loss;
    out->clamped = pass.clamped;
}

bool row_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err)
{
    struct row_model *m = p->state;
    if (m->sparse)
        return ob_sparse_design_hessian(sparse(m), p->pool, m->loss, scale(m), theta, h,
                                        err);
    return ob_design_hessian(dense(m), p->pool, m->loss, scale(m), theta, h, err);
}

bool row_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
             struct ob_err *err)
{
    struct row_model *m = p->state;
    (void)err;
    if (m->sparse)
        ob_sparse_design_hvp(sparse(m), p->pool, m->loss, scale(m), theta, v, out);
    else
        ob_design_hvp(dense(m), p->pool, m->loss, scale(m), theta, v, out);
    return true;
}

bool row_curvature(struct ob_problem *p, const void *theta, const void *dir, double *out,
                   struct ob_err *err)
{
    struct row_model *m = p->state;
    if (!m->sparse)
        return ob_design_curvature(dense(m), p->pool, m->loss, scale(m), theta, dir, out,
                                   err);
    *out = ob_sparse_design_curvature(sparse(m), p->pool, m->loss, scale(m), theta, dir);
    return true;
}

const char *row_unshared(const struct ob_problem *p)
{
    const struct row_model *m = p->state;
    return m->sparse ? "its sparse rows are added one after the other; data.storage = "
                       "dense has them added in parts"
                     : NULL;
}

double row_x(const struct row_model *m, size_t i, size_t j)
{
    return m->sparse ? ob_sparse_at(&m->sparse_full.x, i, j)
                     : ob_design_x(&m->full, i, j);
}

double row_y(const struct row_model *m, size_t i)
{
    return m->sparse ? ob_sparse_design_y(&m->sparse_full, i) : ob_design_y(&m->full, i);
}

/* z of the rows from `from` on into m->z; returns of how many. */
static size_t fill_z(struct ob_problem *p, const void *theta, size_t from)
{
    struct row_model *m = p->state;
    const size_t left = m->rows - from, most = span(m->rows);
    if (m->sparse) {
        ob_sparse_design_predict(&m->sparse_full, p->pool, theta, m->z);
        return left;
    }
    const size_t n = left < most ? left : most;
    if (p->placed && row_placed_predict(p->placed, theta, from, n, m->z))
        return n;
    ob_design_predict_chunks(&m->full, p->pool, theta, from / OB_CHUNK,
                             (n + OB_CHUNK - 1) / OB_CHUNK, m->z);
    return n;
}

bool row_predict(struct ob_problem *p, const void *theta, double (*link)(double z),
                 double *out)
{
    const struct row_model *m = p->state;
    for (size_t from = 0, n; from < m->rows; from += n) {
        n = fill_z(p, theta, from);
        for (size_t i = 0; i < n; i++) {
            double z = ob_at(p->dtype, m->z, i);
            if (ob_share_owns(p->share, (from + i) / OB_CHUNK))
                out[from + i] = link ? link(z) : z;
        }
    }
    return true;
}

/* The same where the rows are shared out: terms of the own ones. */
static double shared_sum(struct ob_problem *p, const void *theta,
                         double (*f)(double z, double y))
{
    const struct row_model *m = p->state;
    struct shared_terms terms;
    shared_done(p, shared_terms_begin(&terms, p->share, m->rows), NULL);
    for (size_t from = 0, n; from < m->rows; from += n) {
        n = fill_z(p, theta, from);
        for (size_t i = 0; i < n; i++)
            if (ob_share_owns(p->share, (from + i) / OB_CHUNK))
                shared_terms_add(&terms, from + i,
                                 f(ob_at(p->dtype, m->z, i), row_y(m, from + i)));
    }
    return shared_terms_end(&terms);
}

struct scatter {
    const struct row_model *m;
    double middle;
};

static double square_at(const void *ctx, size_t i)
{
    const struct scatter *s = ctx;
    const double d = row_y(s->m, i) - s->middle;
    return d * d;
}

double row_scatter(struct ob_problem *p, double middle)
{
    return shared_rows(p, square_at, &(const struct scatter){ p->state, middle });
}

double row_sum(struct ob_problem *p, const void *theta, double (*f)(double z, double y))
{
    const struct row_model *m = p->state;
    double sum = 0;
    if (p->share)
        return shared_sum(p, theta, f);
    for (size_t from = 0, n; from < m->rows; from += n) {
        n = fill_z(p, theta, from);
        for (size_t i = 0; i < n; i++)
            sum += f(ob_at(p->dtype, m->z, i), row_y(m, from + i));
    }
    return sum;
}

void row_remember(struct ob_problem *p, const void *theta, size_t right)
{
    struct row_model *m = p->state;
    const size_t bytes = p->n * ob_dtype_size(p->dtype);
    if (!m->seen)
        m->seen = ob_xcalloc(bytes, 1);
    memcpy(m->seen, theta, bytes);
    m->seen_right = right;
}

bool row_seen_right(const struct ob_problem *p, const void *theta, size_t *right)
{
    const struct row_model *m = p->state;
    *right = m->seen_right;
    return m->seen && memcmp(m->seen, theta, p->n * ob_dtype_size(p->dtype)) == 0;
}
