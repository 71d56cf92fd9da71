/*
 * A fixed set of threads that share the tasks of one call. The training thread owns the
 * pool and takes part in the work itself.
 *
 * Which thread runs which task is left to chance, so tasks write to places of their own
 * and whoever needs a sum adds the places up afterwards in a fixed order (reduce.h,
 * design.h): results never depend on the number of threads.
 *
 * Between calls the workers spin for some microseconds, then sleep: a paused engine uses
 * no processor time.
 */
#ifndef OB_NUM_POOL_H
#define OB_NUM_POOL_H

#include <stddef.h>

#include "optbench/base/err.h"

struct ob_pool;

/* `threads` in all, the caller of ob_pool_run() being one; 0 = as many as this process
 * may use (its affinity mask). NULL with OB_EFAIL where threads cannot be started.
 * Signals are blocked in the workers. */
struct ob_pool *ob_pool_create(unsigned threads, struct ob_err *err);

/* Pools that take as many as they may take `threads` at most; 0 = all that there are. For
 * a process that shares the machine with others like it; before the first pool. */
void ob_pool_limit(unsigned threads);
void ob_pool_destroy(struct ob_pool *pool);

/* How many threads; 1 for NULL. */
unsigned ob_pool_threads(const struct ob_pool *pool);

/* Calls fn(ctx, task) once for each task in [0, tasks), and returns when all have
 * returned. pool = NULL runs them here in order. Not reentrant: fn must not call
 * ob_pool_run() on the same pool, and only one thread may call it at a time. */
void ob_pool_run(struct ob_pool *pool, void (*fn)(void *ctx, size_t task), void *ctx,
                 size_t tasks);

#endif
