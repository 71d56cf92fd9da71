#include "proximal.h"

#include <math.h>
#include <stdio.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

/* F minus the l1 term, which is what the quadratic model is about. */
static double smooth_part(const struct ob_problem *p, double loss,
                          const struct ob_vec *at)
{
    double sum = 0;
    for (size_t k = 0; p->l1 > 0 && k < p->weights; k++)
        for (size_t i = 0; i < p->weight[k].n; i++)
            sum += fabs(ob_vec_get(at, p->weight[k].offset + i));
    return loss - p->l1 * sum;
}

static void move(const struct ob_problem *p, const struct proximal_point *from, double lr,
                 struct ob_vec *out)
{
    ob_vec_copy(out, from->y);
    ob_kernels(out->dtype)->axpy(out->n, -lr, from->grad->data, out->data);
    if (p->l1 > 0)
        ob_problem_shrink(p, lr, out->data);
}

/* Whether the model of rate lr bounds f at out, up to the rounding of the losses. */
static bool is_bounded(struct ob_problem *p, const struct proximal_point *from, double lr,
                       const struct ob_vec *out)
{
    struct ob_eval e;
    double slope = 0, squares = 0;
    for (size_t i = 0; i < out->n; i++) {
        double d = ob_vec_get(out, i) - ob_vec_get(from->y, i);
        slope += ob_vec_get(from->grad, i) * d;
        squares += d * d;
    }
    ob_problem_eval(p, out->data, NULL, &e);
    double here = smooth_part(p, from->loss, from->y);
    double bound = here + slope + squares / (2 * lr);
    double noise = 8 * ob_dtype_eps(out->dtype) * fmax(fabs(from->loss), fabs(here));
    return smooth_part(p, e.loss, out) <= bound + noise;
}

bool proximal_step(struct ob_optimizer *o, const struct proximal_opts *opts,
                   const struct proximal_point *from, double *lr, double *most,
                   struct ob_vec *out)
{
    const bool searches = opts->backtracking > 0 && *lr > 0;
    const double least = *lr * 1e-18;
    bool shortened = false;
    if (searches && *most > 0 && *most < *lr)
        *lr = *most;
    move(o->problem, from, *lr, out);
    while (searches && !is_bounded(o->problem, from, *lr, out)) {
        *lr *= opts->backtracking;
        shortened = true;
        if (!(*lr > least)) {
            snprintf(o->note, sizeof o->note,
                     "no step is short enough for the quadratic model: the gradient does "
                     "not fit the loss");
            return false;
        }
        move(o->problem, from, *lr, out);
    }
    if (shortened)
        *most = *lr;
    return true;
}
