#include <config.h>

#include "facts.h"

#include <math.h>

/* Below this many terms a sum is taken directly, in LANES strands. */
#define DIRECT 128
#define LANES  8

/* v[i] - mean, or its square. */
static double term(const double *v, size_t i, double mean, bool square)
{
    double d = v[i] - mean;
    return square ? d * d : v[i];
}

/*
 * Pairwise summation: halves down to blocks of 128, eight strands in a block (Higham,
 * "The accuracy of floating point summation", 1993). The error grows with log n, and the
 * order of additions is the one that numpy documents for contiguous arrays.
 */
static double sum(const double *v, size_t n, double mean, bool square)
{
    if (n > DIRECT) {
        size_t half = n / 2 - n / 2 % LANES;
        return sum(v, half, mean, square) + sum(v + half, n - half, mean, square);
    }
    double strand[LANES] = { 0 }, total = 0;
    size_t i = 0;
    if (n >= LANES) {
        for (size_t k = 0; k < LANES; k++)
            strand[k] = term(v, k, mean, square);
        for (i = LANES; i + LANES <= n; i += LANES)
            for (size_t k = 0; k < LANES; k++)
                strand[k] += term(v, i + k, mean, square);
        total = ((strand[0] + strand[1]) + (strand[2] + strand[3])) +
                ((strand[4] + strand[5]) + (strand[6] + strand[7]));
    }
    for (; i < n; i++)
        total += term(v, i, mean, square);
    return total;
}

double ob_facts_squares(const double *v, size_t n, double mean)
{
    return sum(v, n, mean, true);
}

void ob_facts(const double *v, size_t n, struct ob_column_facts *out)
{
    out->min = out->max = v[0];
    for (size_t i = 1; i < n; i++) {
        out->min = v[i] < out->min ? v[i] : out->min;
        out->max = v[i] > out->max ? v[i] : out->max;
    }
    out->mean = sum(v, n, 0, false) / (double)n;
    out->std = n > 1 ? sqrt(ob_facts_squares(v, n, out->mean) / (double)(n - 1)) : 0;
}
