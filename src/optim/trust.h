/*
 * What rules that look at whole tensors share: norms of a stretch, and the rate that is
 * told of a step. Private to src/optim.
 */
#ifndef OB_OPTIM_TRUST_H
#define OB_OPTIM_TRUST_H

#include "element.h"
#include "optbench/num/reduce.h"
#include "rate.h"

/* Elements [offset, offset + n) of v, as long as v lives. */
static inline struct ob_vec element_view(const struct ob_vec *v, size_t offset, size_t n)
{
    return (struct ob_vec){ v->dtype, n, element_at(v, offset) };
}

static inline double element_norm(struct ob_pool *pool, const struct ob_vec *v,
                                  size_t offset, size_t n)
{
    struct ob_vec part = element_view(v, offset, n);
    return ob_norm2(pool, &part);
}

/* The rate of a group in this step, told in it->lr as element_step() tells it. it->lr is
 * 0 before the first group. */
static inline double element_rate(struct ob_optimizer *o, struct ob_iterate *it,
                                  size_t group)
{
    double lr = optimizer_group_lr(o, group, it->k);
    optimizer_tell_rate(it, group, lr);
    return lr;
}

/* A tensor without rows and columns: a bias, a scale, one number. */
static inline bool piece_is_vector(const struct ob_optimizer *o, const struct ob_piece *p)
{
    return o->problem->layout.tensor[p->tensor].ndim < 2;
}

/* Length of the longest piece. */
static inline size_t longest_piece(const struct ob_optimizer *o)
{
    size_t n = 0;
    for (size_t i = 0; i < o->pieces; i++)
        n = o->piece[i].n > n ? o->piece[i].n : n;
    return n;
}

#endif
