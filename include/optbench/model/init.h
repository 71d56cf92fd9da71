/*
 * Where a run starts: the keys `init` and `start` of [model].
 *
 *   init = auto                     (default) the published start of a function, else
 * zeros init = zeros init = constant 0.5             a constant stands alone for 1 init =
 * normal [[MEAN] STD]      mean 0 and deviation 1 where left out init = uniform [[LOW]
 * HIGH]     0 to 1; with one number a: -a to a init = 0.1 -0.2 3               one number
 * per parameter, in the order of the columns start = w0:-8 bias:2            single
 * entries, laid over init
 *
 * Draws come from Philox with key `seed` and stream OB_STREAM_INIT in double, entry i
 * from position i, and are then rounded to the dtype: both precisions start at the same
 * point.
 */
#ifndef OB_MODEL_INIT_H
#define OB_MODEL_INIT_H

#include "optbench/model/problem.h"
#include "optbench/num/draw.h"
#include "optbench/num/vec.h"

/* Checks what can be known without a dataset (words, counts of numbers, the shape of each
 * start entry). OB_ECONFIG with a text that opens with "init: " or "start: ". */
bool ob_init_check(const struct ob_model_opts *opts, struct ob_err *err);

/* Fills theta [p->n]. Fails (OB_ECONFIG) as above, for a list of the wrong length and for
 * a start name that is no parameter of p (the text offers the nearest one). */
bool ob_problem_init_theta(const struct ob_problem *p, const struct ob_model_opts *opts,
                           uint64_t seed, struct ob_vec *theta, struct ob_err *err);

#endif
