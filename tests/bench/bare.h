/*
 * What the machine can do: the calibration loops, written for it alone and compiled for
 * the instruction set that the kernels use. They stop at nothing, record little and
 * promise no order of additions.
 */
#ifndef OB_BENCH_BARE_H
#define OB_BENCH_BARE_H

#include <stddef.h>

enum { BARE_ROWS = 64 }; /* 49 rows, padded with zeros to whole registers */

/* A line fitted by plain gradient descent, mean of (z - y)^2 / 2. */
struct bare_line {
    _Alignas(64) float x[2][BARE_ROWS];
    float y[BARE_ROWS];
    size_t rows; /* real ones */
    float theta[2];
    float lr;
};

/* Loss, length of the step, length of the gradient, and a parameter. */
struct bare_row {
    float loss, theta_delta, grad_norm, theta;
};

/* Makes `steps` steps; step k fills ring[k & mask]. */
void bare_line_fit(struct bare_line *line, size_t steps, struct bare_row *ring,
                   size_t mask);

/* Reads `n` bytes, a multiple of 512 at a multiple of 64; returns a sum of them. */
unsigned long long bare_read(const void *p, size_t n);

/* a = b + s c over n floats, a multiple of 16, all at multiples of 64 bytes: past the
 * caches where the machine has stores that do so, so that three arrays are all that
 * moves. */
void bare_triad(size_t n, float *a, const float *b, const float *c, float s);

#endif
