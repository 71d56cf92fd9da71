#include "plain_math.h"

#include <math.h>
#include <stddef.h>

#include "optbench/base/compiler.h"

/* sin and cos of r in 0..pi/4 by their series, to x^17 and x^16. */
static double small_sin(double r)
{
    double term = r, sum = r;
    for (int k = 1; k <= 8; k++) {
        term *= -r * r / (2 * k * (2 * k + 1));
        sum += term;
    }
    return sum;
}

static double small_cos(double r)
{
    double term = 1, sum = 1;
    for (int k = 1; k <= 8; k++) {
        term *= -r * r / (2 * k * (2 * k - 1));
        sum += term;
    }
    return sum;
}

double ob_sin_degrees(int degrees)
{
    int d = (degrees % 360 + 360) % 360;
    double sign = d >= 180 ? -1 : 1;
    d %= 180;
    if (d > 90)
        d = 180 - d;
    if (d == 90)
        return sign;
    double r = (d <= 45 ? d : 90 - d) * (0x1.921fb54442d18p+1 / 180);
    return sign * (d <= 45 ? small_sin(r) : small_cos(r));
}

double ob_cos_degrees(int degrees)
{
    return ob_sin_degrees(degrees % 360 + 90);
}

double ob_plain_log2(double v)
{
    int e;
    double m = frexp(v, &e);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        e--;
    }
    /* log m = 2 (s + s^3 / 3 + s^5 / 5 + ...), |s| < 0.172 */
    static const double term[] = { 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13,
                                   1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3 };
    double s = (m - 1) / (m + 1), sum = 0;
    for (size_t k = 0; k < OB_COUNT(term); k++)
        sum = (sum + term[k]) * (s * s);
    sum = s + s * sum;
    return e + 2 * sum * 0x1.71547652b82fep+0;
}
