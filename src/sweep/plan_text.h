/* How plan.csv is written, for those who write it. */
#ifndef OB_SWEEP_PLAN_TEXT_H
#define OB_SWEEP_PLAN_TEXT_H

#include <stddef.h>

#include "optbench/base/buf.h"

/* Digits of the numbers in the names of so many cells. */
int plan_digits(size_t cells);

/* Appends a field that is set. */
void plan_add_field(const char *s, struct ob_buf *out);

#endif
