#include "product.h"

const char *const product_names[] = { "hessian", "gauss_newton", NULL };

bool product_init(struct product *p, struct ob_problem *problem, enum product_of of,
                  struct ob_err *err)
{
    const unsigned can = ob_problem_can(problem);
    *p = (struct product){ .of = of, .problem = problem };
    if (of == PRODUCT_HESSIAN && !(can & OB_CAN_HVP))
        return ob_fail(err, OB_ECONFIG,
                       "curvature: a %s model has no products with the Hessian",
                       problem->type->name);
    if (of == PRODUCT_GAUSS_NEWTON && !(can & OB_CAN_GAUSS_NEWTON))
        return ob_fail(err, OB_ECONFIG,
                       "curvature: this %s model has no predictions under a squared loss "
                       "or a cross entropy, and so no Gauss-Newton matrix",
                       problem->type->name);
    return ob_vec_init(&p->in, problem->dtype, problem->n, err) &&
           ob_vec_init(&p->out, problem->dtype, problem->n, err);
}

void product_finish(struct product *p)
{
    ob_vec_finish(&p->in);
    ob_vec_finish(&p->out);
}

void product_aim(struct product *p, const struct ob_iterate *it)
{
    p->theta = it->theta->data;
    p->made = 0;
}

bool product_times(struct product *p, const double *v, double *out, struct ob_err *err)
{
    ob_vec_write(&p->in, 0, p->in.n, v);
    if (!(p->of == PRODUCT_HESSIAN ? ob_problem_hvp : ob_problem_gauss_newton_product)(
            p->problem, p->theta, p->in.data, p->out.data, err))
        return false;
    ob_vec_read(&p->out, 0, p->out.n, out);
    p->made++;
    return true;
}

double product_dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}
