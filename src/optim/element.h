/*
 * Rules that treat every element alone: a whole optimizer is one file of rules/, read
 * several times. With OB_REAL_BITS defined it is the rule in the common subset of C99,
 * OpenCL C and CUDA C (num/real.h), and nothing else; without, it names itself (RULE,
 * RULE_FILE, RULE_SLOTS), includes element_loops.h, which makes the loops over it, once
 * for float and once for double, and then, where RULE_HOST is defined, has its data
 * sheet. The files of rules/ are compiled once per instruction set (optim_rules in
 * local.mk); only the ordinary compile has RULE_HOST.
 *
 * Elements do not depend on each other, so any cut and any instruction set give the same
 * bits. Coefficients are computed in double, once per group and step, and each is rounded
 * once to the dtype. Private to src/optim.
 */
#ifndef OB_OPTIM_ELEMENT_H
#define OB_OPTIM_ELEMENT_H

#include <config.h>

#include "element_fn.h"
#include "optbench/num/cpu.h"
#include "optbench/optim/optimizer.h"

/* What the coefficients of one group follow from. */
struct element_step {
    struct ob_optimizer *o;
    size_t group;
    const void *opts; /* of the group */
    double lr;        /* of the group, the schedule's factor in it */
    uint64_t t;       /* number of this step of the optimizer, from 1 */
    uint64_t k;       /* number of this step of the run, from 1 */
};

/* What a file of rules/ is made into. */
struct element_made {
    element_fn *const *loop[OB_ISAS]; /* [dtype] each; NULL = not built */
    const struct element_text *text;
};

struct element_rule {
    struct element_made loops;
    /* Fills the rule's struct of doubles and the flags. Called once per step for each
     * group that has parameters, in the order of the groups' first segments. */
    void (*coefficients)(const struct element_step *s, void *coef, int *flags);
    bool counts; /* counter 0 of the optimizer is the number of its steps */
};

#ifdef OB_X86
#    define ELEMENT_VARIANTS(id)                                                         \
        extern element_fn *const element_##id##_v3[2], *const element_##id##_v4[2];
#    define ELEMENT_LOOPS(id)                                                            \
        {                                                                                \
            { element_##id##_baseline, element_##id##_v3, element_##id##_v4 },           \
                &element_##id##_text                                                     \
        }
#else
#    define ELEMENT_VARIANTS(id)
#    define ELEMENT_LOOPS(id)                                                            \
        {                                                                                \
            { element_##id##_baseline }, &element_##id##_text                            \
        }
#endif

/* The loops of one instruction set, which ob_cpu_has(). */
element_fn *element_loop(const struct element_rule *rule, enum ob_isa isa,
                         enum ob_dtype dtype);

/* Runs a loop over n elements, through the pool where they are many. array: theta, grad,
 * then the slots, each the first of n; NULL where the flags use none. coef: the rule's
 * struct of doubles. */
void element_run(struct ob_pool *pool, enum ob_dtype dtype,
                 const struct element_rule *rule, size_t n,
                 void *const array[static ELEMENT_ARRAYS], const void *coef, int flags);

/* What a step goes by, for one group. */
struct element_ready {
    double coef[ELEMENT_REALS]; /* the rule's struct of doubles */
    double lr;
    int flags;
};

/* The first half of element_step(): counts the step and computes the coefficients of each
 * group that has parameters, into ready[group]; *lr is the rate that is told. Theta does
 * not move. */
void element_ahead(struct ob_optimizer *o, uint64_t k,
                   struct element_ready ready[static OB_OPTIMIZER_GROUPS], double *lr);

/* A step of a type whose `detail` is a struct element_rule: coefficients per group, one
 * loop per segment over theta, grad and the slots in their order. */
enum ob_step_result element_step(struct ob_optimizer *o, struct ob_iterate *it);

/* The members that all such types share. */
#define ELEMENT_TYPE(rule) .step = element_step, .detail = &(rule)

/* Element `offset` of a vector; n of them stand behind it. */
static inline void *element_at(const struct ob_vec *v, size_t offset)
{
    return v->data ? (char *)v->data + offset * ob_dtype_size(v->dtype) : NULL;
}

#endif
