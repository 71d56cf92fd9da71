#include "penalty.h"

#include <math.h>

#include "entry.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

bool penalty_by_tree(const struct ob_problem *p)
{
    size_t n = 0;
    for (size_t k = 0; k < p->weights; k++)
        n += p->weight[k].n;
    return n > OB_LANES;
}

static double sign(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

static void add_slopes(const struct ob_problem *p, const struct ob_stretch *s,
                       const void *theta, void *grad)
{
    for (size_t i = s->offset; i < s->offset + s->n; i++) {
        const double w = ob_at(p->dtype, theta, i);
        ob_add(p->dtype, grad, i, (p->smooth ? 0 : p->l1 * sign(w)) + p->l2 * w);
    }
}

struct sums {
    double absolute, squares;
};

static void add_in_order(const struct ob_problem *p, const struct ob_stretch *s,
                         const void *theta, struct sums *to)
{
    for (size_t i = s->offset; i < s->offset + s->n; i++) {
        const double w = ob_at(p->dtype, theta, i);
        to->absolute += fabs(w);
        to->squares += w * w;
    }
}

static void add_by_tree(const struct ob_problem *p, const struct ob_stretch *s,
                        const void *theta, struct sums *to)
{
    const uintptr_t at = (uintptr_t)theta + s->offset * ob_dtype_size(p->dtype);
    const struct ob_vec v = { p->dtype, s->n, (void *)at };
    if (p->l1 > 0)
        to->absolute += ob_norm1(p->pool, &v);
    if (p->l2 > 0)
        to->squares += ob_norm2_squared(p->pool, &v);
}

double penalty_add(struct ob_problem *p, const void *theta, void *grad)
{
    const bool tree = penalty_by_tree(p);
    struct sums sum = { 0 };
    for (size_t k = 0; k < p->weights; k++) {
        (tree ? add_by_tree : add_in_order)(p, &p->weight[k], theta, &sum);
        if (grad)
            add_slopes(p, &p->weight[k], theta, grad);
    }
    /* A penalty of weight 0 is no penalty, also where the sum overflows. */
    return (p->l1 > 0 ? p->l1 * sum.absolute : 0) +
           (p->l2 > 0 ? p->l2 / 2 * sum.squares : 0);
}
