/*
 * The one place where the training thread and the engine's main thread meet.
 *
 *   rows       training -> main   a ring; full means that training waits for the disk
 *   snapshot   training -> main   three cells, the newest wins, nobody waits
 *   notices    training -> main   a queue: answers, events, and a few checkpoints at
 *                                 most: then training waits for the disk
 *   commands   main -> training   a queue, looked at between two steps
 *
 * The queues share the only lock of the program; a step without commands costs one
 * relaxed load. Towards the main thread there is one eventfd. It becomes readable at a
 * notice, at a snapshot, when the ring is half full, and for rows twenty times a second
 * while somebody watches; else the recorder drains the ring on a timer of its own. At
 * most one wake is pending. Each one costs a training thread on a small machine more than
 * it seems: two processors have to serve it, the recorder and the viewer.
 *
 * Created and destroyed by the main thread; outlives the worker.
 */
#ifndef OB_TRAIN_FEED_H
#define OB_TRAIN_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/train/command.h"
#include "optbench/train/row.h"
#include "optbench/train/snapshot.h"

struct ob_feed;

struct ob_feed_sizes {
    size_t width;         /* numbers in a row: ob_columns.width */
    size_t ring;          /* rows in the ring, a power of two; 0 = 4096 */
    size_t values, slots; /* of a snapshot: ob_snapshot_init() */
};

/* Rows that a worker makes at most while its caller drives it; the ring holds them. */
enum { OB_FEED_TURN = 512 };

/* NULL with OB_ENOMEM, or OB_EFAIL where the system has no eventfd left. */
struct ob_feed *ob_feed_create(const struct ob_feed_sizes *sizes, struct ob_err *err);
void ob_feed_destroy(struct ob_feed *f); /* frees what notices still carry */

/* ---- training thread ---- */

/* Hands a row over; waits while the ring is full. False after ob_feed_close(): the row
 * is lost and the run must end. */
bool ob_feed_push(struct ob_feed *f, const struct ob_row *row);

/* Rows handed over so far. */
uint64_t ob_feed_rows(const struct ob_feed *f);

/* The cell to fill, then its publication. */
struct ob_snapshot *ob_feed_cell(struct ob_feed *f);
void ob_feed_publish(struct ob_feed *f);

/* Whether somebody wants snapshots. */
bool ob_feed_watched(const struct ob_feed *f);

/* Whether a command waits: one relaxed load. */
bool ob_feed_pending(const struct ob_feed *f);

/* Takes the oldest command; false when there is none. */
bool ob_feed_receive(struct ob_feed *f, struct ob_command *out);

/* Sleeps until a command waits (true), the feed is closed, or the monotonic clock
 * (ob_clock_ns) has passed `until`; INT64_MAX = no limit. */
bool ob_feed_sleep(struct ob_feed *f, int64_t until);

/* Whether ob_feed_close() was called: nobody takes rows any more. */
bool ob_feed_closed(const struct ob_feed *f);

/* Checkpoints that may be queued: each is a copy of the whole state. */
enum { OB_FEED_CHECKPOINTS = 2 };

/* Queues a notice, with what it carries, and wakes the main thread. One with a checkpoint
 * waits while as many are queued as may be, until ob_feed_close(). */
void ob_feed_notify(struct ob_feed *f, const struct ob_notice *n);

/* Makes the eventfd readable if it is not. */
void ob_feed_wake(struct ob_feed *f);

/* ---- main thread ---- */

/* The eventfd to poll for reading. */
int ob_feed_fd(const struct ob_feed *f);

/* Call after a wake and before looking at anything below: clears the eventfd, so that
 * what comes later wakes again. */
void ob_feed_acknowledge(struct ob_feed *f);

/* The oldest row, lent until ob_feed_pop(), or NULL. Pop also lets a waiting trainer go
 * on once the ring is half empty. */
const struct ob_row *ob_feed_peek(struct ob_feed *f);
void ob_feed_pop(struct ob_feed *f);

/* The newest snapshot, lent until the next call; NULL before the first. *fresh: it was
 * published since the last call. */
const struct ob_snapshot *ob_feed_latest(struct ob_feed *f, bool *fresh);

/* Takes the oldest notice with what it carries; false when there is none. All rows
 * counted in notice.rows can be peeked by then. */
bool ob_feed_take(struct ob_feed *f, struct ob_notice *out);

/* Queues a command and wakes the trainer if it sleeps. */
void ob_feed_send(struct ob_feed *f, const struct ob_command *c);

/* Says whether snapshots are wanted. */
void ob_feed_watch(struct ob_feed *f, bool watched);

/* The rows can no longer be kept (disk full): a waiting or later push returns false and
 * the worker ends the run. */
void ob_feed_close(struct ob_feed *f);

#endif
