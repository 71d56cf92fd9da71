/* The inside of state.c, for those who put optimizers together. Private to src/optim. */
#ifndef OB_OPTIM_STATE_H
#define OB_OPTIM_STATE_H

#include "optbench/optim/optimizer.h"

/* Whether a buffer can have the name: it stands before the tensors in a checkpoint, as
 * those of the gradient and of wrappers do. */
bool optimizer_slot_may_be(const char *name);

/* Takes over an array; the name must be new. */
void optimizer_add_array(struct ob_optimizer *o, struct ob_optimizer_array *a);

/* Room for the gauges of o->type, all of them unknown. */
void optimizer_make_gauges(struct ob_optimizer *o);

#endif
