#include <config.h>

#include "optbench/train/fingerprint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"

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

/* ---- what is no number ---- */

static bool has_nan(const struct ob_vec *v, size_t from, size_t n)
{
    const float *single = v->data;
    const double *full = v->data;
    bool any = false;
    for (size_t i = from; i < from + n; i++)
        any |= v->dtype == OB_F32 ? isnan(single[i]) : isnan(full[i]);
    return any;
}

/* What the processors of most computers make of 0 / 0. */
static void put_nan(enum ob_dtype dtype, char *to)
{
    const uint32_t single = UINT32_C(0xffc00000);
    const uint64_t full = UINT64_C(0xfff8000000000000);
    if (dtype == OB_F32)
        memcpy(to, &single, sizeof single);
    else
        memcpy(to, &full, sizeof full);
}

/* NaN has one fingerprint: which of its bits come out of an operation IEEE 754 leaves
 * open, and a GPU's are others than a processor's. */
static uint64_t print(const struct ob_vec *v, size_t from, size_t n)
{
    const size_t size = ob_dtype_size(v->dtype);
    const char *bytes = (const char *)v->data + from * size;
    if (!has_nan(v, from, n))
        return ob_hash_fast(bytes, n * size, 0);
    char *copy = memcpy(ob_xmalloc(n * size), bytes, n * size);
    for (size_t i = 0; i < n; i++)
        if (isnan(ob_vec_get(v, from + i)))
            put_nan(v->dtype, copy + i * size);
    const uint64_t hash = ob_hash_fast(copy, n * size, 0);
    free(copy);
    return hash;
}

void ob_fingerprint(const struct ob_layout *layout, const struct ob_vec *theta,
                    uint64_t *out)
{
    for (size_t i = 0; i < layout->count; i++)
        out[i] = print(theta, layout->tensor[i].offset, layout->tensor[i].size);
}
