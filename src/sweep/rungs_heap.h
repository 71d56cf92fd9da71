/*
 * A heap of things with a key: the least first, or the greatest; equal keys by their id,
 * the lower one counting as less. Private to the rungs.
 */
#ifndef OB_SWEEP_RUNGS_HEAP_H
#define OB_SWEEP_RUNGS_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap_item {
    double key; /* no NAN */
    size_t id;
};

/* Zeroed = empty, the least first. */
struct heap {
    struct heap_item *at; /* [n]; owned; at[0] is the first */
    size_t n, cap;
    bool greatest; /* the greatest is the first */
};

/* Whether a comes before b where the least is first. */
bool heap_less(struct heap_item a, struct heap_item b);

void heap_push(struct heap *h, struct heap_item item);
struct heap_item heap_pop(struct heap *h); /* of one that is not empty */
void heap_finish(struct heap *h);

#endif
