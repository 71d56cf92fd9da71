#include "machine.h"

#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"

/* Directions, or points, that are computed at a time. */
enum { LANES = OB_LANES, POINTS = 16 * OB_LANES };

/* The program, made on first demand. */
static bool need(struct machine *m, enum machine_program which, struct ob_pool *pool,
                 struct ob_err *err)
{
    static const enum ob_program_vary vary[] = {
        [MACHINE_LOSS] = OB_VARY_ROWS,     [MACHINE_GRADIENT] = OB_VARY_ROWS,
        [MACHINE_PRODUCT] = OB_VARY_ROWS,  [MACHINE_HESSIAN] = OB_VARY_DIRECTION,
        [MACHINE_VALUES] = OB_VARY_POINTS,
    };
    const struct machine_nodes *f = m->nodes;
    const struct ob_program_opts opts = {
        .dtype = m->dtype,
        .vary = vary[which],
        .params = f->n,
        .columns = m->data->n,
        .rows = m->data->rows,
        .threads = ob_pool_threads(pool),
        .share = m->data->share,
    };
    if (m->program[which])
        return true;
    uint32_t *root = ob_xcalloc(f->n + 2, sizeof *root);
    size_t roots = 0;
    if (which == MACHINE_PRODUCT || which == MACHINE_HESSIAN) {
        memcpy(root, f->product, f->n * sizeof *root);
        roots = f->n;
    } else {
        root[roots++] = f->value;
    }
    if (which == MACHINE_GRADIENT) {
        memcpy(root + 1, f->grad, f->n * sizeof *root);
        roots += f->n;
    }
    if (which == MACHINE_LOSS || which == MACHINE_GRADIENT)
        root[roots++] = f->clamped;
    m->program[which] = ob_program_create(f->graph, root, roots, &opts, err);
    free(root);
    return m->program[which] != NULL;
}

bool machine_init(struct machine *m, enum ob_dtype dtype,
                  const struct machine_nodes *nodes, struct columns *data,
                  struct ob_pool *pool, struct ob_err *err)
{
    *m = (struct machine){ .dtype = dtype, .nodes = nodes, .data = data };
    m->out = ob_xcalloc(nodes->n + 2, sizeof *m->out);
    return need(m, MACHINE_LOSS, pool, err) && need(m, MACHINE_GRADIENT, pool, err);
}

void machine_finish(struct machine *m)
{
    for (size_t i = 0; i < MACHINE_PROGRAMS; i++)
        ob_program_destroy(m->program[i]);
    free(m->out);
    free(m->lanes);
    *m = (struct machine){ 0 };
}

static struct ob_program_inputs inputs(const struct machine *m, const void *theta)
{
    return (struct ob_program_inputs){
        .theta = theta,
        .column = m->data->n ? m->data->now : NULL,
        .rows = m->data->now_rows,
    };
}

/* out[from ...] are the n elements of an array of the dtype. */
static void aim(struct machine *m, size_t from, void *array)
{
    size_t size = ob_dtype_size(m->dtype);
    for (size_t i = 0; i < m->nodes->n; i++)
        m->out[from + i] = (char *)array + i * size;
}

double machine_eval(struct machine *m, struct ob_pool *pool, const void *theta,
                    void *grad)
{
    const struct ob_program_inputs in = inputs(m, theta);
    m->out[0] = &m->value;
    m->out[grad ? 1 + m->nodes->n : 1] = &m->clamped;
    if (grad)
        aim(m, 1, grad);
    ob_program_run(m->program[grad ? MACHINE_GRADIENT : MACHINE_LOSS], pool, &in, m->out);
    return ob_at(m->dtype, &m->value, 0);
}

bool machine_hvp(struct machine *m, struct ob_pool *pool, const void *theta,
                 const void *v, void *hv, struct ob_err *err)
{
    struct ob_program_inputs in = inputs(m, theta);
    if (!need(m, MACHINE_PRODUCT, pool, err))
        return false;
    in.direction = v;
    aim(m, 0, hv);
    ob_program_run(m->program[MACHINE_PRODUCT], pool, &in, m->out);
    return true;
}

/* Kept, for a Newton run asks at every step. */
static bool need_lanes(struct machine *m, size_t count, struct ob_err *err)
{
    if (count <= m->lanes_size)
        return true;
    free(m->lanes);
    m->lanes = ob_alloc(count, ob_dtype_size(m->dtype), err);
    m->lanes_size = m->lanes ? count : 0;
    return m->lanes != NULL;
}

/* Columns [from, from + k) of the Hessian: the product along k unit vectors at once. */
static void columns_of(struct machine *m, struct ob_pool *pool, const void *theta,
                       size_t from, size_t k, double *h)
{
    const size_t n = m->nodes->n, size = ob_dtype_size(m->dtype);
    struct ob_program_inputs in = inputs(m, theta);
    char *unit = m->lanes, *result = unit + n * k * size;
    memset(unit, 0, n * k * size);
    for (size_t i = 0; i < k; i++)
        ob_put(m->dtype, unit, (from + i) * k + i, 1);
    for (size_t i = 0; i < n; i++)
        m->out[i] = result + i * k * size;
    in.direction = unit;
    in.points = k;
    ob_program_run(m->program[MACHINE_HESSIAN], pool, &in, m->out);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++)
            h[i * n + from + j] = ob_at(m->dtype, result, i * k + j);
}

bool machine_hessian(struct machine *m, struct ob_pool *pool, const void *theta,
                     double *h, struct ob_err *err)
{
    const size_t n = m->nodes->n, most = n < LANES ? n : LANES;
    if (!need(m, MACHINE_HESSIAN, pool, err) || !need_lanes(m, 2 * n * most, err))
        return false;
    for (size_t from = 0; from < n; from += most)
        columns_of(m, pool, theta, from, n - from < most ? n - from : most, h);
    /* Equal but for the rounding of two ways to the same number. */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            h[i * n + j] = h[j * n + i] = (h[i * n + j] + h[j * n + i]) / 2;
    return true;
}

static void run_points(struct machine *m, struct ob_pool *pool, size_t k,
                       const void *point, void *loss)
{
    struct ob_program_inputs in = inputs(m, point);
    in.points = k;
    m->out[0] = loss;
    ob_program_run(m->program[MACHINE_VALUES], pool, &in, m->out);
}

/* Points [from, from + k) of `all`, by way of float. */
static void narrow_values(struct machine *m, struct ob_pool *pool, size_t all,
                          size_t from, size_t k, const double *point, double *loss)
{
    float *narrow = m->lanes, *result = narrow + m->nodes->n * k;
    for (size_t j = 0; j < m->nodes->n; j++)
        for (size_t i = 0; i < k; i++)
            narrow[j * k + i] = (float)point[j * all + from + i];
    run_points(m, pool, k, narrow, result);
    for (size_t i = 0; i < k; i++)
        loss[from + i] = (double)result[i];
}

bool machine_values(struct machine *m, struct ob_pool *pool, size_t k,
                    const double *point, double *loss, struct ob_err *err)
{
    const size_t most = k < POINTS ? k : POINTS;
    if (!need(m, MACHINE_VALUES, pool, err))
        return false;
    if (m->dtype == OB_F64) {
        run_points(m, pool, k, point, loss);
        return true;
    }
    if (!need_lanes(m, (m->nodes->n + 1) * most, err))
        return false;
    for (size_t from = 0; from < k; from += most)
        narrow_values(m, pool, k, from, k - from < most ? k - from : most, point, loss);
    return true;
}
