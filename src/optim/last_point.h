/* The point of the step before: what quasi-Newton methods take differences to. Slot
 * LAST_THETA, slot LAST_GRAD and counter LAST_KNOWN of the optimizer. Private to
 * src/optim. */
#ifndef OB_OPTIM_LAST_POINT_H
#define OB_OPTIM_LAST_POINT_H

#include "optbench/optim/optimizer.h"

enum { LAST_THETA, LAST_GRAD, LAST_SLOTS };
enum { LAST_KNOWN };
extern const char *const last_point_slots[], *const last_point_counters[];

/* s = theta - last theta, y = grad - last grad, [n] of the dtype; false where there is no
 * step before. */
bool last_point_change(const struct ob_optimizer *o, const struct ob_iterate *it,
                       struct ob_vec *s, struct ob_vec *y);

/* This point becomes the last one. */
void last_point_keep(struct ob_optimizer *o, const struct ob_iterate *it);

/* Whether a pair has curvature that can be told from rounding: s'y > eps |s| |y|. */
bool last_point_curves(const struct ob_problem *p, const struct ob_vec *s,
                       const struct ob_vec *y, double sy);

#endif
