/* The loops over a sparse matrix for one dtype: included twice by sparse_pass.c, which
 * defines OB_REAL_BITS. */
#include "optbench/num/real.h"

static void OB_FN(times)(const struct ob_sparse *s, size_t first, size_t end,
                         const real *v, const struct ob_sparse_sum *sum, real *out)
{
    const real *value = s->value, *start = sum->start;
    for (size_t i = first; i < end; i++) {
        double total = start ? (double)start[i] : 0;
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            total += (double)value[k] * (double)v[s->col[k]];
        out[i] = (real)(sum->scale * total);
    }
}

static void OB_FN(scatter)(const struct ob_sparse *s, const real *r, double scale,
                           double *wide, real *out)
{
    const real *value = s->value;
    for (size_t j = 0; j < s->cols; j++)
        wide[j] = 0;
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            wide[s->col[k]] += (double)value[k] * (double)r[i];
    for (size_t j = 0; j < s->cols; j++)
        out[j] = (real)(scale * wide[j]);
}

static void OB_FN(forward)(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                           const real *w, const real *bias, real *h)
{
    const real *value = s->value;
    for (size_t u = 0; u < l->units; u++, w += s->cols, h += l->ld)
        for (size_t i = 0; i < l->n; i++) {
            const size_t *begin = s->begin + l->first + i;
            double total = bias ? (double)bias[u] : 0;
            for (size_t k = begin[0]; k < begin[1]; k++)
                total += (double)value[k] * (double)w[s->col[k]];
            h[i] = (real)total;
        }
}

static void OB_FN(backward)(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                            const real *g, double *wide)
{
    const real *value = s->value;
    for (size_t u = 0; u < l->units; u++, wide += s->cols, g += l->ld)
        for (size_t i = 0; i < l->n; i++) {
            const size_t *begin = s->begin + l->first + i;
            for (size_t k = begin[0]; k < begin[1]; k++)
                wide[s->col[k]] += (double)value[k] * (double)g[i];
        }
}
