/* Second derivatives that are made of products with the Hessian. */
#include "network.h"
#include "optbench/num/reduce.h"
#include "optbench/num/vec.h"

bool net_curvature(struct ob_problem *p, const void *theta, const void *dir, double *out,
                   struct ob_err *err)
{
    struct ob_vec v = { .dtype = p->dtype, .n = p->n, .data = (void *)dir }, hv;
    bool ok =
        ob_vec_init(&hv, p->dtype, p->n, err) && net_hvp(p, theta, dir, hv.data, err);
    if (ok)
        *out = ob_dot(p->pool, &v, &hv);
    ob_vec_finish(&hv);
    return ok;
}

typedef bool product_fn(struct ob_problem *p, const void *theta, const void *v, void *out,
                        struct ob_err *err);

/* By columns; the triangles, equal but for rounding, are averaged. */
static bool whole(struct ob_problem *p, const void *theta, product_fn *product, double *h,
                  struct ob_err *err)
{
    const size_t n = p->n;
    struct ob_vec unit, column;
    bool ok = ob_vec_init(&unit, p->dtype, n, err);
    ok = ob_vec_init(&column, p->dtype, n, err) && ok;
    for (size_t i = 0; ok && i < n; i++) {
        ob_vec_set(&unit, i, 1);
        ok = product(p, theta, unit.data, column.data, err);
        ob_vec_set(&unit, i, 0);
        ob_vec_read(&column, 0, n, h + i * n);
    }
    for (size_t i = 0; ok && i < n; i++)
        for (size_t j = 0; j < i; j++)
            h[i * n + j] = h[j * n + i] = (h[i * n + j] + h[j * n + i]) / 2;
    ob_vec_finish(&unit);
    ob_vec_finish(&column);
    return ok;
}

bool net_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err)
{
    return whole(p, theta, net_hvp, h, err);
}

bool net_gauss_newton(struct ob_problem *p, const void *theta, double *g,
                      struct ob_err *err)
{
    return whole(p, theta, net_gauss_newton_product, g, err);
}
