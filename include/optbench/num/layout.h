/*
 * Which tensor lies where in a flat parameter buffer. Built once by a problem, then
 * constant: optimizers, checkpoints, the log and the screen all read names from here.
 *
 * Tensors follow each other without gaps, row-major.
 */
#ifndef OB_NUM_LAYOUT_H
#define OB_NUM_LAYOUT_H

#include <stddef.h>

enum {
    OB_TENSOR_NAME_MAX = 64, /* bytes with the NUL */
    OB_TENSOR_DIMS_MAX = 4,
    OB_COLUMN_NAME_MAX = OB_TENSOR_NAME_MAX + OB_TENSOR_DIMS_MAX * 21,
};

struct ob_tensor {
    char name[OB_TENSOR_NAME_MAX]; /* no comma, no space */
    size_t offset;                 /* of the first element in the flat buffer */
    size_t size;                   /* elements: the product of shape, 1 for a scalar */
    unsigned ndim;                 /* 0 = a scalar */
    size_t shape[OB_TENSOR_DIMS_MAX];
    size_t base; /* what names count from: 0, or 1 where the model sets it */
};

struct ob_layout {
    struct ob_tensor *tensor; /* [count], owned */
    size_t count;
    size_t n; /* elements in all */
};

/* Adds a tensor behind those present and returns its index. shape is [ndim], borrowed for
 * the call. The name must be new, shorter than OB_TENSOR_NAME_MAX, without comma. */
size_t ob_layout_add(struct ob_layout *l, const char *name, unsigned ndim,
                     const size_t *shape);
void ob_layout_finish(struct ob_layout *l);

/* NULL where there is none; lent as long as the layout lives unchanged. */
const struct ob_tensor *ob_layout_find(const struct ob_layout *l, const char *name);

/* The tensor that element i < n belongs to. */
const struct ob_tensor *ob_layout_at(const struct ob_layout *l, size_t i);

/* The name of element i < n in logs: a scalar is its tensor ("bias"), an element of a
 * plain vector has its index behind the name ("w0"), any other its indices behind dots
 * ("linear1.weight.0.3", "linear1.bias.2"). Indices count from the tensor's base.
 * Returns out. */
const char *ob_layout_column_name(const struct ob_layout *l, size_t i,
                                  char out[static OB_COLUMN_NAME_MAX]);

/* The element of that name; n where there is none. */
size_t ob_layout_find_column(const struct ob_layout *l, const char *name);

/* Whether two elements have one name, as those of a vector `w` and a scalar `w1` do: the
 * second of the two, or n where all differ. */
size_t ob_layout_ambiguous(const struct ob_layout *l);

#endif
