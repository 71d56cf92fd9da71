/* The loops of wrap_loops.h for one precision. No include guard: it is read twice. */
#include "optbench/num/real.h"

static void OB_FN(weigh)(size_t n, const void *x, const void *g, void *out)
{
    const real *restrict a = x, *restrict b = g;
    real *restrict to = out;
    for (size_t i = 0; i < n; i++)
        to[i] = (a[i] < R(0.0) ? -a[i] : a[i]) * b[i];
}

static void OB_FN(uphill)(size_t n, double scale, bool adaptive, const void *x,
                          const void *g, void *out)
{
    const real *restrict a = x, *restrict b = g;
    const real s = (real)scale;
    real *restrict to = out;
    if (adaptive)
        for (size_t i = 0; i < n; i++)
            to[i] = a[i] + a[i] * a[i] * b[i] * s;
    else
        for (size_t i = 0; i < n; i++)
            to[i] = a[i] + b[i] * s;
}

static void OB_FN(clamp)(size_t n, double most, void *g)
{
    real *restrict a = g;
    const real high = (real)most, low = -high;
    for (size_t i = 0; i < n; i++) {
        real x = a[i] > high ? high : a[i];
        a[i] = x < low ? low : x;
    }
}

static void OB_FN(part_of_way)(size_t n, double alpha, const void *x, void *slow)
{
    const real *restrict a = x;
    const real share = (real)alpha;
    real *restrict to = slow;
    for (size_t i = 0; i < n; i++)
        to[i] = to[i] + share * (a[i] - to[i]);
}

/* From the nearer end, so that weight 1 gives x itself. */
static void OB_FN(lerp)(size_t n, double weight, const void *x, void *mean)
{
    const real *restrict a = x;
    const real w = (real)weight, rest = R(1.0) - w;
    real *restrict to = mean;
    if (weight < 0.5)
        for (size_t i = 0; i < n; i++)
            to[i] = to[i] + w * (a[i] - to[i]);
    else
        for (size_t i = 0; i < n; i++)
            to[i] = a[i] - (a[i] - to[i]) * rest;
}

static const struct wrap_loops OB_FN(loops) = {
    .weigh = OB_FN(weigh),
    .uphill = OB_FN(uphill),
    .clamp = OB_FN(clamp),
    .part_of_way = OB_FN(part_of_way),
    .lerp = OB_FN(lerp),
};
