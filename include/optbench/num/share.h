/*
 * A pass over the rows shared out among processes that compute one problem together. Each
 * has the same problem and takes its own chunks of OB_CHUNK rows: those whose number is
 * its rank modulo the ranks. What it does not compute stays +0 in its partial sums, so
 * that its fold over all chunks is the part of the tree of kernels.h that its chunks
 * make; the parts are then added over the last levels of that tree. With a power of two
 * of ranks, at most OB_LANES, the sums have the bits that one process gives.
 *
 * Filled in by who connects the processes (src/mpi). All ranks make the same calls in the
 * same order, each on one thread at a time; a call returns when this rank has its result.
 * None of them fails: a process that is lost ends all of them.
 */
#ifndef OB_NUM_SHARE_H
#define OB_NUM_SHARE_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/num/dtype.h"

struct ob_share {
    unsigned rank, ranks; /* rank < ranks, at least 1 of them */
    bool fast;            /* sums are added in an order of the connection's own */
    void *self;           /* the connection's */

    /* v [n] of the dtype becomes the sum over the ranks, on all of them: in halves, the
     * upper ranks onto the lower ones, as the lanes of kernels.h. */
    void (*sum)(struct ob_share *s, enum ob_dtype dtype, size_t n, void *v);
    /* What rank 0 tells reaches the others, as a whole: `text` is cleared and filled. */
    void (*tell)(struct ob_share *s, const void *data, size_t size);
    void (*hear)(struct ob_share *s, struct ob_buf *text);
    /* This rank cannot go on: says why and ends all processes. Does not return. */
    void (*fail)(struct ob_share *s, const struct ob_err *err);
};

/* Whether chunk c is this rank's; with NULL every chunk is. */
static inline bool ob_share_owns(const struct ob_share *s, size_t c)
{
    return !s || c % s->ranks == s->rank;
}

/* How many of `chunks` are this rank's, and the number of the k-th of them. */
static inline size_t ob_share_count(const struct ob_share *s, size_t chunks)
{
    if (!s)
        return chunks;
    return chunks > s->rank ? (chunks - s->rank - 1) / s->ranks + 1 : 0;
}

static inline size_t ob_share_chunk(const struct ob_share *s, size_t k)
{
    return s ? s->rank + k * s->ranks : k;
}

/* The sum over the ranks where there are several, else nothing happens. */
static inline void ob_share_sum(struct ob_share *s, enum ob_dtype dtype, size_t n,
                                void *v)
{
    if (s && n > 0)
        s->sum(s, dtype, n, v);
}

#endif
