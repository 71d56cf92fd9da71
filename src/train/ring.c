#include <config.h>

#include "optbench/train/ring.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

bool ob_ring_init(struct ob_ring *r, size_t slots, size_t width, struct ob_err *err)
{
    OB_REQUIRE(slots > 0 && (slots & (slots - 1)) == 0);
    r->mask = slots - 1;
    r->stride = ob_row_size(width);
    r->seen_head = r->seen_tail = 0;
    atomic_init(&r->tail, 0);
    atomic_init(&r->head, 0);
    r->slot = ob_alloc(slots, r->stride, err);
    return r->slot != NULL;
}

void ob_ring_finish(struct ob_ring *r)
{
    free(r->slot);
    r->slot = NULL;
}

bool ob_ring_push(struct ob_ring *r, const struct ob_row *row)
{
    size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    if (tail - r->seen_head > r->mask) {
        /* Ordered behind the store of `waiting` in feed.c: see push_slowly(). */
        r->seen_head = atomic_load_explicit(&r->head, memory_order_seq_cst);
        if (tail - r->seen_head > r->mask)
            return false;
    }
    memcpy(r->slot + (tail & r->mask) * r->stride, row, r->stride);
    atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
    return true;
}

size_t ob_ring_used(struct ob_ring *r)
{
    size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    r->seen_head = atomic_load_explicit(&r->head, memory_order_acquire);
    return tail - r->seen_head;
}

const struct ob_row *ob_ring_peek(struct ob_ring *r)
{
    size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    if (head == r->seen_tail) {
        r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
        if (head == r->seen_tail)
            return NULL;
    }
    return (const void *)(r->slot + (head & r->mask) * r->stride);
}

size_t ob_ring_pop(struct ob_ring *r)
{
    size_t head = atomic_load_explicit(&r->head, memory_order_relaxed) + 1;
    OB_REQUIRE(head <= r->seen_tail);
    /* Ordered against the load of `waiting` in feed.c: see ob_feed_pop(). */
    atomic_store_explicit(&r->head, head, memory_order_seq_cst);
    return atomic_load_explicit(&r->tail, memory_order_relaxed) - head;
}
