/* The values of an axis: those that a grid has, and those that are drawn. For the plan
 * alone. */
#ifndef OB_SWEEP_DRAWS_H
#define OB_SWEEP_DRAWS_H

#include "optbench/base/buf.h"
#include "optbench/conf/sweep.h"

/* How many values the axis has; 0 = a range that is not counted. */
size_t axis_values(const struct ob_sweep_axis *a);

/* Appends value i of them. */
void axis_value(const struct ob_sweep_axis *a, size_t i, struct ob_buf *out);

/* Appends the value at u in [0, 1): one of the values, equally likely, or the number of a
 * range that is not counted, at that part of its scale. */
void axis_draw(const struct ob_sweep_axis *a, double u, struct ob_buf *out);

#endif
