#include "ramp.h"

#include <math.h>

#include "optbench/optim/schedule.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

static const double pi = 3.14159265358979323846;

double ramp_cos(uint64_t t, uint64_t h)
{
    /* Only the place within one period of 2 h matters, and small arguments are exact. */
    return ob_cos_f64(pi * (double)(t % (2 * h)) / (double)h);
}

double ramp(int shape, double from, double to, double share)
{
    if (shape == OB_SHAPE_LINEAR)
        return (to - from) * share + from;
    return to + (from - to) / 2 * (ob_cos_f64(pi * share) + 1);
}

uint64_t ramp_units(double amount, uint64_t whole)
{
    return (uint64_t)ceil(amount < 1 ? amount * (double)whole : amount);
}
