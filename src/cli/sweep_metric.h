/* Whether the metric of a sweep is one that its cells will have; for src/cli alone. */
#ifndef OB_CLI_SWEEP_METRIC_H
#define OB_CLI_SWEEP_METRIC_H

#include "optbench/conf/sweep.h"
#include "optbench/sweep/folder.h"
#include "optbench/train/trainer.h"

/* Judges it by a cell: one of the figures of ob_cells_figure() (sweep/cells.h) that a run
 * of `t` has, and where runs are halved a column of its log, too. Adds a problem at
 * sweep.metric and returns false otherwise. */
bool ob_cli_sweep_metric(const struct ob_sweep_facts *facts, const struct ob_trainer *t,
                         const struct ob_sweep_spec *s, struct ob_diags *diags);

#endif
