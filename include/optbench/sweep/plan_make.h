/*
 * Plans made of what [sweep] and [tune.KIND] say. Called when a sweep is planned and by
 * `check`, on the main thread.
 *
 * grid: the product of all axes, the last one fastest. random: `trials` draws for each
 * value of optimizer.kind, and for each value of the axes that [sweep] each names and of
 * those of [seed]; every other axis is drawn, a list word by word. Draw t of axis a is
 * the t-th uniform number of stream a of the sweep's seed (base/rng.h), so it depends on
 * no other trial and no other optimizer. sobol: the points of a Sobol sequence (sobol.h)
 * in its place. Where an optimizer has no axis that is drawn it has one trial.
 *
 * seeds = N multiplies each cell by experiment.seed = s, s + 1, ... s + N - 1, where s is
 * the experiment's; seeds = data 3, init 5 by those keys of [seed].
 *
 * equal = evaluations gives the cells of each optimizer stop.max_evals = E / n, rounded
 * down, where n is how many trials or grid points that optimizer has; E is `evaluations`,
 * by default the largest n times what the experiment allows a run (stop.max_evals, else
 * stop.max_steps). Where stop.max_steps is below that, it is raised to it: a step takes
 * one evaluation or more.
 */
#ifndef OB_SWEEP_PLAN_MAKE_H
#define OB_SWEEP_PLAN_MAKE_H

#include "optbench/conf/sweep.h"
#include "optbench/sweep/plan.h"

/*
 * Fills a zeroed *p with the cells of a sweep over the experiment `from`. Adds problems
 * to *diags (OB_ECONFIG) at the lines of the axes: no axis at all, a range that a grid
 * cannot count, a product beyond OB_PLAN_CELLS_MAX, more Sobol axes than there are
 * direction numbers, a key of [sweep] each or seeds that is none.
 */
bool ob_plan_make(struct ob_plan *p, const struct ob_sweep_spec *s,
                  const struct ob_spec_from *from, struct ob_diags *diags);

/* How the values of a plan were judged. */
struct ob_plan_judged {
    size_t cells; /* whose configs were loaded */
    bool all;     /* that is every cell; else every value at least once, and a sample */
};

/*
 * Loads configs of cells as their runs will, from `from` and the sets of the row. A
 * problem is told once, at the line of the axis whose value is wrong, or else with the
 * first cell that has it. All cells where they are few, else so many that each value of
 * each key occurs with each optimizer, and a sample. No data are read.
 */
bool ob_plan_check(const struct ob_plan *p, const struct ob_sweep_spec *s,
                   const struct ob_spec_from *from, struct ob_plan_judged *judged,
                   struct ob_diags *diags);

#endif
