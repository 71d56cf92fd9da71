/*
 * The second derivatives of a problem at a point, and what follows from them: the
 * spectrum of the Hessian, its rank, what kind of point it is, the largest stable rate of
 * gradient descent, the Newton step. Called by `optbench curvature` and, for the largest
 * eigenvalue alone, by the trainer; on the thread that owns the problem. Everything is in
 * double; the Hessian is that of the objective, penalties included.
 *
 * Up to OB_CURVATURE_EXACT parameters the Hessian is formed (where a problem has products
 * alone, column by column) and all its eigenvalues are found: by the algebra of dense.h
 * up to OB_DENSE_MAX, the same bits everywhere, by LAPACK above. Beyond, the two ends of
 * the spectrum by Lanczos.
 *
 * A number |l| <= n eps max |l| counts as zero, eps being that of the dtype that the run
 * is computed in (Golub and Van Loan, Matrix Computations, 4th ed., section 5.4.1): what
 * the run cannot tell from zero is not divided by.
 */
#ifndef OB_MODEL_CURVATURE_H
#define OB_MODEL_CURVATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/model/problem.h"

enum { OB_CURVATURE_EXACT = 2000 };

/* What the eigenvalues say about the quadratic that touches the objective here. */
enum ob_definite {
    OB_DEFINITE_UNKNOWN,   /* no finite Hessian, or an end that is not sure */
    OB_DEFINITE_POSITIVE,  /* curves up in every direction */
    OB_DEFINITE_NEGATIVE,  /* curves down in every direction */
    OB_DEFINITE_MIXED,     /* up in some, down in others: a saddle */
    OB_DEFINITE_FLAT_UP,   /* up in some, flat in others */
    OB_DEFINITE_FLAT_DOWN, /* down in some, flat in others */
    OB_DEFINITE_ZERO,      /* flat in all */
};
const char *ob_definite_name(enum ob_definite d); /* "positive definite", ...; static */

/* Whether that quadratic has a stationary point, and so Newton's method a step. */
enum ob_newton {
    OB_NEWTON_UNKNOWN, /* not all eigenvalues are known, or the gradient is not finite */
    OB_NEWTON_EXISTS,  /* one point: `step` leads there */
    OB_NEWTON_LINE, /* singular, but the gradient has no part in the null space: a whole
                       line (plane, ...) of them; `step` leads to the nearest */
    OB_NEWTON_NONE, /* singular, and the gradient has one: there is none, and no step */
};

struct ob_curvature_opts {
    enum ob_dtype dtype; /* that the run is computed in; the problem may have another */
    size_t low, high;    /* wanted from each end by Lanczos; 0, 0 = 4 and 8 */
    size_t products;     /* for Lanczos at most; 0 = 300 */
    uint64_t seed;       /* of its start */
};

struct ob_curvature {
    size_t n;
    double loss;
    double *grad; /* [n], owned */
    double grad_norm;

    bool finite;              /* the Hessian is; all below is empty else */
    bool exact;               /* all n eigenvalues; else those of the two ends */
    bool converged;           /* each of them is what it says; always where exact */
    bool low_sure, high_sure; /* the lowest is, the highest is, to five digits */
    size_t products;          /* that Lanczos took, 0 where exact */
    size_t k, low;    /* eigenvalues below, and how many of them are from the lower end */
    double *value;    /* [k] ascending, owned */
    double *residual; /* [k] |H v - l v|, owned; NULL where exact */
    double *vector;   /* [k * n] one a row: unit, largest component positive; owned */

    double threshold;                /* below this an eigenvalue is zero */
    size_t negative, zero, positive; /* of the k, in this order */
    size_t rank;                     /* k - zero; of the whole Hessian only where exact */
    enum ob_definite definite;
    double condition; /* max |l| / min |l|; infinity where singular; NAN where unknown */

    double lr_limit; /* 2 / lambda_max; infinity where nothing curves up */
    double lr_best;  /* 2 / (lambda_min + lambda_max), the best rate on that quadratic;
                        NAN unless positive definite */

    enum ob_newton newton;
    double *step;      /* [n] to be added to theta; owned; NULL unless EXISTS or LINE */
    double step_norm;  /* NAN where there is none */
    double step_gain;  /* what the quadratic loses by it: > 0 = goes down; NAN likewise */
    double null_slope; /* |part of the gradient in the null space| */
};

/* Fills a zeroed *out at theta [n] of the problem's dtype. False with OB_ENOMEM, and
 * OB_EUSAGE where the problem has no second derivatives that this size needs. */
bool ob_curvature_at(struct ob_curvature *out, struct ob_problem *p, const void *theta,
                     const struct ob_curvature_opts *opts, struct ob_err *err);

void ob_curvature_finish(struct ob_curvature *c); /* zeroed is allowed */

/* The largest eigenvalue alone. */
struct ob_sharpness {
    double lambda_max; /* NAN where the Hessian is not finite */
    double lr_limit;   /* 2 / lambda_max; infinity where nothing curves up, else NAN */
    double residual;   /* |H v - l v|; 0 where exact */
    bool converged;
};

/* The same at the cost of a log's row: exact up to OB_DENSE_MAX parameters, by at most 60
 * products beyond, deterministic to the bit either way. Fails as ob_curvature_at(). Work
 * counts as the problem's own (hessian, hessian_product). */
bool ob_sharpness_at(struct ob_sharpness *out, struct ob_problem *p, const void *theta,
                     struct ob_err *err);

/* Whether the problem has what they need. */
bool ob_curvature_can(const struct ob_problem *p);

#endif
