/*
 * Numbers that a person may write as formulas: -pi, 1/3, [[2, 1], [1, sqrt(3)]]. For
 * options that are numbers, or a vector or matrix of them. Any thread.
 */
#ifndef OB_FORMULA_NUMBERS_H
#define OB_FORMULA_NUMBERS_H

#include <stdbool.h>

#include "optbench/base/err.h"
#include "optbench/formula/parse.h"

/*
 * Computes a formula without names, in double: value [size of *shape], which the caller
 * releases with free(). Fails (OB_ECONFIG) as the parser does, and where a number is not
 * finite; *value is NULL then.
 */
bool ob_formula_numbers(const char *text, struct ob_shape *shape, double **value,
                        struct ob_err *err);

#endif
