/* The arrays that an optimizer keeps beside its buffers, in a checkpoint: "state.NAME".
 */
#ifndef TRAIN_KEEPS_H
#define TRAIN_KEEPS_H

#include "optbench/optim/optimizer.h"
#include "optbench/train/safetensors.h"

bool keeps_save(const struct ob_optimizer *o, struct ob_safetensors *out,
                struct ob_err *err);

/* OB_EDATA where one is missing or of another size or type. */
bool keeps_check(const struct ob_optimizer *o, const struct ob_safetensors *in,
                 struct ob_err *err);

/* What keeps_check() found good. */
void keeps_load(struct ob_optimizer *o, const struct ob_safetensors *in);

#endif
