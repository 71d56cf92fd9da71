/*
 * The worker processes of a sweep: jobs go in, news of them come out. A worker that dies
 * takes the cell that it had begun with it, as news, and gives back the others; the next
 * job starts a new one. Quick cells are given some at a time, so that no worker waits for
 * this process; what a worker has not begun can be taken back for one that is idle.
 * Called by crew_run.h, on one thread; nothing blocks. Includes only base, run and sweep.
 */
#ifndef OB_SWEEP_CREW_H
#define OB_SWEEP_CREW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/sweep/crew_talk.h"

enum {
    OB_CREW_WORKERS_MAX = 1024,
    OB_CREW_QUEUE_MAX = 64 /* jobs that a worker has at most */
};

struct ob_crew_hands;

struct ob_crew_opts {
    const char *const *argv;           /* of a worker, ended by NULL; lent for life */
    unsigned workers;                  /* 1 .. OB_CREW_WORKERS_MAX */
    const struct ob_crew_hands *hands; /* lent; NULL = processes that are started here */
};

enum ob_crew_event {
    OB_CREW_BEGUN,    /* the cell is being trained */
    OB_CREW_CAME,     /* it came to `end`, which may be a failure */
    OB_CREW_LOST,     /* its worker died with it: `signal` or `status`, and `reason` */
    OB_CREW_RETURNED, /* its worker ended before it was begun: to be given again */
    OB_CREW_STILLBORN /* a worker ended by itself before it began anything, which the next
                         one would do, too: `status` and `reason`. No job */
};

struct ob_crew_news {
    enum ob_crew_event event;
    struct ob_crew_job job;
    struct ob_cell_end end; /* OB_CREW_CAME */
    int status, signal;     /* exit status and 0, or the signal */
    char reason[512];       /* one line; raw */
};

/*
 * Workers that are there already, such as the ranks of an MPI job: what the calls below
 * do with them. They never share out.
 */
struct ob_crew_hands {
    void *self;
    unsigned workers;
    bool (*wants)(void *self);
    void (*give)(void *self, const struct ob_crew_job *job);
    size_t (*open)(void *self);
    unsigned (*alive)(void *self);
    bool (*news)(void *self, struct ob_crew_news *news);
    void (*close)(void *self, int signal);
    void (*wait)(void *self, int ms); /* in the place of waiting on descriptors */
};

struct ob_crew;

/* No worker is started before there is a job for it. */
struct ob_crew *ob_crew_create(const struct ob_crew_opts *opts);

/* Kills what lives. */
void ob_crew_destroy(struct ob_crew *p);

/* Whether a job can be given now. */
bool ob_crew_wants(const struct ob_crew *p);

/* Gives one to the worker that has the least to do. OB_EIO where no process can be
 * started.
 */
bool ob_crew_give(struct ob_crew *p, const struct ob_crew_job *job, struct ob_err *err);

/* Where no more jobs are to come: a worker that has nothing gets some of one that has the
 * most. */
void ob_crew_share_out(struct ob_crew *p);

/* Jobs that were given and of which nothing final was told. */
size_t ob_crew_open(const struct ob_crew *p);

/* Workers that live. */
unsigned ob_crew_alive(const struct ob_crew *p);

/* What to wait on, into fds[2 * workers]; how many. */
size_t ob_crew_fds(const struct ob_crew *p, struct pollfd *fds);

/* The next news; false where there are none yet. */
bool ob_crew_news(struct ob_crew *p, struct ob_crew_news *news);

/*
 * No further jobs are to be given: workers end behind the cell that they have begun, and
 * news tell of it until none is alive; other jobs are returned. With a signal they get
 * that, too. SIGTERM: the cell under way is saved and comes as interrupted. SIGKILL: it
 * is lost.
 */
void ob_crew_close(struct ob_crew *p, int signal);

#endif
