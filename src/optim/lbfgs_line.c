/*
 * A bracket of the Wolfe conditions is found by extrapolation, then shrunk by cubic
 * interpolation; where two interpolations in a row end near the edge of the bracket, the
 * point a tenth away from it is taken instead. c1 = 1e-4, c2 = 0.9. Conventions of
 * torch.optim.LBFGS; the method is that of Schmidt's minFunc, 2005 (Nocedal, Wright,
 * Numerical Optimization, 2nd ed., section 3.5 and equation 3.59).
 */
#include "lbfgs_line.h"

#include <math.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

static const double c1 = 1e-4, c2 = 0.9;

double lbfgs_eval(const struct lbfgs_line *l, const struct ob_vec *theta,
                  struct ob_vec *g)
{
    struct ob_eval e;
    ob_problem_eval(l->problem, theta->data, g->data, &e);
    if (l->maximize)
        ob_kernels(g->dtype)->scale(g->n, -1, g->data);
    return l->maximize ? -e.loss : e.loss;
}

static void look(const struct lbfgs_line *l, double t, struct lbfgs_point *p)
{
    ob_vec_copy(l->trial, l->x);
    ob_kernels(l->trial->dtype)->axpy(l->trial->n, t, l->d->data, l->trial->data);
    p->t = t;
    p->f = lbfgs_eval(l, l->trial, &p->g);
    p->slope = ob_dtype_round(l->d->dtype, ob_dot(l->problem->pool, &p->g, l->d));
}

static void copy(struct lbfgs_point *to, const struct lbfgs_point *from)
{
    to->t = from->t;
    to->f = from->f;
    to->slope = from->slope;
    ob_vec_copy(&to->g, &from->g);
}

static double clamp(double t, double low, double high)
{
    return fmin(fmax(t, low), high);
}

/* The minimum of the cubic through both points with their slopes, within [low, high]; the
 * middle where it has none. */
static double cubic(const struct lbfgs_point *a, const struct lbfgs_point *b, double low,
                    double high)
{
    double d1 = a->slope + b->slope - 3 * (a->f - b->f) / (a->t - b->t);
    double square = d1 * d1 - a->slope * b->slope;
    if (!(square >= 0))
        return (low + high) / 2;
    double d2 = sqrt(square);
    if (a->t <= b->t)
        return clamp(b->t - (b->t - a->t) *
                                ((b->slope + d2 - d1) / (b->slope - a->slope + 2 * d2)),
                     low, high);
    return clamp(a->t - (a->t - b->t) *
                            ((a->slope + d2 - d1) / (a->slope - b->slope + 2 * d2)),
                 low, high);
}

static bool rises(const struct lbfgs_line *l, const struct lbfgs_point *p)
{
    return p->f > l->f + c1 * p->t * l->slope;
}

static bool is_flat(const struct lbfgs_line *l, const struct lbfgs_point *p)
{
    return fabs(p->slope) <= -c2 * l->slope;
}

struct bracket {
    struct lbfgs_point *end[2]; /* as they were found, in no order of length */
    bool done;                  /* end[0] meets the conditions */
    size_t rounds;
};

/* Longer and longer steps until a bracket is found; room[0] is the point before the one
 * in hand, room[1]. at: the point at length 0. */
static void extrapolate(const struct lbfgs_line *l, double t,
                        const struct lbfgs_point *at, struct bracket *b)
{
    struct lbfgs_point *before = &l->room[0], *p = &l->room[1];
    b->end[0] = before;
    b->end[1] = p;
    copy(before, at);
    look(l, t, p);
    for (b->rounds = 0; b->rounds < l->most; b->rounds++) {
        if (rises(l, p) || (b->rounds > 1 && p->f >= before->f))
            return;
        if (is_flat(l, p)) {
            b->end[0] = p;
            b->done = true;
            return;
        }
        if (p->slope >= 0)
            return;
        t = cubic(before, p, p->t + 0.01 * (p->t - before->t), p->t * 10);
        copy(before, p);
        look(l, t, p);
    }
    copy(before, at); /* no bracket: from the start to the farthest */
}

/* Whether t is so near an end that another point is called for; then *t is that. */
static bool keep_off(double a, double b, bool again, double *t)
{
    const double low = fmin(a, b), high = fmax(a, b), edge = 0.1 * (high - low);
    if (!(fmin(high - *t, *t - low) < edge))
        return false;
    if (!again && *t<high && * t> low)
        return true;
    *t = fabs(*t - high) < fabs(*t - low) ? high - edge : low + edge;
    return false;
}

/* Shrinks the bracket; returns its best end. room[2] is the point in hand. */
static struct lbfgs_point *shrink(const struct lbfgs_line *l, struct bracket *b)
{
    const double reach = ob_absmax(l->d);
    struct lbfgs_point *p = &l->room[2];
    bool near = false;
    size_t low = !(b->end[0]->f <= b->end[1]->f), high = 1 - low;
    for (; !b->done && b->rounds < l->most; b->rounds++) {
        struct lbfgs_point **e = b->end;
        if (fabs(e[1]->t - e[0]->t) * reach < l->tolerance_change)
            break;
        double t = cubic(e[0], e[1], fmin(e[0]->t, e[1]->t), fmax(e[0]->t, e[1]->t));
        near = keep_off(e[0]->t, e[1]->t, near, &t);
        look(l, t, p);
        if (rises(l, p) || p->f >= e[low]->f) {
            copy(e[high], p);
            low = !(e[0]->f <= e[1]->f);
            high = 1 - low;
            continue;
        }
        if (is_flat(l, p))
            b->done = true;
        else if (p->slope * (e[high]->t - e[low]->t) >= 0)
            copy(e[high], e[low]);
        copy(e[low], p);
    }
    return b->end[low];
}

size_t lbfgs_search(const struct lbfgs_line *l, double t, struct lbfgs_point *at)
{
    struct bracket b = { .done = false };
    at->t = 0;
    at->f = l->f;
    at->slope = l->slope;
    extrapolate(l, t, at, &b);
    struct lbfgs_point *best = b.done ? b.end[0] : shrink(l, &b);
    copy(at, best);
    return b.rounds + 1;
}
