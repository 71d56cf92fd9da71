#include "rules.h"

#include <config.h>

/* Below this many elements a second thread costs more than it brings. */
enum { SHARE = 16384 };

extern const struct rules rules_baseline[2];
#ifdef OB_X86
extern const struct rules rules_v3[2], rules_v4[2];
#endif

const struct rules *rules_of(enum ob_isa isa, enum ob_dtype dtype)
{
#ifdef OB_X86
    if (isa == OB_ISA_V4)
        return &rules_v4[dtype];
    if (isa == OB_ISA_V3)
        return &rules_v3[dtype];
#else
    (void)isa;
#endif
    return &rules_baseline[dtype];
}

const struct rules *rules_for(enum ob_dtype dtype)
{
    return rules_of(ob_cpu_isa(), dtype);
}

struct shared {
    rule_fn *fn;
    size_t n, size;
    void *const *array;
    const void *coef;
};

static void run_share(void *ctx, size_t task)
{
    const struct shared *s = ctx;
    size_t begin = task * SHARE, end = begin + SHARE < s->n ? begin + SHARE : s->n;
    void *array[RULE_ARRAYS];
    for (size_t k = 0; k < RULE_ARRAYS; k++)
        array[k] = s->array[k] ? (char *)s->array[k] + begin * s->size : NULL;
    s->fn(end - begin, array, s->coef);
}

void rules_run(struct ob_pool *pool, enum ob_dtype dtype, rule_fn *fn, size_t n,
               void *const array[static RULE_ARRAYS], const void *coef)
{
    if (n <= SHARE) {
        fn(n, array, coef);
        return;
    }
    struct shared s = { fn, n, ob_dtype_size(dtype), array, coef };
    ob_pool_run(pool, run_share, &s, (n + SHARE - 1) / SHARE);
}
