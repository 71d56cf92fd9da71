#include "rowmodel.h"

#include <stdlib.h>

#include "columns.h"
#include "optbench/base/mem.h"

const char *const row_bias_columns[] = { "first", "last", NULL };

static double scale(const struct row_model *m)
{
    return m->mean ? 1 / (double)m->now->rows : 1;
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

static bool check_ranges(enum ob_dtype dtype, const struct ob_dataset *d,
                         struct ob_err *err)
{
    for (size_t j = 0; j < d->features; j++)
        if (!column_check(dtype, d->rows, &d->x[j], err))
            return false;
    return column_check(dtype, d->rows, &d->y, err);
}

static bool copy_data(struct ob_problem *p, const struct ob_dataset *d,
                      const struct row_setup *setup, struct ob_err *err)
{
    struct row_model *m = p->state;
    size_t cols = p->layout.n;
    const double **column = ob_xcalloc(cols, sizeof *column);
    double *ones = setup->bias ? ob_alloc(d->rows, sizeof *ones, err) : NULL;
    bool ok = !setup->bias || ones;
    for (size_t i = 0; ok && setup->bias && i < d->rows; i++)
        ones[i] = 1;
    for (size_t j = 0; j < cols; j++)
        column[j] = ones;
    for (size_t j = 0; j < d->features; j++)
        column[p->weight->offset + j] = d->x[j].value;
    ok = ok && ob_design_init(&m->full, p->dtype, d->rows, cols, column, d->y.value, err);
    free(ones);
    free(column);
    return ok;
}

bool row_start(struct ob_problem *p, const struct ob_dataset *d,
               const struct row_setup *setup, struct ob_err *err)
{
    struct row_model *m = p->state;
    m->loss = setup->loss;
    m->mean = setup->mean;
    m->now = &m->full;
    lay_out(p, d->features, setup);
    if (!check_ranges(p->dtype, d, err) || !copy_data(p, d, setup, err))
        return false;
    m->z = ob_alloc(d->rows, ob_dtype_size(p->dtype), err);
    return m->z != NULL;
}

void row_finish(struct ob_problem *p)
{
    struct row_model *m = p->state;
    ob_design_finish(&m->full);
    ob_design_finish(&m->batch);
    free(m->z);
    m->z = NULL;
}

bool row_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err)
{
    struct row_model *m = p->state;
    m->now = &m->full;
    if (n == 0)
        return true;
    if (m->has_batch && m->batch.cap < n) {
        ob_design_finish(&m->batch);
        m->has_batch = false;
    }
    if (!m->has_batch && !ob_design_init_batch(&m->batch, &m->full, n, err))
        return false;
    m->has_batch = true;
    ob_design_gather(&m->batch, &m->full, row, n);
    m->now = &m->batch;
    return true;
}

void row_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    struct row_model *m = p->state;
    struct ob_pass_out pass;
    ob_design_pass(m->now, p->pool, m->loss, scale(m), theta, grad, &pass);
    out->loss = pass.loss;
    out->clamped = pass.clamped;
}

bool row_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err)
{
    struct row_model *m = p->state;
    return ob_design_hessian(m->now, p->pool, m->loss, scale(m), theta, h, err);
}

bool row_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
             struct ob_err *err)
{
    struct row_model *m = p->state;
    (void)err;
    ob_design_hvp(m->now, p->pool, m->loss, scale(m), theta, v, out);
    return true;
}

bool row_curvature(struct ob_problem *p, const void *theta, const void *dir, double *out,
                   struct ob_err *err)
{
    struct row_model *m = p->state;
    return ob_design_curvature(m->now, p->pool, m->loss, scale(m), theta, dir, out, err);
}

double row_sum(struct ob_problem *p, const void *theta, double (*f)(double z, double y))
{
    struct row_model *m = p->state;
    ob_design_predict(&m->full, p->pool, theta, m->z);
    double sum = 0;
    for (size_t i = 0; i < m->full.rows; i++) {
        double z = p->dtype == OB_F32 ? (double)((const float *)m->z)[i]
                                      : ((const double *)m->z)[i];
        sum += f(z, ob_design_y(&m->full, i));
    }
    return sum;
}
