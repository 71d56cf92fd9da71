/*
 * The cells of a sweep where a command takes runs: for src/cli alone.
 */
#ifndef OB_CLI_SWEEP_CELLS_H
#define OB_CLI_SWEEP_CELLS_H

#include "optbench/base/err.h"
#include "optbench/run/foreign.h"

enum { OB_SWEEP_RUNS_MOST = 1000 };

/* Appends the paths of the cells of the sweep at `path` that were begun, in the order of
 * its plan. Fails as ob_sweep_open(), and with OB_EUSAGE where none was begun or more
 * than OB_SWEEP_RUNS_MOST were: `sweep collect` is for these. */
bool ob_cli_sweep_cells(const char *path, struct ob_foreign_list *out,
                        struct ob_err *err);

#endif
