/* What the cells of a sweep cost, for those who share it out; for src/cli alone. */
#ifndef OB_CLI_SWEEP_COST_H
#define OB_CLI_SWEEP_COST_H

#include <stddef.h>

struct ob_sweep;

/* Seconds that a cell takes on one processor, by the model with which `device = auto`
 * decides: the mean of a few cells from all over the plan, whole budgets. NAN where a
 * cell has no limit of steps, or cannot be set up here. */
double ob_cli_sweep_cost(const struct ob_sweep *s);

/* "40 s", "12 min", "3.5 h", "2.1 days" into out[cap]. */
void ob_cli_say_seconds(char *out, size_t cap, double seconds);

#endif
