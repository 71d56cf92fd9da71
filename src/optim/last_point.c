#include "last_point.h"

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

const char *const last_point_slots[] = { "last_theta", "last_grad" };
const char *const last_point_counters[] = { "last_known", NULL };

bool last_point_change(const struct ob_optimizer *o, const struct ob_iterate *it,
                       struct ob_vec *s, struct ob_vec *y)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    if (!o->counter[LAST_KNOWN])
        return false;
    k->sub(s->n, it->theta->data, o->slot[LAST_THETA].data, s->data);
    k->sub(y->n, it->grad->data, o->slot[LAST_GRAD].data, y->data);
    return true;
}

void last_point_keep(struct ob_optimizer *o, const struct ob_iterate *it)
{
    ob_vec_copy(&o->slot[LAST_THETA], it->theta);
    ob_vec_copy(&o->slot[LAST_GRAD], it->grad);
    o->counter[LAST_KNOWN] = 1;
}

bool last_point_curves(const struct ob_problem *p, const struct ob_vec *s,
                       const struct ob_vec *y, double sy)
{
    return sy > ob_dtype_eps(p->dtype) * ob_norm2(p->pool, s) * ob_norm2(p->pool, y);
}
