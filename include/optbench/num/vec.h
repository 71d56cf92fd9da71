/*
 * A flat buffer of n numbers of one dtype: all parameters of a model, a gradient, one
 * array of optimizer state. Tensors are views by offset (layout.h).
 *
 * The kernels take `data` directly; ob_vec_get() and its like convert element by element
 * and are for set-up, logging and tests. A vector belongs to one thread at a time.
 */
#ifndef OB_NUM_VEC_H
#define OB_NUM_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/num/dtype.h"

struct ob_vec {
    enum ob_dtype dtype;
    size_t n;
    void *data; /* [n] of dtype, on a 64-byte boundary, owned */
};

/* n zeros. n = 0 is valid. false with OB_ENOMEM; the vector is then zeroed and may be
 * finished. */
bool ob_vec_init(struct ob_vec *v, enum ob_dtype dtype, size_t n, struct ob_err *err);
void ob_vec_finish(struct ob_vec *v);

/* One element; i < n. Setting rounds once to the dtype. */
double ob_vec_get(const struct ob_vec *v, size_t i);
void ob_vec_set(struct ob_vec *v, size_t i, double x);

/* Elements [offset, offset + n) to or from doubles. */
void ob_vec_read(const struct ob_vec *v, size_t offset, size_t n, double *out);
void ob_vec_write(struct ob_vec *v, size_t offset, size_t n, const double *in);

/* Same dtype, same n. */
void ob_vec_copy(struct ob_vec *dst, const struct ob_vec *src);
void ob_vec_zero(struct ob_vec *v);
void ob_vec_fill(struct ob_vec *v, double x);

#endif
