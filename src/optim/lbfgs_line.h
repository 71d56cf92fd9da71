/* The line search of torch.optim.LBFGS (line_search_fn = strong_wolfe): cubic
 * interpolation with slopes, evaluations bounded by what is left of max_eval. Private to
 * src/optim. */
#ifndef OB_OPTIM_LBFGS_LINE_H
#define OB_OPTIM_LBFGS_LINE_H

#include "optbench/optim/optimizer.h"

/* A point of the line; g is [n], owned by whoever declares this. */
struct lbfgs_point {
    double t, f, slope;
    struct ob_vec g;
};

struct lbfgs_line {
    struct ob_problem *problem;
    bool maximize;              /* f and g are of minus the objective */
    const struct ob_vec *x, *d; /* [n] where from, and along what */
    struct ob_vec *trial;       /* [n] scratch */
    double f, slope;            /* at x; slope < 0 */
    size_t most;                /* evaluations, but for the first */
    double tolerance_change;    /* brackets whose steps are smaller are not refined */
    struct lbfgs_point *room;   /* [4] scratch with their vectors */
};

/* f, and its gradient in g, at the parameters in `theta`. */
double lbfgs_eval(const struct lbfgs_line *l, const struct ob_vec *theta,
                  struct ob_vec *g);

/* From the first length t. *at: in, with g, the gradient at x; out, the point that was
 * chosen. Returns the number of evaluations. */
size_t lbfgs_search(const struct lbfgs_line *l, double t, struct lbfgs_point *at);

#endif
