#include "rate.h"

#include "element.h"
#include "optbench/num/kernels.h"

void optimizer_descend(const struct ob_optimizer *o, struct ob_iterate *it,
                       const struct ob_vec *way)
{
    const struct ob_kernels *k = ob_kernels(it->theta->dtype);
    it->lr = 0;
    for (size_t i = 0; i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        double lr = optimizer_group_lr(o, s->group, it->k);
        optimizer_tell_rate(it, s->group, lr);
        k->axpy(s->n, -lr, element_at(way, s->offset), element_at(it->theta, s->offset));
    }
}
