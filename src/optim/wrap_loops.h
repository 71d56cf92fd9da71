/*
 * What wrappers do element by element, once for each precision (wrap_loops_body.h). x, g
 * and so on are [n] of the dtype; coefficients are rounded to it once.
 */
#ifndef OB_SRC_OPTIM_WRAP_LOOPS_H
#define OB_SRC_OPTIM_WRAP_LOOPS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/dtype.h"

struct wrap_loops {
    /* out = |x| g */
    void (*weigh)(size_t n, const void *x, const void *g, void *out);
    /* out = x + scale g, or x + x^2 g scale where it is adaptive */
    void (*uphill)(size_t n, double scale, bool adaptive, const void *x, const void *g,
                   void *out);
    /* g = g within [-most, most]; what is no number stays as it is */
    void (*clamp)(size_t n, double most, void *g);
    /* slow = slow + alpha (x - slow) */
    void (*part_of_way)(size_t n, double alpha, const void *x, void *slow);
    /* mean = torch.lerp(mean, x, weight) */
    void (*lerp)(size_t n, double weight, const void *x, void *mean);
};

const struct wrap_loops *wrap_loops(enum ob_dtype dtype);

#endif
