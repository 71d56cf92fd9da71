/*
 * Which rows of the data each step sees when `[batch] size` is a number.
 *
 * An epoch goes through all rows once, in an order of its own, or draws as many with
 * replacement. With Philox each epoch has a stream of its own, so that its order is a
 * function of seed and epoch. With torch (num/torch_rng.h) epochs follow each other in
 * one sequence:
 *
 *   loader       a DataLoader of torch 1.9 and later: the loader's base seed and the
 *                sampler's seed, two words each, then torch.randperm(rows) of a generator
 *                with that seed. Nothing of an order can be told from the one before it.
 *   loader-1.3   a DataLoader of torch 1.3: the base seed, then randperm of the sequence
 *   randperm     randperm of the sequence
 *
 * With replacement the rows are torch.randint(0, rows) in place of randperm. Without
 * shuffling a loader still takes its base seed, of which nobody sees anything.
 *
 * With [batch] accumulate a step has the rows of several batches, one behind the other in
 * the order of the epoch; the last step of an epoch has those that are left.
 *
 * A step number is enough to go on, for epochs that were not asked for are drawn and
 * forgotten; ob_batches_save() spares that: what comes from a checkpoint continues at
 * once. The trainer asks before each step, `optbench data --batch` for one step; one
 * thread at a time.
 */
#ifndef OB_TRAIN_BATCHES_H
#define OB_TRAIN_BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/conf/spec.h"
#include "optbench/num/draw.h"

struct ob_batches {
    size_t rows, size; /* of the data; of a step, at most rows */
    size_t micro;      /* of a batch, `accumulate` of which make a step */
    size_t used;       /* of an epoch: less than rows where the last batch is left out */
    bool shuffle, replacement;
    enum ob_batch_order how;
    uint64_t seed;                 /* Philox */
    struct ob_draw first;          /* torch: before epoch 0, */
    struct ob_draw before, behind; /* before epoch `epoch` and before epoch `next` */
    uint64_t next;
    uint64_t per_epoch; /* steps */
    uint64_t epoch;     /* that `order` is of; UINT64_MAX = none yet */
    uint32_t *order;    /* [rows], owned */
};

/* Whether every step sees all rows in their order: a full batch, or one that is as large
 * and not drawn with replacement. */
bool ob_batches_full(const struct ob_batch_opts *opts, size_t rows);

/* opts->size is at least 1, more than all rows stands for all; setup is that of the axis,
 * and what it lends is not kept. OB_ENOMEM, or OB_ECONFIG for setup->before. */
bool ob_batches_init(struct ob_batches *b, size_t rows, const struct ob_batch_opts *opts,
                     const struct ob_draw_setup *setup, struct ob_err *err);
void ob_batches_finish(struct ob_batches *b);

/* The rows [*n] of step `step`, from 1; lent until the next call. Steps of one epoch and
 * of the next are cheap; an earlier epoch of torch's is found from the start again. */
const uint32_t *ob_batches_at(struct ob_batches *b, uint64_t step, size_t *n);

/*
 * The position in the data as numbers, for a checkpoint: out[0..n) with the n that is
 * returned, 0 where the step number says it all (Philox). False (and *b unchanged) where
 * the numbers cannot be one.
 */
enum { OB_BATCHES_STATE_MAX = OB_DRAW_STATE_MAX + 1 };
size_t ob_batches_save(const struct ob_batches *b,
                       uint64_t out[static OB_BATCHES_STATE_MAX]);
bool ob_batches_restore(struct ob_batches *b, size_t n, const uint64_t *state);

#endif
