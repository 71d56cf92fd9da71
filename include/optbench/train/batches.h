/*
 * Which rows of the data each step sees when `[batch] size` is a number.
 *
 * An epoch goes through all rows once, in an order of its own: Philox with the batch
 * seed, one stream an epoch, and the shuffle of Fisher and Yates (Knuth, The Art of
 * Computer Programming, 3.4.2, algorithm P). The order is a function of seed and epoch,
 * so there is nothing to save: a step number is enough to go on. The trainer asks before
 * each step, `optbench data --batch` for one step; one thread at a time.
 */
#ifndef OB_TRAIN_BATCHES_H
#define OB_TRAIN_BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/conf/spec.h"

struct ob_batches {
    size_t rows, size; /* of the data; of a batch, at most rows */
    bool shuffle;
    uint64_t seed;
    uint64_t per_epoch; /* batches */
    uint64_t epoch;     /* that `order` is of; UINT64_MAX = none yet */
    uint32_t *order;    /* [rows], owned */
};

/* opts->size is 1 to rows. OB_ENOMEM. */
bool ob_batches_init(struct ob_batches *b, size_t rows, const struct ob_batch_opts *opts,
                     uint64_t seed, struct ob_err *err);
void ob_batches_finish(struct ob_batches *b);

/* The rows [*n] of step `step`, from 1; lent until the next call. */
const uint32_t *ob_batches_at(struct ob_batches *b, uint64_t step, size_t *n);

#endif
