/* The Jacobian of the predictions, one column a pass over the rows by forward mode, and
 * its weighted square. */
#include "typed_gauss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/formula/diff.h"
#include "optbench/num/kernels.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

static double one(double z, double y)
{
    (void)z;
    (void)y;
    return 1;
}

static double two(double z, double y)
{
    (void)z;
    (void)y;
    return 2;
}

static double huber(double z, double y)
{
    return fabs(z - y) <= 1;
}

static double bce_logits(double z, double y)
{
    double s = ob_sigmoid_f64(z);
    (void)y;
    return s * (1 - s);
}

/* Where a logarithm is clamped, its term is constant. */
static double bce(double z, double y)
{
    const double end = 3.720075976020836e-44; /* log(end) = -100 */
    return (z > end ? y / (z * z) : 0) +
           (1 - z > end ? (1 - y) / ((1 - z) * (1 - z)) : 0);
}

double (*typed_loss_second(const char *name))(double z, double y)
{
    static const struct {
        const char *name;
        double (*second)(double z, double y);
    } known[] = {
        { "mse", two },     { "half_mse", one },          { "sse", two },
        { "huber", huber }, { "bce_logits", bce_logits }, { "bce", bce },
    };
    for (size_t i = 0; name && i < OB_COUNT(known); i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].second;
    return NULL;
}

void typed_gauss_finish(struct typed_gauss *own)
{
    ob_program_destroy(own->program);
    free(own->memory);
    free(own->weight);
    *own = (struct typed_gauss){ 0 };
}

static bool prepare(const struct ob_problem *p, struct typed_gauss *own,
                    const struct typed_fit *fit, struct ob_err *err)
{
    struct typed *t = p->state;
    const struct ob_program_opts opts = { .dtype = p->dtype,
                                          .vary = OB_VARY_ROWS,
                                          .params = p->n,
                                          .columns = t->data.n,
                                          .rows = t->data.rows,
                                          .threads = ob_pool_threads(p->pool),
                                          .share = p->share };
    uint32_t root[2] = { fit->predict };
    if (own->program)
        return true;
    typed_gauss_finish(own);
    own->memory = ob_alloc((p->n + 1) * t->data.rows, ob_dtype_size(p->dtype), err);
    own->weight = ob_alloc(t->data.rows, sizeof *own->weight, err);
    return own->memory && own->weight &&
           ob_formula_tangent(&t->graph, root, 1, &root[1], err) &&
           (own->program = ob_program_create(&t->graph, root, 2, &opts, err));
}

/* What does not depend on the row comes as one number for all; of what does, every rank
 * has its own rows. */
static void spread(const struct ob_problem *p, bool per_row, void *v, size_t rows)
{
    if (per_row)
        ob_share_sum(p->share, p->dtype, rows, v);
    for (size_t i = 1; !per_row && i < rows; i++)
        ob_put(p->dtype, v, i, ob_at(p->dtype, v, 0));
}

/* own->memory: the predictions, then column after column of their Jacobian. */
static bool jacobian(const struct ob_problem *p, struct typed_gauss *own,
                     const struct typed_fit *fit, const void *theta, struct ob_err *err)
{
    struct typed *t = p->state;
    const size_t rows = t->data.now_rows, size = ob_dtype_size(p->dtype);
    char *unit = ob_alloc(p->n, size, err);
    const struct ob_program_inputs in = {
        .theta = theta, .direction = unit, .column = t->data.now, .rows = rows
    };
    uint32_t tangent = fit->predict;
    if (p->share) /* what other ranks have is added */
        memset(own->memory, 0, (p->n + 1) * rows * size);
    bool ok = unit && ob_formula_tangent(&t->graph, &fit->predict, 1, &tangent, err);
    for (size_t j = 0; ok && j < p->n; j++) {
        void *out[2] = { own->memory, (char *)own->memory + (j + 1) * rows * size };
        ob_put(p->dtype, unit, j, 1);
        ob_program_run(own->program, p->pool, &in, out);
        ob_put(p->dtype, unit, j, 0);
        spread(p, t->graph.node[tangent].rows, out[1], rows);
    }
    if (ok)
        spread(p, t->graph.node[fit->predict].rows, own->memory, rows);
    free(unit);
    return ok;
}

struct square {
    const struct ob_problem *p;
    const struct typed_gauss *own;
    size_t rows;
    double *g;
};

/* Row j of the lower triangle, and its mirror. */
static void one_row(void *ctx, size_t j)
{
    const struct square *s = ctx;
    const size_t n = s->p->n, size = ob_dtype_size(s->p->dtype);
    const char *column = (const char *)s->own->memory + s->rows * size;
    for (size_t k = 0; k <= j; k++) {
        double sum = 0;
        for (size_t i = 0; i < s->rows; i++)
            sum += s->own->weight[i] * ob_at(s->p->dtype, column, j * s->rows + i) *
                   ob_at(s->p->dtype, column, k * s->rows + i);
        s->g[j * n + k] = s->g[k * n + j] = sum;
    }
}

bool typed_gauss_newton(struct ob_problem *p, struct typed_gauss *own,
                        const struct typed_fit *fit, const void *theta, double *g,
                        struct ob_err *err)
{
    const struct typed *t = p->state;
    if (!prepare(p, own, fit, err) || !jacobian(p, own, fit, theta, err))
        return false;
    struct square s = { p, own, t->data.now_rows, g };
    const void *y = t->data.now[fit->target];
    for (size_t i = 0; i < s.rows; i++)
        own->weight[i] =
            !ob_share_owns(p->share, i / OB_CHUNK)
                ? 0
                : fit->second(ob_at(p->dtype, own->memory, i), ob_at(p->dtype, y, i)) /
                      (fit->mean ? (double)s.rows : 1);
    ob_share_sum(p->share, OB_F64, s.rows, own->weight);
    ob_pool_run(p->pool, one_row, &s, p->n);
    return true;
}
