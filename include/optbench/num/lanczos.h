/*
 * The ends of the spectrum of a symmetric matrix that is known by its products with
 * vectors alone: Lanczos with full reorthogonalisation and thick restarts (Wu, Simon,
 * "Thick-restart Lanczos method for large symmetric eigenvalue problems", SIAM J. Matrix
 * Anal. Appl. 22, 2000). Called by model/curvature.h; any thread, one call at a time.
 *
 * Deterministic: the start is drawn from Philox, all sums run over the fixed tree of
 * kernels.h, so that the same operator gives the same bits on any number of threads.
 *
 * What is found is told with its residual |A v - l v|: some eigenvalue of A lies within
 * that of l (Parlett, The Symmetric Eigenvalue Problem, theorem 4.5.1). That it is the
 * outermost one is as certain as a random start makes it, and of an eigenvalue that A has
 * several times one copy is certain, the others come where products are left.
 */
#ifndef OB_NUM_LANCZOS_H
#define OB_NUM_LANCZOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/num/pool.h"

/* out = A v; both [n] doubles, borrowed for the call. False with *err ends the search. */
typedef bool ob_operator(void *ctx, const double *v, double *out, struct ob_err *err);

struct ob_lanczos_opts {
    size_t n;             /* order of A, at least 1 */
    size_t low, high;     /* wanted from each end; low + high is 1 .. n */
    size_t products;      /* A v at most; at least low + high + 1, or n */
    double tolerance;     /* a residual below tolerance * max |l| is converged */
    uint64_t seed;        /* of the start */
    struct ob_pool *pool; /* borrowed, NULL = inline */
};

/* k = low + high pairs, fewer where the products did not reach so far. */
struct ob_lanczos {
    size_t n, k;
    double *value;    /* [k] ascending; owned */
    double *vector;   /* [k * n] one a row, unit, the largest component positive; owned */
    double *residual; /* [k] |A v - l v|, measured within the search; owned */
    size_t products;  /* used */
    size_t low;     /* the first `low` are from the lower end, the rest from the upper */
    bool converged; /* all that was wanted is there and below the tolerance */
};

/* Fills a zeroed *out. False with OB_ENOMEM, or where the operator fails. An operator
 * that gives no finite numbers leaves k = 0 and is no failure. */
bool ob_lanczos(struct ob_lanczos *out, const struct ob_lanczos_opts *opts,
                ob_operator *a, void *ctx, struct ob_err *err);

void ob_lanczos_finish(struct ob_lanczos *l); /* zeroed is allowed */

#endif
