/*
 * What the cases of typed formulas are measured against: the same arithmetic as somebody
 * who knows it beforehand writes it, four accumulators of whole registers for each sum.
 */
#ifndef OB_BENCH_BARE_CUBIC_H
#define OB_BENCH_BARE_CUBIC_H

#include <stddef.h>

/* sum of (a + b x + c x^2 + d x^3 - y)^2 over n rows, a multiple of 64, and its four
 * derivatives: out[5]. Arrays on 64-byte boundaries. */
void bare_cubic_f32(size_t n, const float *x, const float *y, const float *theta,
                    float *out);
void bare_cubic_f64(size_t n, const double *x, const double *y, const double *theta,
                    double *out);

/* (2 - p - q)^2 + (4 - 3 p - q)^2 at n points. */
void bare_bowl(size_t n, const double *p, const double *q, double *out);

/* Its value and its two derivatives at one point: out[3]. */
void bare_bowl_gradient(const double *theta, double *out);

#endif
