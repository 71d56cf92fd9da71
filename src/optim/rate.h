/* The rate of a group at a step. Private to src/optim. */
#ifndef OB_OPTIM_RATE_H
#define OB_OPTIM_RATE_H

#include "optbench/optim/optimizer.h"

/* The group's `lr` after the schedule, at step k of the run. */
static inline double optimizer_group_lr(const struct ob_optimizer *o, size_t group,
                                        uint64_t k)
{
    double base = ob_param_number(o->group_lr[group], o->group_opts[group]);
    return ob_schedule_rate(o->schedule, base, k);
}

#endif
