/* What preparing a step changes of an optimizer: counters, arrays that its kinds keep,
 * figures, and the momentum that a schedule moves. */
#include <string.h>

#include "cycle.h"
#include "placed_priv.h"
#include "settings.h"

/* Goes through all of it: to `at`, or back where `load`; returns the bytes. */
struct place {
    char *at; /* NULL: only counts */
    bool load;
    size_t bytes;
};

static void pass(struct place *p, void *own, size_t n)
{
    if (p->at && p->load)
        memcpy(own, p->at + p->bytes, n);
    else if (p->at)
        memcpy(p->at + p->bytes, own, n);
    p->bytes += n;
}

static size_t go(const struct ob_placed_rule *r, char *at, bool load)
{
    struct ob_optimizer *o = r->optimizer;
    struct place p = { .at = at, .load = load };
    pass(&p, o->counter, sizeof o->counter);
    for (size_t i = 0; i < o->arrays; i++)
        pass(&p, o->array[i]->vec.data,
             o->array[i]->vec.n * ob_dtype_size(o->array[i]->vec.dtype));
    for (size_t i = 0; i < OB_OPTIMIZER_GAUGES && o->gauge[i]; i++) {
        const bool each = o->type->gauges[i].per_tensor;
        pass(&p, o->gauge[i], (each ? o->problem->layout.count : 1) * sizeof(double));
    }
    for (size_t g = 0; g < o->groups; g++) {
        const struct ob_param *m = cycle_momentum_of(o->group_type[g]);
        if (m)
            pass(&p, (char *)o->group_opts[g] + m->offset, sizeof(double));
    }
    return p.bytes;
}

size_t ob_placed_rule_state_size(const struct ob_placed_rule *r)
{
    return go(r, NULL, false);
}

void ob_placed_rule_save(const struct ob_placed_rule *r, void *to)
{
    go(r, to, false);
}

void ob_placed_rule_load(struct ob_placed_rule *r, const void *from)
{
    go(r, (char *)from, true); /* only read: pass() copies out of it */
}

void ob_placed_rule_follow(struct ob_placed_rule *r, const void *state)
{
    struct ob_optimizer *o = r->optimizer;
    o->note[0] = '\0';
    optimizer_forget(o);
    ob_placed_rule_load(r, state);
}
