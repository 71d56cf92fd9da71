/*
 * Where a run starts: the keys `init` and `start` of [model].
 *
 *   init = auto                 (default) the published start of a function, else zeros
 *   init = normal 0 0.1         or another word of model/init_rule.h
 *   init = 0.1 -0.2 3           one number per parameter, in the order of the columns
 *   start = w0:-8 bias:2        single entries, laid over init
 *
 * Philox goes through the parameters in their order and in double, entry i from position
 * i of OB_STREAM_INIT, which is then rounded to the dtype: both precisions start at the
 * same point. torch makes one call a tensor, weights before bias, as nn.Linear does.
 */
#ifndef OB_MODEL_INIT_H
#define OB_MODEL_INIT_H

#include "optbench/model/problem.h"
#include "optbench/num/draw.h"
#include "optbench/num/vec.h"

/* Checks what can be known without a dataset (words, counts of numbers, the shape of each
 * start entry). OB_ECONFIG with a text that opens with "init: " or "start: ". */
bool ob_init_check(const struct ob_model_opts *opts, struct ob_err *err);

/* Fills theta [p->n], drawing as setup says. Fails (OB_ECONFIG) as above, for a list of
 * the wrong length, for a word that asks for a layer where the model has none, for a
 * start name that is no parameter of p (the text offers the nearest one), and for what
 * setup->before says ("init_draws: "). OB_ENOMEM. */
bool ob_problem_init_theta(const struct ob_problem *p, const struct ob_model_opts *opts,
                           const struct ob_draw_setup *setup, struct ob_vec *theta,
                           struct ob_err *err);

#endif
