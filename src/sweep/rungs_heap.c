#include <config.h>

#include "rungs_heap.h"

#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

bool heap_less(struct heap_item a, struct heap_item b)
{
    return a.key < b.key || (!(b.key < a.key) && a.id < b.id);
}

static bool before(const struct heap *h, size_t i, size_t j)
{
    return h->greatest ? heap_less(h->at[j], h->at[i]) : heap_less(h->at[i], h->at[j]);
}

static void swap(struct heap *h, size_t i, size_t j)
{
    struct heap_item item = h->at[i];
    h->at[i] = h->at[j];
    h->at[j] = item;
}

void heap_push(struct heap *h, struct heap_item item)
{
    if (h->n == h->cap) {
        h->cap = h->cap > 0 ? 2 * h->cap : 8;
        h->at = ob_xreallocarray(h->at, h->cap, sizeof *h->at);
    }
    size_t i = h->n++;
    h->at[i] = item;
    for (; i > 0 && before(h, i, (i - 1) / 2); i = (i - 1) / 2)
        swap(h, i, (i - 1) / 2);
}

struct heap_item heap_pop(struct heap *h)
{
    OB_REQUIRE(h->n > 0);
    struct heap_item first = h->at[0];
    h->at[0] = h->at[--h->n];
    for (size_t i = 0;;) {
        size_t best = i, left = 2 * i + 1;
        for (size_t j = left; j < left + 2 && j < h->n; j++)
            if (before(h, j, best))
                best = j;
        if (best == i)
            return first;
        swap(h, i, best);
        i = best;
    }
}

void heap_finish(struct heap *h)
{
    free(h->at);
    *h = (struct heap){ 0 };
}
