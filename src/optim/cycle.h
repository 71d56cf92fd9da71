/* The option that a schedule moves. Private to src/optim. */
#ifndef OB_OPTIM_CYCLE_H
#define OB_OPTIM_CYCLE_H

#include "optbench/optim/optimizer.h"

/* The entry of a kind that is its momentum: its first beta, as in torch's schedulers;
 * NULL where it has none. */
const struct ob_param *cycle_momentum_of(const struct ob_optimizer_type *type);

#endif
