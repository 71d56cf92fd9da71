#include "curvature_priv.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"
#include "optbench/num/vec.h"

/* H v in double, through vectors of the problem's dtype. */
struct product {
    struct ob_problem *p;
    const void *theta;
    struct ob_vec v, hv;
};

static bool product_init(struct product *m, struct ob_problem *p, const void *theta,
                         struct ob_err *err)
{
    *m = (struct product){ .p = p, .theta = theta };
    return ob_vec_init(&m->v, p->dtype, p->n, err) &&
           ob_vec_init(&m->hv, p->dtype, p->n, err);
}

static void product_finish(struct product *m)
{
    ob_vec_finish(&m->v);
    ob_vec_finish(&m->hv);
}

static bool multiply(void *ctx, const double *v, double *out, struct ob_err *err)
{
    struct product *m = ctx;
    ob_vec_write(&m->v, 0, m->p->n, v);
    if (!ob_problem_hvp(m->p, m->theta, m->v.data, m->hv.data, err))
        return false;
    ob_vec_read(&m->hv, 0, m->p->n, out);
    return true;
}

/* The Hessian column by column; the triangles, equal but for rounding, are averaged. */
static bool by_columns(struct ob_problem *p, const void *theta, double *h,
                       struct ob_err *err)
{
    struct product m;
    size_t n = p->n;
    double *unit = ob_xcalloc(n, sizeof *unit);
    bool ok = product_init(&m, p, theta, err);
    for (size_t i = 0; ok && i < n; i++) {
        unit[i] = 1;
        ok = multiply(&m, unit, h + i * n, err);
        unit[i] = 0;
    }
    for (size_t i = 0; ok && i < n; i++)
        for (size_t j = 0; j < i; j++)
            h[i * n + j] = (h[i * n + j] + h[j * n + i]) / 2;
    product_finish(&m);
    free(unit);
    return ok;
}

static bool all_finite(const double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(a[i]))
            return false;
    return true;
}

static void transpose(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double t = a[i * n + j];
            a[i * n + j] = a[j * n + i];
            a[j * n + i] = t;
        }
}

static void make_positive(size_t n, double *x)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(x[i]) > fabs(x[largest]))
            largest = i;
    for (size_t i = 0, negative = x[largest] < 0; negative && i < n; i++)
        x[i] = -x[i];
}

/* h is spoilt. */
static bool eigen(size_t n, double *h, double *value, double *vector, struct ob_err *err)
{
    bool ok;
    if (n > OB_DENSE_MAX) {
        ok = ob_lapack_eigen_symmetric(n, h, value, vector != NULL);
        for (size_t i = 0; ok && vector && i < n * n; i++)
            vector[i] = h[i];
    } else {
        double *work = ob_xcalloc(2 * n, sizeof *work);
        ok = ob_eigen_symmetric(n, h, value, vector, work);
        free(work);
    }
    if (!ok)
        return ob_fail(err, OB_EFAIL, "the eigenvalues of the Hessian do not converge");
    if (vector)
        transpose(n, vector);
    for (size_t i = 0; vector && i < n; i++)
        make_positive(n, vector + i * n);
    return true;
}

bool spectrum_all(struct ob_problem *p, const void *theta, double *value, double *vector,
                  bool *finite, struct ob_err *err)
{
    double *h = ob_alloc(p->n * p->n, sizeof *h, err);
    bool ok =
        h && (ob_problem_can(p) & OB_CAN_HESSIAN ? ob_problem_hessian(p, theta, h, err)
                                                 : by_columns(p, theta, h, err));
    *finite = ok && all_finite(h, p->n * p->n);
    if (*finite)
        ok = eigen(p->n, h, value, vector, err);
    free(h);
    return ok;
}

bool spectrum_ends(struct ob_lanczos *out, struct ob_problem *p, const void *theta,
                   const struct ob_lanczos_opts *opts, struct ob_err *err)
{
    struct product m;
    struct ob_lanczos_opts own = *opts;
    own.n = p->n;
    own.pool = p->pool;
    /* What products in the dtype can be good for. */
    own.tolerance = p->dtype == OB_F32 ? 1e-5 : 1e-9;
    bool ok = product_init(&m, p, theta, err) && ob_lanczos(out, &own, multiply, &m, err);
    product_finish(&m);
    return ok;
}
