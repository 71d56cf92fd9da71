#include <config.h>

#include "optbench/train/batches.h"

#include <stdlib.h>

#include "optbench/base/mem.h"

bool ob_batches_full(const struct ob_batch_opts *opts, size_t rows)
{
    return opts->size == 0 || ((uint64_t)opts->size >= rows && !opts->replacement);
}

bool ob_batches_init(struct ob_batches *b, size_t rows, const struct ob_batch_opts *opts,
                     const struct ob_draw_setup *setup, struct ob_err *err)
{
    OB_REQUIRE(opts->size >= 1 && rows >= 1 && rows <= UINT32_MAX);
    size_t micro = (uint64_t)opts->size < rows ? (size_t)opts->size : rows;
    size_t batches = opts->drop_last ? rows / micro : (rows + micro - 1) / micro;
    size_t each = opts->accumulate > 1 ? (size_t)opts->accumulate : 1;
    each = each < batches ? each : batches;
    *b = (struct ob_batches){
        .rows = rows,
        .size = micro * each < rows ? micro * each : rows,
        .micro = micro,
        .used = opts->drop_last ? batches * micro : rows,
        .shuffle = opts->shuffle,
        .replacement = opts->replacement,
        .how = (enum ob_batch_order)opts->order,
        .seed = setup->seed,
        .per_epoch = (batches + each - 1) / each,
        .epoch = UINT64_MAX,
    };
    if (!ob_draw_init(&b->first, setup, err))
        return false;
    b->behind = b->first;
    b->order = ob_alloc(rows, sizeof *b->order, err);
    return b->order != NULL;
}

void ob_batches_finish(struct ob_batches *b)
{
    free(b->order);
    b->order = NULL;
}

/* ---- one epoch ---- */

static void in_order(struct ob_batches *b)
{
    for (size_t i = 0; i < b->rows; i++)
        b->order[i] = (uint32_t)i;
}

/* All rows once, or as many drawn. */
static void draw_rows(struct ob_batches *b, struct ob_draw *d)
{
    int64_t row;
    if (!b->replacement)
        ob_draw_permutation(d, b->rows, b->order);
    for (size_t i = 0; b->replacement && i < b->rows; i++) {
        ob_draw_integers(d, 1, 0, (int64_t)b->rows, &row);
        b->order[i] = (uint32_t)row;
    }
}

static void draw_philox(struct ob_batches *b, uint64_t epoch)
{
    struct ob_draw d;
    const struct ob_draw_setup s = { .kind = OB_RNG_PHILOX,
                                     .seed = b->seed,
                                     .stream = OB_STREAM_BATCHES + epoch };
    ob_draw_init(&d, &s, NULL); /* cannot fail: nothing comes before */
    draw_rows(b, &d);
}

/* Epoch b->next; `seen` = its order is wanted. */
static void draw_torch(struct ob_batches *b, bool seen)
{
    struct ob_draw *d = &b->behind;
    b->next++;
    if (b->how == OB_ORDER_LOADER || b->how == OB_ORDER_LOADER_1_3)
        ob_draw_seed(d); /* the loader's own, for its workers */
    if (!b->shuffle)
        return;
    if (b->how != OB_ORDER_LOADER) {
        draw_rows(b, d);
        return;
    }
    struct ob_draw sampler;
    const struct ob_draw_setup s = { .kind = d->kind, .seed = ob_draw_seed(d) };
    if (!seen)
        return;
    ob_draw_init(&sampler, &s, NULL);
    draw_rows(b, &sampler);
}

static void order_epoch(struct ob_batches *b, uint64_t epoch)
{
    b->epoch = epoch;
    if (!b->shuffle)
        in_order(b);
    if (b->first.kind == OB_RNG_PHILOX) {
        if (b->shuffle)
            draw_philox(b, epoch);
        return;
    }
    if (epoch < b->next) { /* behind us */
        b->behind = b->first;
        b->next = 0;
    }
    while (b->next < epoch)
        draw_torch(b, false);
    b->before = b->behind;
    draw_torch(b, true);
}

const uint32_t *ob_batches_at(struct ob_batches *b, uint64_t step, size_t *n)
{
    uint64_t epoch = (step - 1) / b->per_epoch;
    size_t first = (size_t)((step - 1) % b->per_epoch) * b->size;
    if (epoch != b->epoch)
        order_epoch(b, epoch);
    *n = b->used - first < b->size ? b->used - first : b->size;
    return b->order + first;
}

/* ---- the position ---- */

size_t ob_batches_save(const struct ob_batches *b,
                       uint64_t out[static OB_BATCHES_STATE_MAX])
{
    bool asked = b->epoch != UINT64_MAX;
    if (b->first.kind == OB_RNG_PHILOX)
        return 0;
    out[0] = asked ? b->epoch : b->next;
    return 1 + ob_draw_save(asked ? &b->before : &b->behind, out + 1);
}

bool ob_batches_restore(struct ob_batches *b, size_t n, const uint64_t *state)
{
    struct ob_draw draw = b->first;
    if (n == 0)
        return true;
    if (b->first.kind == OB_RNG_PHILOX || state[0] == UINT64_MAX ||
        !ob_draw_restore(&draw, n - 1, state + 1))
        return false;
    b->behind = draw;
    b->next = state[0];
    b->epoch = UINT64_MAX;
    return true;
}
