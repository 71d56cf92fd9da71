#include <config.h>

#include "optbench/train/sampler.h"

uint64_t ob_sampler_after(uint64_t every, uint64_t step)
{
    if (every)
        return (step / every + 1) * every;
    /* Level k ends at LEVEL * (2^(k+1) - 1). A step on the end of its level belongs to
     * the next one, whose first row is one stride further on. */
    uint64_t stride = 1, begin = 0;
    while (step >= begin + OB_SAMPLER_LEVEL * stride) {
        begin += OB_SAMPLER_LEVEL * stride;
        stride *= 2;
    }
    return begin + ((step - begin) / stride + 1) * stride;
}

void ob_sampler_init(struct ob_sampler *s, uint64_t every)
{
    *s = (struct ob_sampler){ .every = every };
}

void ob_sampler_resume(struct ob_sampler *s, uint64_t step, uint64_t rows,
                       const struct ob_span *span)
{
    s->next = ob_sampler_after(s->every, step);
    s->rows = rows;
    s->span = *span;
}

void ob_sampler_taken(struct ob_sampler *s, uint64_t step)
{
    s->span.any = s->span.loss = false;
    s->rows++;
    s->next = ob_sampler_after(s->every, step);
}
