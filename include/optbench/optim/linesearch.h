/*
 * Line searches: how far to go along a direction that an optimizer gives.
 *
 * Where one is active its length replaces the learning rate: the parameters become
 * theta + length * dir, and `lr` of that step's row is the length. The optimizer must be
 * able to give a direction (ob_optimizer_type.direction): sgd without momentum, weight
 * decay and maximize gives minus the gradient, newton gives minus H^-1 g. Those that
 * depend on one (cg, bfgs, ...) name the one that is used where none is chosen.
 */
#ifndef OB_OPTIM_LINESEARCH_H
#define OB_OPTIM_LINESEARCH_H

#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/model/problem.h"
#include "optbench/num/vec.h"

enum { OB_LINE_NOTE_MAX = 256 };

struct ob_line {
    struct ob_problem *problem;
    const struct ob_vec *theta, *grad, *dir; /* [n] */
    struct ob_vec *trial, *trial_grad;       /* [n], scratch */
    double loss;                             /* objective at theta */
    double last_loss;            /* one step before; NaN: not known, or not remembered */
    double wolfe;                /* ob_optimizer_type.usual_wolfe */
    double slope;                /* grad . dir, in double */
    double lr;                   /* the schedule's rate, a first guess */
    size_t evals;                /* out: function evaluations used */
    char note[OB_LINE_NOTE_MAX]; /* out: why there is no length */
};

struct ob_linesearch_type {
    const char *name, *title, *summary, *reference;
    unsigned needs; /* bits of enum ob_problem_can */
    bool remembers; /* asks for last_loss, which a checkpoint then keeps */
    size_t opts_size;
    const struct ob_param *params;
    /* A length > 0 in *length; false where none can be given, with line->note. NULL for
     * `none`: no line search. */
    bool (*length)(const void *opts, struct ob_line *line, double *length);
};

const struct ob_linesearch_type *const *ob_linesearches(void);
const struct ob_linesearch_type *ob_linesearch_find(const char *name, struct ob_err *err);

#endif
