/*
 * What optimizers with a matrix for each side of a tensor share (Shampoo, SOAP, PSGD,
 * Muon, Adafactor): how a tensor is seen as a matrix, state that is named after it, and
 * products. Their rules are computed in double whatever the dtype of the run, their
 * matrices kept in double, and parameters rounded once, when they are stored; Muon's
 * products alone are made in the dtype, for they are most of its work. All products are
 * `reproducible` (num/matmul.h). Private to src/optim.
 */
#ifndef OB_OPTIM_KRON_H
#define OB_OPTIM_KRON_H

#include "optbench/num/matmul.h"
#include "optbench/optim/optimizer.h"

/*
 * A tensor, or what one group has of it. One of two dimensions is a matrix; of more, one
 * of the first dimension by all the others, as kernels of convolutions are usually taken.
 * Vectors, scalars and parts of a tensor are a column: cols = 1, no matrix.
 */
struct kron_view {
    size_t offset, n, rows, cols; /* n = rows * cols */
    bool matrix;
    size_t piece, tensor;
    const void *opts; /* of its group */
    double lr;        /* of this step: the schedule's factor in it; 0 before the first */
};

/* That of o->piece[i]; `it` NULL before the first step. */
struct kron_view kron_view(const struct ob_optimizer *o, size_t i,
                           const struct ob_iterate *it);

/* it->lr as ob_iterate wants it, from the views' rates in their order. */
void kron_say_rate(struct ob_iterate *it, const struct ob_optimizer *o, size_t i,
                   double lr);

/* An array of n doubles named PREFIX.TENSOR (and the offset, where a tensor is cut). */
double *kron_keep(struct ob_optimizer *o, const char *prefix, size_t piece, size_t n,
                  struct ob_err *err);

/* Largest number of elements, and longest side of a matrix, of all pieces; at least 1. */
struct kron_most {
    size_t n, side;
};
struct kron_most kron_most(const struct ob_optimizer *o);

/* A stored matrix and whether its transposed is meant; as a result never transposed. */
struct mat {
    void *x;
    size_t rows, cols; /* as stored */
    bool t;
};

/* c = share * a b + keep * c. */
struct kron_product {
    struct mat a, b, c;
    double share, keep;
};

void kron_multiply(struct ob_pool *pool, enum ob_dtype dtype,
                   const struct kron_product *p);

/* c = a b in double. */
void kron_times(struct ob_pool *pool, struct mat a, struct mat b, struct mat c);

/* A square matrix at one side of a tensor. */
struct kron_side {
    double *x; /* [n * n], [n] of a diagonal; NULL = the identity */
    size_t n;
    bool diagonal;
};

/* What stands left and right of a tensor of rows x cols; a column has nothing right. */
struct kron_sides {
    struct kron_side left, right;
    size_t rows, cols;
    double *scratch; /* [rows * cols] */
};

/* x = L x R' in place, or with `back` x = L' x R. */
void kron_apply(struct ob_pool *pool, const struct kron_sides *s, bool back, double *x);

/* out.x = share * g g' + keep * out.x, with `right` of g' g; a diagonal out takes the
 * diagonal alone. */
struct kron_gram {
    const double *g; /* [rows * cols] */
    size_t rows, cols;
    bool right;
    struct kron_side out;
    double share, keep;
};

void kron_gram(struct ob_pool *pool, const struct kron_gram *p);

/* Euclidean norm, and largest magnitude, of n doubles. */
double kron_norm(struct ob_pool *pool, const double *x, size_t n);
double kron_absmax(const double *x, size_t n);

/* x + w (y - x) as torch's lerp has it: from the nearer end. */
static inline double kron_lerp(double x, double y, double w)
{
    return w < 0.5 ? x + w * (y - x) : y - (y - x) * (1 - w);
}

#endif
