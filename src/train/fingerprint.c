#include <config.h>

#include "optbench/train/fingerprint.h"

#include "optbench/base/hash.h"

#define EVERY UINT64_C(32) /* all steps up to here, then half as many in each octave */

/* Distance between two of them around `step`. */
static uint64_t stride(uint64_t step)
{
    uint64_t s = 1;
    while (step / s >= EVERY)
        s *= 2;
    return s;
}

uint64_t ob_fingerprint_after(uint64_t step)
{
    if (step >= UINT64_C(1) << 62)
        return UINT64_MAX;
    uint64_t s = stride(step);
    return (step / s + 1) * s;
}

bool ob_fingerprint_due(uint64_t step)
{
    return step == 0 || ob_fingerprint_after(step - 1) == step;
}

void ob_fingerprint(const struct ob_layout *layout, const struct ob_vec *theta,
                    uint64_t *out)
{
    const size_t size = ob_dtype_size(theta->dtype);
    for (size_t i = 0; i < layout->count; i++) {
        const struct ob_tensor *t = &layout->tensor[i];
        out[i] =
            ob_hash_fast((const char *)theta->data + t->offset * size, t->size * size, 0);
    }
}
