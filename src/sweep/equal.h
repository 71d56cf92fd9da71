/*
 * Cells of a plan that have the same values in some of its keys: seeds of one setting,
 * settings of one optimizer. Private to the floor.
 */
#ifndef OB_SWEEP_EQUAL_H
#define OB_SWEEP_EQUAL_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/sweep/plan.h"

/* For every cell the first one that has the same values, and sets the same, among the
 * keys that count: [cells], free() it. `counts` is [keys]. */
size_t *plan_equal(const struct ob_plan *p, const bool *counts);

#endif
