/* What the three files of parameter tables share. */
#ifndef OB_BASE_PARAM_PRIV_H
#define OB_BASE_PARAM_PRIV_H

#include "optbench/base/param.h"

/* The member of `p` in an options struct, for writing and for reading. */
static inline void *ob_param_member(const struct ob_param *p, void *opts)
{
    return (char *)opts + p->offset;
}

static inline const void *ob_param_peek(const struct ob_param *p, const void *opts)
{
    return (const char *)opts + p->offset;
}

/* Whether the table limits the number at all. */
static inline bool ob_param_is_limited(const struct ob_param *p)
{
    return p->min != 0 || p->max != 0;
}

/* Whether v lies within the limits; without limits every finite number does. */
bool ob_param_in_range(const struct ob_param *p, double v);

void ob_texts_finish(struct ob_texts *t);

#endif
