#include "element.h"

#include "rate.h"

/* Below this many elements a second thread costs more than it brings. */
enum { SHARE = 16384 };

element_fn *element_loop(const struct element_rule *rule, enum ob_isa isa,
                         enum ob_dtype dtype)
{
    element_fn *const *loops = rule->loops.loop[isa];
    return (loops ? loops : rule->loops.loop[OB_ISA_BASELINE])[dtype];
}

struct shared {
    element_fn *fn;
    size_t n, size;
    void *const *array;
    const void *coef;
    int flags;
};

static void run_share(void *ctx, size_t task)
{
    const struct shared *s = ctx;
    size_t begin = task * SHARE, end = begin + SHARE < s->n ? begin + SHARE : s->n;
    void *array[ELEMENT_ARRAYS];
    for (size_t k = 0; k < ELEMENT_ARRAYS; k++)
        array[k] = s->array[k] ? (char *)s->array[k] + begin * s->size : NULL;
    s->fn(end - begin, array, s->coef, s->flags);
}

void element_run(struct ob_pool *pool, enum ob_dtype dtype,
                 const struct element_rule *rule, size_t n,
                 void *const array[static ELEMENT_ARRAYS], const void *coef, int flags)
{
    element_fn *fn = element_loop(rule, ob_cpu_isa(), dtype);
    if (n <= SHARE) {
        fn(n, array, coef, flags);
        return;
    }
    struct shared s = { fn, n, ob_dtype_size(dtype), array, coef, flags };
    ob_pool_run(pool, run_share, &s, (n + SHARE - 1) / SHARE);
}

static void prepare(struct ob_optimizer *o, uint64_t k, size_t group,
                    struct element_ready *out)
{
    const struct element_rule *rule = o->type->detail;
    struct element_step s = { .o = o,
                              .group = group,
                              .opts = o->group_opts[group],
                              .t = rule->counts ? o->counter[0] : k,
                              .k = k };
    s.lr = out->lr = optimizer_group_lr(o, group, k);
    out->flags = 0;
    rule->coefficients(&s, out->coef, &out->flags);
}

void element_ahead(struct ob_optimizer *o, uint64_t k,
                   struct element_ready ready[static OB_OPTIMIZER_GROUPS], double *lr)
{
    const struct element_rule *rule = o->type->detail;
    struct ob_iterate it = { .k = k };
    uint64_t made = 0;
    if (rule->counts)
        o->counter[0]++;
    for (size_t i = 0; i < o->segments; i++) {
        const size_t group = o->segment[i].group;
        if (!(made >> group & 1))
            prepare(o, k, group, &ready[group]);
        made |= UINT64_C(1) << group;
        optimizer_tell_rate(&it, group, ready[group].lr);
    }
    *lr = it.lr;
}

enum ob_step_result element_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct element_rule *rule = o->type->detail;
    struct element_ready ready[OB_OPTIMIZER_GROUPS];
    uint64_t made = 0; /* bits of the groups that are ready */
    if (rule->counts)
        o->counter[0]++;
    it->lr = 0;
    for (size_t i = 0; i < o->segments; i++) {
        const struct ob_segment *s = &o->segment[i];
        struct element_ready *r = &ready[s->group];
        if (!(made >> s->group & 1))
            prepare(o, it->k, s->group, r);
        made |= UINT64_C(1) << s->group;
        optimizer_tell_rate(it, s->group, r->lr);
        void *array[ELEMENT_ARRAYS] = { element_at(it->theta, s->offset),
                                        element_at(it->grad, s->offset) };
        for (size_t k = 0; k < o->type->slots; k++)
            array[2 + k] = element_at(&o->slot[k], s->offset);
        element_run(it->problem->pool, it->theta->dtype, rule, s->n, array, r->coef,
                    r->flags);
    }
    return OB_STEP_OK;
}
