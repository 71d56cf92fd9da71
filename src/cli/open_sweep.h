/*
 * The sweep that operand 0 of a command names, with all its cells as they stand; for
 * src/cli alone. One thread.
 */
#ifndef OB_CLI_OPEN_SWEEP_H
#define OB_CLI_OPEN_SWEEP_H

#include "optbench/cli/command.h"
#include "optbench/sweep/cells.h"
#include "optbench/sweep/folder.h"

/* The table entries of --metric and --goal. */
#define OB_SWEEP_JUDGE_OPTIONS                                                           \
    { .name = "metric",                                                                  \
      .letter = 'm',                                                                     \
      .argument = "FIGURE",                                                              \
      .help = "what cells are judged by: loss, best_loss, val_loss, accuracy, evals, "   \
              "seconds, any figure of their summaries (default: that of the sweep)" },   \
    {                                                                                    \
        .name = "goal", .argument = "WHAT",                                              \
        .help = "min or max; by default what the figure's name says"                     \
    }

/* A zeroed struct is closed; an open one stays where it is. */
struct ob_cli_sweep {
    struct ob_sweep sweep;
    struct ob_cells *cells;
};

/* Opens it and looks at every cell, judged by the options above. On failure prints why;
 * *status has the exit status, and nothing is open. */
bool ob_cli_sweep_open(const struct ob_args *args, struct ob_cli_sweep *out, int *status);
void ob_cli_sweep_close(struct ob_cli_sweep *s);

/* Place of the key that an option names, or of the fallback where it is not given;
 * OB_LEVELS_NO_KEY with "-" and where the plan has no fallback. False, and it was said,
 * where the plan has no such key. */
bool ob_cli_sweep_key(const struct ob_args *args, const char *option,
                      const char *fallback, const struct ob_plan *plan, size_t *key);

#endif
