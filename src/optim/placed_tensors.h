/* The sums over tensors of a typed rule, made on a device before the elements move: for
 * every piece of its kind the numbers that its elements then share. Private to
 * src/optim. */
#ifndef OB_OPTIM_PLACED_TENSORS_H
#define OB_OPTIM_PLACED_TENSORS_H

#include "placed_priv.h"

struct placed_tensors;

/* Which nodes of its elements' graph a typed rule needs from these: node [*n], owned by
 * the caller. */
uint32_t *placed_tensor_nodes(const struct ob_optimizer *own, size_t *n);

/* For kind number `kind` of r, whose results begin at element `base`. NULL with
 * OB_EDEVICE, OB_ENOMEM or OB_EFAIL. */
struct placed_tensors *placed_tensors_create(const struct ob_placed_rule *r, size_t kind,
                                             size_t base, struct ob_err *err);
void placed_tensors_destroy(struct ob_device *d, struct placed_tensors *t);

/* Elements of its results: nodes of every piece. */
size_t placed_tensors_size(const struct ob_placed_rule *r, size_t kind);

/* Puts the sums into the queue; results go to `tensor`. */
void placed_tensors_run(const struct ob_placed_rule *r, struct placed_tensors *t,
                        const struct ob_placed_rule_call *call);

#endif
