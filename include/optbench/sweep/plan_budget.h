/*
 * How many steps the cells of a plan are allowed, for rungs that are shares of them.
 * Called when a sweep that is halved is planned, on the main thread.
 */
#ifndef OB_SWEEP_PLAN_BUDGET_H
#define OB_SWEEP_PLAN_BUDGET_H

#include <stdint.h>

#include "optbench/base/diag.h"
#include "optbench/conf/spec.h"
#include "optbench/sweep/plan.h"

/*
 * The least of stop.max_steps, stop.max_evals and stop.max_epochs: these in steps, for
 * which the data are loaded, once for each set of values that the plan has for [data]. A
 * step takes one evaluation or more, so that is a bound. *steps becomes that of all cells
 * where they agree, else the most of any; then the plan has stop.max_steps for every
 * cell, a new column where there was none, which changes nothing of what a cell computes.
 * False with *diags where a cell has no limit (OB_ECONFIG) or its data cannot be had.
 */
bool ob_plan_budget(struct ob_plan *p, const struct ob_spec_from *from, uint64_t *steps,
                    struct ob_diags *diags);

#endif
