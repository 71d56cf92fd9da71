/*
 * A ring of rows between one writer (the training thread) and one reader (the
 * recorder). Nothing here waits or locks; feed.h adds the waiting.
 *
 * Slots are `stride` bytes, just what the columns need. Each side keeps the other's
 * position as it last saw it, so that the cache line of the other side is touched only
 * when the ring looks full or empty.
 */
#ifndef OB_TRAIN_RING_H
#define OB_TRAIN_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/train/row.h"

struct ob_ring {
    size_t mask;         /* slots - 1 */
    size_t stride;       /* bytes of a row; constant after init, like mask and slot */
    unsigned char *slot; /* contents: written before tail passes, read before head does */

    _Alignas(64) _Atomic size_t tail; /* rows ever pushed: writer writes, reader reads */
    size_t seen_head;                 /* writer only */

    _Alignas(64) _Atomic size_t head; /* rows ever popped: reader writes, writer reads */
    size_t seen_tail;                 /* reader only */
};

/* slots is a power of two (asserted). OB_ENOMEM. */
bool ob_ring_init(struct ob_ring *r, size_t slots, size_t width, struct ob_err *err);
void ob_ring_finish(struct ob_ring *r);

/* Writer: copies the row in; false when the ring is full. */
bool ob_ring_push(struct ob_ring *r, const struct ob_row *row);

/* Writer: rows not read yet, never fewer than there are. */
size_t ob_ring_used(struct ob_ring *r);

/* Reader: the oldest row, lent until ob_ring_pop(); NULL when there is none. */
const struct ob_row *ob_ring_peek(struct ob_ring *r);

/* Reader: gives the slot of the row just peeked back; returns how many are left. */
size_t ob_ring_pop(struct ob_ring *r);

#endif
