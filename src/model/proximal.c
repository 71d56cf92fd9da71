/* What belongs to the l1 term where a gradient comes without it. */
#include <math.h>

#include "entry.h"
#include "optbench/model/problem.h"

void ob_problem_smooth(struct ob_problem *p, bool on)
{
    p->smooth = on;
}

void ob_problem_shrink(const struct ob_problem *p, double length, void *theta)
{
    const double most = ob_dtype_round(p->dtype, length * p->l1);
    for (size_t k = 0; k < p->weights; k++)
        for (size_t j = 0; j < p->weight[k].n; j++) {
            size_t i = p->weight[k].offset + j;
            double w = ob_at(p->dtype, theta, i), left = fabs(w) - most;
            ob_put(p->dtype, theta, i, left > 0 ? copysign(left, w) : left <= 0 ? 0 : w);
        }
}

void ob_problem_least_slope(const struct ob_problem *p, const void *theta, void *grad)
{
    for (size_t k = 0; p->smooth && p->l1 > 0 && k < p->weights; k++)
        for (size_t j = 0; j < p->weight[k].n; j++) {
            size_t i = p->weight[k].offset + j;
            double w = ob_at(p->dtype, theta, i), g = ob_at(p->dtype, grad, i);
            if (w != 0)
                g += copysign(p->l1, w);
            else if (fabs(g) > p->l1)
                g -= copysign(p->l1, g);
            else if (fabs(g) <= p->l1)
                g = 0;
            ob_put(p->dtype, grad, i, g);
        }
}
