/*
 * What every optimizer and every problem has to keep, whoever wrote it: for `optbench
 * plugin test` and for the matrix of tests, which asks the same of the built-in ones. One
 * thread, which trains here itself; nothing is written.
 */
#ifndef OB_TRAIN_CONFORM_H
#define OB_TRAIN_CONFORM_H

#include "optbench/data/dataset.h"
#include "optbench/model/problem.h"
#include "optbench/optim/optimizer.h"

enum ob_conform_end {
    OB_CONFORM_KEPT,
    OB_CONFORM_BROKEN,
    OB_CONFORM_IDLE, /* says nothing about this type */
};

/* Hears of each demand: what it is, and a sentence where it is not kept or idle, else "".
 * Both are lent for the call. */
typedef void ob_conform_fn(void *ctx, const char *demand, enum ob_conform_end end,
                           const char *why);

/*
 * An optimizer with these options, in float32 and in float64, on a convex quadratic of
 * two tensors: options are accepted; every step is finite; the loss falls; the same bits
 * with one thread and with three, when it is taken up in the middle, and when its tensors
 * are groups of the same options; a step is explained. True where nothing is broken.
 */
bool ob_conform_optimizer(const struct ob_optimizer_type *t, const void *opts,
                          ob_conform_fn *hear, void *ctx);

/*
 * A problem with these options over the dataset (NULL where it needs none): it can be
 * built in both dtypes; value and gradient are finite at its start; the gradient agrees
 * with differences to 1e-5 and the Hessian to 1e-4, there and beside it; the value alone
 * is that beside the gradient; the same bits with one thread and with three; float32 is
 * near to float64; a batch of all rows is all rows. True where nothing is broken.
 */
bool ob_conform_problem(const struct ob_problem_type *t, const void *opts,
                        const struct ob_dataset *data, ob_conform_fn *hear, void *ctx);

#endif
