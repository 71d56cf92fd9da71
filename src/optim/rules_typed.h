/* The loops for one precision; see rules_loops.h. No include guard: it is read twice. */
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"
#include "rules/adam.h"
#include "rules/sgd.h"

/* One loop with `flags` known to the compiler where it is called with a constant. */
static inline void OB_FN(sgd_loop)(size_t n, real *restrict theta,
                                   const real *restrict grad, real *restrict buffer,
                                   const struct rule_sgd *c, int flags)
{
    real lr = (real)c->lr, momentum = (real)c->momentum, keep = (real)c->keep,
         decay = (real)c->decay;
    for (size_t i = 0; i < n; i++)
        theta[i] = OB_FN(ob_sgd_element)(theta[i], grad[i],
                                         flags & OB_SGD_MOMENTUM ? &buffer[i] : NULL, lr,
                                         momentum, keep, decay, flags);
}

static void OB_FN(sgd)(size_t n, void *const array[static RULE_ARRAYS], const void *coef)
{
    const struct rule_sgd *c = coef;
    if (c->flags == 0)
        OB_FN(sgd_loop)(n, array[0], array[1], NULL, c, 0);
    else if (c->flags == OB_SGD_MOMENTUM)
        OB_FN(sgd_loop)(n, array[0], array[1], array[2], c, OB_SGD_MOMENTUM);
    else
        OB_FN(sgd_loop)(n, array[0], array[1], array[2], c, c->flags);
}

static inline void OB_FN(adam_loop)(size_t n, void *const array[static RULE_ARRAYS],
                                    const struct rule_adam *c, int flags)
{
    real *restrict theta = array[0], *restrict m = array[2], *restrict v = array[3],
                   *restrict top = array[4];
    const real *restrict grad = array[1];
    real beta1 = (real)c->beta1, rest1 = (real)(1 - c->beta1), beta2 = (real)c->beta2,
         rest2 = (real)(1 - c->beta2), rate = (real)c->rate, root = (real)c->root,
         eps = (real)c->eps, decay = (real)c->decay;
    for (size_t i = 0; i < n; i++)
        theta[i] = OB_FN(ob_adam_element)(
            theta[i], grad[i], &m[i], &v[i], flags & OB_ADAM_AMSGRAD ? &top[i] : NULL,
            beta1, rest1, beta2, rest2, rate, root, eps, decay, flags);
}

static void OB_FN(adam)(size_t n, void *const array[static RULE_ARRAYS], const void *coef)
{
    const struct rule_adam *c = coef;
    if (c->flags == 0)
        OB_FN(adam_loop)(n, array, c, 0);
    else
        OB_FN(adam_loop)(n, array, c, c->flags);
}
