/*
 * What a model is like where its search starts: part of what `optbench check` tells. One
 * pass over the data, on a trainer that has made no step and will make none. For src/cli
 * alone.
 */
#ifndef OB_CLI_CHECK_START_H
#define OB_CLI_CHECK_START_H

#include "optbench/base/json.h"
#include "optbench/train/trainer.h"

/* Prints loss and gradient there; of a function each parameter, its usual box and the
 * minima that are known, too. */
void ob_check_start_print(struct ob_trainer *t);

/*
 * Adds to an open object:
 *
 *   start    loss, grad_norm (null where not finite), lr_limit (below which gradient
 * descent on a function is stable there, or null), trouble (why not; "" = nothing),
 *            parameters: name, value, gradient, and low and high where there is a box; at
 *            most OB_CHECK_PARAMETERS of them
 *   optima   loss, and theta, a list of points; null where none is known, or of so many
 *            parameters
 */
enum { OB_CHECK_PARAMETERS = 64, OB_CHECK_OPTIMA = 8 };
void ob_check_start_json(struct ob_trainer *t, struct ob_json *j);

#endif
