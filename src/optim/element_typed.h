/* The loops for one precision; see element_loops.h. No include guard: it is read twice.
 */
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

/* What a rule reads and writes: a parameter, its gradient (a copy) and its buffers. */
struct OB_FN(ob_element) {
    real theta, grad, s[6];
};

#include RULE_FILE

#undef RULE_TYPED
#undef RULE_CALL_
#undef RULE_CALL
#define RULE_TYPED(id) OB_FN(id)
#define RULE_CALL_(id) OB_FN(id##_rule)
#define RULE_CALL(id)  RULE_CALL_(id)

/* With `flags` known to the compiler where it is called with a constant. */
OB_DEVFN void OB_FN(element_pass)(size_t n, void *const *array,
                                  const struct RULE_TYPED(RULE) * c, int flags)
{
    real *restrict theta = array[0], *restrict s0 = array[2], *restrict s1 = array[3],
                   *restrict s2 = array[4], *restrict s3 = array[5],
                   *restrict s4 = array[6], *restrict s5 = array[7];
    const real *restrict grad = array[1];
    const int used = RULE_USED(flags);
    for (size_t i = 0; i < n; i++) {
        struct OB_FN(ob_element) e;
        e.theta = theta[i];
        e.grad = grad[i];
        e.s[0] = used > 0 ? s0[i] : R(0.0);
        e.s[1] = used > 1 ? s1[i] : R(0.0);
        e.s[2] = used > 2 ? s2[i] : R(0.0);
        e.s[3] = used > 3 ? s3[i] : R(0.0);
        e.s[4] = used > 4 ? s4[i] : R(0.0);
        e.s[5] = used > 5 ? s5[i] : R(0.0);
        RULE_CALL(RULE)(&e, c, flags);
        theta[i] = e.theta;
        if (used > 0)
            s0[i] = e.s[0];
        if (used > 1)
            s1[i] = e.s[1];
        if (used > 2)
            s2[i] = e.s[2];
        if (used > 3)
            s3[i] = e.s[3];
        if (used > 4)
            s4[i] = e.s[4];
        if (used > 5)
            s5[i] = e.s[5];
    }
}

static void OB_FN(element_loop)(size_t n, void *const array[static ELEMENT_ARRAYS],
                                const void *coef, int flags)
{
    enum { COUNT = sizeof(struct RULE_TYPED(RULE)) / sizeof(real) };
    const double *from = coef;
    real rounded[COUNT];
    struct RULE_TYPED(RULE) c;
    _Static_assert((int)COUNT <= (int)ELEMENT_REALS, "too many coefficients");
    for (int j = 0; j < (int)COUNT; j++)
        rounded[j] = (real)from[j];
    memcpy(&c, rounded, sizeof c);
#define X(special)                                                                       \
    if (flags == (special)) {                                                            \
        OB_FN(element_pass)(n, array, &c, (special));                                    \
        return;                                                                          \
    }
    RULE_SPECIAL
#undef X
    OB_FN(element_pass)(n, array, &c, flags);
}
