/*
 * The training thread: steps a trainer, hands its rows to the feed, and carries out
 * commands between two steps. All signals are blocked in it. It owns the trainer from
 * start to join. A worker can be driven by its caller for a while before that.
 *
 * Pace. A number of steps a second is kept by absolute deadlines, and a command ends a
 * wait at once. Automatic pace looks how long the run is: it makes the steps of the run
 * once beforehand, for a quarter of a second at most, and puts the trainer back. A run
 * that would end within 5 seconds is then stretched to about 8, faster and faster towards
 * its end; a longer one runs at full speed. Neither pace nor pauses choose a row or a
 * bit. A paused worker sleeps on a condition and uses no processor.
 */
#ifndef OB_TRAIN_WORKER_H
#define OB_TRAIN_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/train/feed.h"
#include "optbench/train/trainer.h"

struct ob_worker;

/* One change of a run that is replayed: it landed after `step` steps. */
struct ob_steer {
    uint64_t step;
    char key[64], value[128];
};

struct ob_worker_opts {
    double pace;               /* OB_PACE_FULL, OB_PACE_AUTO, or steps a second */
    bool paused;               /* wait before the first step */
    bool resumed;              /* the trainer was loaded: no row 0 */
    uint64_t checkpoint_every; /* steps; 0 = only at the end */
    uint64_t waypoints;        /* that are kept at most, 0 = none, else at least 2 */
    bool prints;               /* fingerprints of the parameters (fingerprint.h) */
    const struct ob_steer
        *replay; /* [replays], by step; borrowed for the worker's life */
    size_t replays;
    uint64_t last_step; /* ends there as cancelled, 0 = no such end (for a replay) */
};

/* Starts the thread. Both are borrowed until ob_worker_join(). OB_EFAIL where the system
 * gives no thread. */
struct ob_worker *ob_worker_start(struct ob_trainer *t, struct ob_feed *f,
                                  const struct ob_worker_opts *opts, struct ob_err *err);

/*
 * The same in two parts, for runs that may be over before a thread is worth it. A worker
 * that was created makes its steps on the caller's thread, as far as it is advanced; then
 * it is launched, and goes on on a thread of its own, or it has ended. What it hands over
 * is to be taken out of the feed between two advances, which end early for that. A launch
 * fails with OB_EFAIL; the worker is still to be joined then.
 */
struct ob_worker *ob_worker_create(struct ob_trainer *t, struct ob_feed *f,
                                   const struct ob_worker_opts *opts);
/* Until the monotonic clock has passed `until`, or so much is waiting in the feed that it
 * should be looked at. True where the run has ended, OB_NOTICE_ENDED included. */
bool ob_worker_advance(struct ob_worker *w, int64_t until);
bool ob_worker_launch(struct ob_worker *w, struct ob_err *err);

/* Waits for the end: the worker has sent OB_NOTICE_ENDED, the last of its notices, with a
 * checkpoint and a snapshot before it. To end it sooner send OB_VERB_STOP first. NULL is
 * allowed. */
void ob_worker_join(struct ob_worker *w);

#endif
