/*
 * The element rules as loops, once for float and once for double, compiled per
 * instruction set like the kernels of num and chosen by the same switch (num/cpu.h).
 * Private to src/optim. Elements do not depend on each other, so any cut gives the same
 * bits.
 */
#ifndef OB_OPTIM_RULES_H
#define OB_OPTIM_RULES_H

#include <stddef.h>

#include "optbench/num/cpu.h"
#include "optbench/num/dtype.h"
#include "optbench/num/pool.h"

/* Coefficients in double; each is rounded once to the dtype. */
struct rule_sgd {
    double lr, momentum, keep, decay;
    int flags; /* OB_SGD_... of rules/sgd.h */
};

struct rule_adam {
    double beta1, beta2;
    double rate, root; /* lr / (1 - beta1^t), sqrt(1 - beta2^t) */
    double eps, decay;
    int flags; /* OB_ADAM_... of rules/adam.h */
};

enum { RULE_ARRAYS = 5 };

/* n elements from each array: theta, grad, then the slots in their order. */
typedef void rule_fn(size_t n, void *const array[static RULE_ARRAYS], const void *coef);

struct rules {
    rule_fn *sgd;  /* theta, grad, momentum_buffer (NULL without momentum) */
    rule_fn *adam; /* theta, grad, exp_avg, exp_avg_sq, max_exp_avg_sq (NULL) */
};

/* The rules of the variant in use. */
const struct rules *rules_for(enum ob_dtype dtype);

/* Those of one variant, which ob_cpu_has(); for tests. */
const struct rules *rules_of(enum ob_isa isa, enum ob_dtype dtype);

/* Runs fn over n elements, through the pool where they are many. */
void rules_run(struct ob_pool *pool, enum ob_dtype dtype, rule_fn *fn, size_t n,
               void *const array[static RULE_ARRAYS], const void *coef);

#endif
