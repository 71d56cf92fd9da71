/* The position in the data in a checkpoint: the state of torch's generator before the
 * epoch that is under way, as words in the metadata. Nothing is saved where the number of
 * the step says it all, and a checkpoint that has none is gone on from by that number. */
#ifndef TRAIN_POSITION_H
#define TRAIN_POSITION_H

#include "optbench/train/batches.h"
#include "optbench/train/safetensors.h"

void position_save(const struct ob_batches *b, struct ob_safetensors *out);

/* OB_EDATA, with *b unchanged, for what cannot have been saved here. */
bool position_load(struct ob_batches *b, const struct ob_safetensors *in,
                   struct ob_err *err);

#endif
