#include <config.h>

#include "draws.h"

#include <math.h>
#include <string.h>

#include "optbench/base/number.h"

#define OB_REAL_BITS 64
#include "optbench/num/fpow.h"

size_t axis_values(const struct ob_sweep_axis *a)
{
    if (a->scale == OB_SWEEP_LIST)
        return a->value.n;
    if (a->scale == OB_SWEEP_INT && !a->count) {
        double n = a->to - a->from + 1;
        return n < 1e18 ? (size_t)n : (size_t)1e18;
    }
    return a->count;
}

/* v, or the number of twelve digits beside it where it is as good as that: 0.001 in place
 * of 0.0010000000000000002. */
static double plain(double v)
{
    char text[OB_NUMBER_MAX];
    double r = v;
    size_t n = ob_number_show(text, sizeof text, v, 12);
    ob_number_parse(text, n, &r);
    return fabs(r - v) <= 3e-14 * fabs(v) ? r : v;
}

/* The number at part t of the scale, 0 <= t <= 1. */
static double at(const struct ob_sweep_axis *a, double t)
{
    double v;
    if (t <= 0)
        return a->from;
    if (t >= 1)
        return a->to;
    if (a->scale == OB_SWEEP_LOG)
        v = a->from * ob_pow_f64(a->to / a->from, t);
    else
        v = a->from + t * (a->to - a->from);
    return fmin(fmax(v, a->from), a->to);
}

static void add_number(double v, struct ob_buf *out)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, v);
    ob_buf_adds(out, text);
}

void axis_value(const struct ob_sweep_axis *a, size_t i, struct ob_buf *out)
{
    const double n = (double)axis_values(a);
    if (a->scale == OB_SWEEP_LIST)
        ob_buf_adds(out, a->value.item[i]);
    else if (a->scale == OB_SWEEP_INT)
        add_number(round(at(a, (double)i / (n - 1))), out);
    else
        add_number(plain(at(a, (double)i / (n - 1))), out);
}

void axis_draw(const struct ob_sweep_axis *a, double u, struct ob_buf *out)
{
    const size_t n = axis_values(a);
    if (n)
        axis_value(a, (size_t)(u * (double)n), out);
    else
        add_number(at(a, u), out);
}
