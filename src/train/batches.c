#include <config.h>

#include "optbench/train/batches.h"

#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/draw.h"

bool ob_batches_init(struct ob_batches *b, size_t rows, const struct ob_batch_opts *opts,
                     uint64_t seed, struct ob_err *err)
{
    size_t size = (size_t)opts->size;
    OB_REQUIRE(size >= 1 && size <= rows && rows <= UINT32_MAX);
    *b = (struct ob_batches){
        .rows = rows,
        .size = size,
        .shuffle = opts->shuffle,
        .seed = seed,
        .per_epoch = opts->drop_last ? rows / size : (rows + size - 1) / size,
        .epoch = UINT64_MAX,
    };
    b->order = ob_alloc(rows, sizeof *b->order, err);
    return b->order != NULL;
}

void ob_batches_finish(struct ob_batches *b)
{
    free(b->order);
    b->order = NULL;
}

static void order_epoch(struct ob_batches *b, uint64_t epoch)
{
    struct ob_rng rng;
    for (size_t i = 0; i < b->rows; i++)
        b->order[i] = (uint32_t)i;
    ob_rng_init(&rng, b->seed, OB_STREAM_BATCHES + epoch);
    for (size_t i = b->rows - 1; b->shuffle && i > 0; i--) {
        size_t j = (size_t)ob_rng_below(&rng, i + 1);
        uint32_t row = b->order[i];
        b->order[i] = b->order[j];
        b->order[j] = row;
    }
    b->epoch = epoch;
}

const uint32_t *ob_batches_at(struct ob_batches *b, uint64_t step, size_t *n)
{
    uint64_t epoch = (step - 1) / b->per_epoch;
    size_t first = (size_t)((step - 1) % b->per_epoch) * b->size;
    if (epoch != b->epoch)
        order_epoch(b, epoch);
    *n = b->rows - first < b->size ? b->rows - first : b->size;
    return b->order + first;
}
