/*
 * The worker's inside: worker.c has the thread and its loop, obey.c what commands do,
 * pilot.c the look ahead that automatic pace needs. All of it belongs to the training
 * thread from start to join.
 */
#ifndef OB_TRAIN_WORKER_PRIV_H
#define OB_TRAIN_WORKER_PRIV_H

#include <pthread.h>

#include "cadence.h"
#include "optbench/train/worker.h"
#include "pace.h"

struct ob_worker {
    pthread_t thread; /* main thread only, as is: */
    bool launched;
    enum ob_stop stop; /* of the last step; before the first one: */
    bool begun;
    struct ob_trainer *t;
    struct ob_feed *f;
    struct ob_worker_opts opts;

    bool paused, cancelled;
    bool looked;                  /* for the closed form */
    uint64_t step_until, step_id; /* of a STEP command; 0 = none */
    size_t replayed;              /* entries of opts.replay that are done */
    uint64_t checkpointed;        /* step of the last checkpoint on schedule */
    uint64_t waypoint;            /* the next step that is one */
    uint64_t print;               /* the next step that has fingerprints */
    uint64_t attend;              /* ob_worker_attend() before the step after this one */
    struct ob_pace pace;
    struct ob_cadence cadence;

    uint64_t rate_step; /* speed: measured since this step and time */
    int64_t rate_time;
    double per_second;
    int64_t woken; /* rows announced: when, and how many there were */
    uint64_t woken_rows;
    int64_t published;    /* snapshot: when, and after which step */
    int64_t publish_cost; /* ns that one takes */
    int64_t publish_gap;  /* ns until the next one */
    bool saved;           /* a checkpoint was handed over since the caller looked */
    bool late;            /* one is due, and waits until the trainer is at rest */
    uint64_t published_step;
};

/* Fills in step and rows and queues the notice. */
void ob_worker_notify(struct ob_worker *w, struct ob_notice *n);

void ob_worker_publish(struct ob_worker *w);

/* Hands the state over as OB_NOTICE_CHECKPOINT. */
bool ob_worker_checkpoint(struct ob_worker *w, uint64_t id, struct ob_err *err);

/* Answers command `id` (0: nobody wants to know); text NULL = done, else what is wrong.
 */
void ob_worker_reply(struct ob_worker *w, uint64_t id, const char *text);

/* Stops before the next step; a STEP command under way is answered. */
void ob_worker_pause(struct ob_worker *w);

/* Changes a setting and says so. */
bool ob_worker_set(struct ob_worker *w, const char *key, const char *value,
                   struct ob_err *err);

/* Takes a pace, also OB_PACE_AUTO, from here on. */
void ob_worker_pace(struct ob_worker *w, double pace);

/* Carries out one command. */
void ob_worker_obey(struct ob_worker *w, const struct ob_command *c);

/* Steps from here to the end of the run where that is less than OB_PACE_LONG seconds
 * away; 0 = further. The trainer is as before. */
uint64_t ob_worker_pilot(struct ob_worker *w);

#endif
