/* The settings of the last step, kept by live.c where they were changed since. Private to
 * src/optim. */
#ifndef OB_OPTIM_SETTINGS_H
#define OB_OPTIM_SETTINGS_H

#include "optbench/optim/optimizer.h"

/* The next step begins, or there is none: the old settings are of no use any more. */
void optimizer_forget(struct ob_optimizer *o);

#endif
