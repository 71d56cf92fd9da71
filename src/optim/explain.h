/* Helpers of the optimizers' `explain`. Private to src/optim. */
#ifndef OB_OPTIM_EXPLAIN_H
#define OB_OPTIM_EXPLAIN_H

#include "optbench/optim/optimizer.h"

/* The name of parameter i and its segment. */
const char *explain_name(const struct ob_iterate *it, size_t i,
                         char out[static OB_COLUMN_NAME_MAX]);
const struct ob_segment *explain_segment(const struct ob_optimizer *o, size_t i);

/*
 * Appends `format` with its marks replaced: %v by the next number, to six digits, and in
 * parentheses where it is negative; %n by the name. Nothing else is special.
 */
void explain_line(struct ob_buf *out, const char *name, const char *format,
                  const double *number);

#endif
