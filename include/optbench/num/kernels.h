/*
 * The loops that take the time, once for float and once for double, compiled per
 * instruction set and chosen at run time (cpu.h). Each works on one chunk, on one thread;
 * reduce.h and design.h run them over whole arrays through the pool.
 *
 * The order of every addition is part of the contract "the same bytes everywhere":
 * an array is cut into chunks of OB_CHUNK elements; inside a chunk element i goes to lane
 * i mod OB_LANES, a lane adds its elements in order starting from +0, and the lanes are
 * folded in halves (lane l += lane l + 128, then 64, ... 1). The chunk sums are folded by
 * the same rule: chunk c in lane c mod OB_LANES, then halves. As a lane never holds -0, a
 * fold may start at any power of two that covers the lanes in use.
 *
 * Called by the num floor and by problems; any thread.
 */
#ifndef OB_NUM_KERNELS_H
#define OB_NUM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/num/cpu.h"
#include "optbench/num/dtype.h"
#include "optbench/num/loss.h"

enum {
    OB_CHUNK = 2048, /* elements that one task reduces */
    OB_LANES = 256,  /* partial sums inside a chunk */
};

/* Rows of one chunk of a linear model, z = X theta. Arrays are of the table's dtype. */
struct ob_rows {
    const void *x; /* column j at x + j * ld, [rows] each, borrowed */
    size_t ld;     /* elements from one column to the next; at least rows rounded up to a
                      power of two >= 16 where rows <= OB_LANES; zeros behind the rows */
    const void *y; /* [ld], borrowed; zeros behind the rows; not read by predict */
    size_t rows;   /* 1 .. OB_CHUNK */
    size_t cols;
};

struct ob_kernels {
    enum ob_isa isa;
    enum ob_dtype dtype;

    /* Element by element over any n, on the calling thread. */
    void (*axpy)(size_t n, double a, const void *x,
                 void *y);                      /* y += a x, a rounded once */
    void (*scale)(size_t n, double a, void *x); /* x *= a */
    void (*sub)(size_t n, const void *a, const void *b, void *out); /* out = a - b */

    /* Sums over one chunk, n <= OB_CHUNK, added in double over the fixed tree. Squares
     * and products of floats are exact in double; of doubles they are rounded once. */
    double (*sum)(size_t n, const void *x);
    double (*sumabs)(size_t n, const void *x);
    double (*sumsq)(size_t n, const void *x);
    double (*sumsq_diff)(size_t n, const void *a,
                         const void *b); /* of a - b as rounded to dtype */
    double (*dot)(size_t n, const void *a, const void *b);
    double (*absmax)(size_t n,
                     const void *x); /* any n; NaN where there is one; 0 for n = 0 */
    bool (*finite)(size_t n, const void *x); /* any n; no infinity and no NaN */

    /* Loss and gradient sums of one chunk in one pass over its rows:
     * sum[j] = sum_i l'(z_i, y_i) x_ij for j < cols (left alone unless grad), sum[cols] =
     * sum_i l(z_i, y_i), all in dtype. Returns how many samples had a clamped logarithm.
     */
    size_t (*pass[OB_SAMPLE_LOSSES])(const struct ob_rows *r, const void *theta,
                                     bool grad, void *sum);

    /* From scores to losses and slopes: value[i] = l(z_i, y_i) and z[i] becomes l'(z_i,
     * y_i), any n. Scores of the squared losses contain -y. Returns how many had a
     * clamped logarithm. */
    size_t (*slopes[OB_SAMPLE_LOSSES])(size_t n, const void *y, void *z, void *value);

    /* z[i] becomes l''(z_i, y_i), any n; scores as above. */
    void (*bends[OB_SAMPLE_LOSSES])(size_t n, const void *y, void *z);

    /* z[i] = sum_j x_ij theta_j, added in column order from +0, in dtype. */
    void (*predict)(const struct ob_rows *r, const void *theta, void *z);

    /* h[i] = l''(z_i, y_i), in double. */
    void (*second[OB_SAMPLE_LOSSES])(const struct ob_rows *r, const void *theta,
                                     double *h);

    /* sum[j] = sum_i l''(z_i, y_i) u_i x_ij, u = X v, all in dtype. */
    void (*hvp[OB_SAMPLE_LOSSES])(const struct ob_rows *r, const void *theta,
                                  const void *v, void *sum);

    /* sum_i l''(z_i, y_i) u_i^2, u = X v in dtype, multiplied and added in double. */
    double (*along[OB_SAMPLE_LOSSES])(const struct ob_rows *r, const void *theta,
                                      const void *v);

    /* sum_i h_i a_i b_i over one chunk, added in double. */
    double (*weighted)(size_t n, const double *h, const void *a, const void *b);

    /* The second level of the tree: out[j] is the fold of partial[c * stride + j] over
     * the chunks c, j < k, in dtype. */
    void (*fold)(size_t chunks, size_t stride, size_t k, const void *partial, void *out);
};

/* The table of the variant in use. */
const struct ob_kernels *ob_kernels(enum ob_dtype dtype);

/* The table of one variant, NULL where ob_cpu_has() says no; for tests and benchmarks. */
const struct ob_kernels *ob_kernels_of(enum ob_isa isa, enum ob_dtype dtype);

#endif
