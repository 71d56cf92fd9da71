/* What the verbs that plan a sweep share; for src/cli alone. */
#ifndef OB_CLI_SWEEP_PLAN_H
#define OB_CLI_SWEEP_PLAN_H

#include <stdio.h>

#include "optbench/cli/command.h"
#include "optbench/sweep/folder_make.h"

/* Plans the experiment that `word` names, with every --set, and judges it, the data of
 * its first cell included. On failure prints every problem; *status is the exit status,
 * and *m finished. */
bool ob_cli_sweep_draft(const struct ob_args *args, const char *word,
                        struct ob_sweep_made *m, int *status);

/* Says how many cells there are, and how they were checked. */
void ob_cli_sweep_told(const struct ob_sweep_made *m, FILE *to);

#endif
