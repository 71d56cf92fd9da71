/* What is published of a function by name, in words: for `optbench explain`. */
#ifndef OB_MODEL_DESCRIBE_H
#define OB_MODEL_DESCRIBE_H

#include "optbench/model/problem.h"

/*
 * Appends lines "name TAB text": the formula, the start and the value there, the box, the
 * minima; for the default options. Nothing for a kind that is no function by name.
 */
void ob_problem_describe(const struct ob_problem_type *type, struct ob_buf *out);

#endif
