/* Momentum that a schedule moves against the rate. */
#include "cycle.h"

#include <string.h>

const struct ob_param *cycle_momentum_of(const struct ob_optimizer_type *type)
{
    const struct ob_param *beta = ob_param_find(type->params, "beta1");
    const struct ob_param *p = beta ? beta : ob_param_find(type->params, "momentum");
    return p && p->kind == OB_PARAM_REAL ? p : NULL;
}

bool ob_optimizer_cycles(const struct ob_optimizer *o, size_t group,
                         const struct ob_param *p)
{
    double unused;
    return ob_schedule_momentum(o->schedule, 1, &unused) &&
           p == cycle_momentum_of(o->group_type[group]) &&
           ob_param_number(p, o->group_opts[group]) > 0;
}

void ob_optimizer_cycle(struct ob_optimizer *o, uint64_t k)
{
    double value;
    if (!ob_schedule_momentum(o->schedule, k, &value))
        return;
    for (size_t g = 0; g < o->groups; g++) {
        const struct ob_param *p = cycle_momentum_of(o->group_type[g]);
        if (p && ob_param_number(p, o->group_opts[g]) > 0)
            memcpy((char *)o->group_opts[g] + p->offset, &value, sizeof value);
    }
}
