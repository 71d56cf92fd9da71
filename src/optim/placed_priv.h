/*
 * Steps on a device, from the inside: placed.c has the kernels and their tables,
 * placed_text.c writes their text, placed_state.c keeps what looking ahead changes,
 * rule_placed.c knows typed rules. Private to src/optim.
 */
#ifndef OB_OPTIM_PLACED_PRIV_H
#define OB_OPTIM_PLACED_PRIV_H

#include "optbench/optim/placed.h"

/* One kind: an optimizer of its own, or a part of a mixed one. */
struct placed_kind {
    struct ob_optimizer *own;
    const struct element_text *text; /* NULL: a typed rule */
    size_t reals;                    /* coefficients of a group */
    size_t slot[OB_OPTIMIZER_SLOTS]; /* where its slots stand in the whole */
    struct placed_tensors *tensors;  /* the sums that it needs first; NULL: none */
    size_t tensor_at;                /* where their results begin */
};

/* What a kernel looks up for a group at a step; kernels/element.h has the same names. */
enum { MOVE_FLAGS, MOVE_USED, MOVE_KIND, MOVE_WORDS };

struct ob_placed_rule {
    struct ob_optimizer *optimizer;
    struct ob_device *device;
    struct placed_kind kind[OB_OPTIMIZER_GROUPS];
    size_t kinds;
    size_t coefs; /* of a group in the table: the most that a kind has */
    bool sums;
    struct ob_device_program *program;
    struct ob_device_kernel *kernel;
    struct ob_device_mem *group; /* u8 [n]; NULL where there is one set of options */
    /* Of kinds with sums over tensors, placed_tensors.h: their results, and u32 [n] which
     * piece of its kind an element is in; NULL without such a kind. */
    struct ob_device_mem *tensor, *which;
    size_t tensors; /* elements of `tensor` */
};

/* The text of the kernels, appended. */
void placed_text(const struct ob_placed_rule *r, struct ob_buf *out);

/* rule_placed.c: of an optimizer with ob_rule_is(): its coefficients; the statements
 * between MOVE_ONE's braces of a kind; and the first half of its step, into
 * coef [groups][reals]. */
size_t rule_placed_reals(const struct ob_optimizer *o);
void rule_placed_text(const struct placed_kind *k, size_t kind, struct ob_buf *out);
const double *rule_ahead(struct ob_optimizer *o, uint64_t k, double *lr);

#endif
