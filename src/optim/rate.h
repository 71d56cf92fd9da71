/* The rate of a group at a step, and what is told of the rates. Private to src/optim. */
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

/* Called for the groups in their order, it->lr being 0 before the first: leaves in it the
 * rate that struct ob_iterate promises, of [optimizer], or of the first that moves. */
static inline void optimizer_tell_rate(struct ob_iterate *it, size_t group, double lr)
{
    if (lr != 0 && (it->lr == 0 || group == 0))
        it->lr = lr;
}

/* theta = theta - lr * way [n], each segment by the rate of its group, which is told. */
void optimizer_descend(const struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_vec *way);

#endif
