/* The generalised Gauss-Newton matrix of the objective: what the type gives, and the
 * penalty l2 on the weights. */
#include <stdlib.h>

#include "entry.h"
#include "micro.h"
#include "optbench/base/mem.h"
#include "shared.h"

bool ob_problem_gauss_newton(struct ob_problem *p, const void *theta, double *g,
                             struct ob_err *err)
{
    OB_REQUIRE(ob_problem_can(p) & OB_CAN_GAUSS_NEWTON);
    p->counts.hessian++;
    shared_ask(
        p, &(const struct shared_call){ .verb = SHARED_GAUSS_NEWTON, .theta = theta });
    if (!shared_done(p, micro_matrix(p, p->type->gauss_newton, theta, g, err), err))
        return false;
    for (size_t k = 0; k < p->weights; k++)
        for (size_t j = 0; j < p->weight[k].n; j++)
            g[(p->weight[k].offset + j) * (p->n + 1)] += p->l2;
    return true;
}

/* By the whole matrix, for types that have nothing faster. */
static bool by_matrix(struct ob_problem *p, const void *theta, const void *v, void *out,
                      struct ob_err *err)
{
    const size_t n = p->n;
    double *g = ob_alloc(n * n, sizeof *g, err);
    bool ok = g && p->type->gauss_newton(p, theta, g, err);
    for (size_t i = 0; ok && i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += g[i * n + j] * ob_at(p->dtype, v, j);
        ob_put(p->dtype, out, i, sum);
    }
    free(g);
    return ok;
}

bool ob_problem_gauss_newton_product(struct ob_problem *p, const void *theta,
                                     const void *v, void *out, struct ob_err *err)
{
    OB_REQUIRE(ob_problem_can(p) & OB_CAN_GAUSS_NEWTON);
    const struct ob_problem_type *t = p->type;
    p->counts.hessian_product++;
    micro_product_fn *product =
        t->gauss_newton_product ? t->gauss_newton_product : by_matrix;
    shared_ask(p, &(const struct shared_call){
                      .verb = SHARED_GAUSS_NEWTON_PRODUCT, .theta = theta, .v = v });
    if (!shared_done(p, micro_product(p, product, theta, v, out, err), err))
        return false;
    for (size_t k = 0; p->l2 > 0 && k < p->weights; k++)
        for (size_t i = p->weight[k].offset, j = 0; j < p->weight[k].n; i++, j++)
            ob_put(p->dtype, out, i,
                   ob_at(p->dtype, out, i) + p->l2 * ob_at(p->dtype, v, i));
    return true;
}
