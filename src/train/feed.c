#include <config.h>

#include "optbench/train/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/train/ring.h"

#define RING_DEFAULT 4096
#define FRESH        4u /* beside the index of a cell: not looked at yet */

/* An entry of either queue. */
struct letter {
    struct letter *next;
    union {
        struct ob_command command;
        struct ob_notice notice;
    };
};

struct queue {
    struct letter *first, **last;
};

/* Laid out by who writes what: the training thread reads `pending` and `closed` at every
 * step, and a line that the main thread writes to at its own pace would come and go under
 * it. */
#define LINE 64

struct ob_feed {
    /* Written once, or by the main thread when something happens. */
    _Atomic bool pending; /* a command waits: both write under the lock */
    _Atomic bool closed;  /* main thread writes once */
    _Atomic bool watched; /* main thread writes where it changes */
    _Atomic bool waiting; /* the trainer waits for room: both write under the lock */
    size_t look;          /* rows between two looks at how full the ring is */
    int fd;

    /* Training thread. */
    _Alignas(LINE) _Atomic uint64_t rows;
    unsigned back; /* snapshots: this cell, and below `front` for the main thread... */

    /* Both. */
    _Alignas(LINE) _Atomic unsigned middle; /* ...and this, to be exchanged */
    _Atomic bool woken;   /* the eventfd is readable or is about to be */
    pthread_mutex_t lock; /* guards the two queues */
    pthread_cond_t room;  /* the training thread waits: a command, or room for more */
    struct queue commands, notices;
    size_t heavy; /* checkpoints among the notices; under the lock */

    /* Main thread. */
    _Alignas(LINE) unsigned front;
    bool seen; /* front was published */

    struct ob_ring ring;
    struct ob_snapshot cell[3];
};

/* ---- queues ---- */

static void enqueue(struct queue *q, struct letter *l)
{
    l->next = NULL;
    *q->last = l;
    q->last = &l->next;
}

static struct letter *dequeue(struct queue *q)
{
    struct letter *l = q->first;
    if (l && !(q->first = l->next))
        q->last = &q->first;
    return l;
}

void ob_notice_finish(struct ob_notice *n)
{
    if (n->data)
        ob_safetensors_finish(n->data);
    free(n->data);
    if (n->best)
        ob_safetensors_finish(n->best);
    free(n->best);
    free(n->said);
    free(n->point);
    free(n->print);
    n->data = NULL;
    n->best = NULL;
    n->said = NULL;
    n->point = NULL;
    n->print = NULL;
}

/* ---- life ---- */

static void init_room(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

struct ob_feed *ob_feed_create(const struct ob_feed_sizes *sizes, struct ob_err *err)
{
    struct ob_feed *f = ob_alloc(1, sizeof *f, err);
    if (!f)
        return NULL;
    pthread_mutex_init(&f->lock, NULL);
    init_room(&f->room);
    f->commands.last = &f->commands.first;
    f->notices.last = &f->notices.first;
    f->back = 0;
    f->front = 1;
    atomic_init(&f->middle, 2u);
    f->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (f->fd < 0) {
        ob_fail(err, OB_EFAIL, "no event descriptor: %s", ob_errno_text(errno));
        goto fail;
    }
    if (!ob_ring_init(&f->ring, sizes->ring ? sizes->ring : RING_DEFAULT, sizes->width,
                      err))
        goto fail;
    f->look = (f->ring.mask + 1) / 8 + 1;
    for (int i = 0; i < 3; i++)
        if (!ob_snapshot_init(&f->cell[i], sizes->values, sizes->slots, err))
            goto fail;
    return f;
fail:
    ob_feed_destroy(f);
    return NULL;
}

void ob_feed_destroy(struct ob_feed *f)
{
    if (!f)
        return;
    struct letter *l;
    while ((l = dequeue(&f->commands)))
        free(l);
    while ((l = dequeue(&f->notices))) {
        ob_notice_finish(&l->notice);
        free(l);
    }
    for (int i = 0; i < 3; i++)
        ob_snapshot_finish(&f->cell[i]);
    ob_ring_finish(&f->ring);
    if (f->fd >= 0)
        close(f->fd);
    pthread_cond_destroy(&f->room);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

/* ---- waking the main thread ---- */

void ob_feed_wake(struct ob_feed *f)
{
    if (atomic_exchange(&f->woken, true))
        return;
    uint64_t one = 1;
    /* Fails only where the counter is at its end, and then the fd is readable. */
    ssize_t n = write(f->fd, &one, sizeof one);
    (void)n;
}

int ob_feed_fd(const struct ob_feed *f)
{
    return f->fd;
}

void ob_feed_acknowledge(struct ob_feed *f)
{
    uint64_t count;
    ssize_t n = read(f->fd, &count, sizeof count);
    (void)n;
    /* In this order: a wake between the two is remembered by the exchange below, which
     * comes before the caller looks at the queues. */
    atomic_exchange(&f->woken, false);
}

/* ---- rows ---- */

/* The ring is full. `waiting` is announced before the ring is tried again, and the
 * reader moves its head before it looks at `waiting`; both in the one order of
 * sequentially consistent operations, so one of the two sees the other. */
static bool push_slowly(struct ob_feed *f, const struct ob_row *row)
{
    bool done = false;
    ob_feed_wake(f);
    pthread_mutex_lock(&f->lock);
    for (;;) {
        atomic_store(&f->waiting, true);
        if (atomic_load(&f->closed) || (done = ob_ring_push(&f->ring, row)))
            break;
        pthread_cond_wait(&f->room, &f->lock);
    }
    atomic_store(&f->waiting, false);
    pthread_mutex_unlock(&f->lock);
    return done;
}

bool ob_feed_push(struct ob_feed *f, const struct ob_row *row)
{
    if (!ob_ring_push(&f->ring, row)) {
        if (!push_slowly(f, row))
            return false;
    } else if (atomic_load_explicit(&f->closed, memory_order_relaxed)) {
        return false;
    }
    uint64_t rows = atomic_load_explicit(&f->rows, memory_order_relaxed) + 1;
    atomic_store_explicit(&f->rows, rows, memory_order_relaxed);
    /* Looked at now and then only, because it touches the reader's cache line. */
    if (rows % f->look == 0 && ob_ring_used(&f->ring) > f->ring.mask / 2)
        ob_feed_wake(f);
    return true;
}

uint64_t ob_feed_rows(const struct ob_feed *f)
{
    return atomic_load_explicit(&f->rows, memory_order_relaxed);
}

const struct ob_row *ob_feed_peek(struct ob_feed *f)
{
    return ob_ring_peek(&f->ring);
}

void ob_feed_pop(struct ob_feed *f)
{
    size_t left = ob_ring_pop(&f->ring);
    /* Half a ring at a time: waking for every row would cost two switches each. */
    if (left > (f->ring.mask + 1) / 2 || !atomic_load(&f->waiting))
        return;
    pthread_mutex_lock(&f->lock);
    pthread_cond_signal(&f->room);
    pthread_mutex_unlock(&f->lock);
}

void ob_feed_close(struct ob_feed *f)
{
    pthread_mutex_lock(&f->lock);
    atomic_store(&f->closed, true);
    pthread_cond_signal(&f->room);
    pthread_mutex_unlock(&f->lock);
}

bool ob_feed_closed(const struct ob_feed *f)
{
    return atomic_load(&f->closed);
}

/* ---- snapshots ---- */

struct ob_snapshot *ob_feed_cell(struct ob_feed *f)
{
    return &f->cell[f->back];
}

void ob_feed_publish(struct ob_feed *f)
{
    f->back = atomic_exchange_explicit(&f->middle, f->back | FRESH, memory_order_acq_rel);
    f->back &= ~FRESH;
    ob_feed_wake(f);
}

const struct ob_snapshot *ob_feed_latest(struct ob_feed *f, bool *fresh)
{
    *fresh = atomic_load_explicit(&f->middle, memory_order_relaxed) & FRESH;
    if (*fresh) {
        f->front = atomic_exchange_explicit(&f->middle, f->front, memory_order_acq_rel);
        f->front &= ~FRESH;
        f->seen = true;
    }
    return f->seen ? &f->cell[f->front] : NULL;
}

bool ob_feed_watched(const struct ob_feed *f)
{
    return atomic_load_explicit(&f->watched, memory_order_relaxed);
}

void ob_feed_watch(struct ob_feed *f, bool watched)
{
    if (atomic_load_explicit(&f->watched, memory_order_relaxed) != watched)
        atomic_store_explicit(&f->watched, watched, memory_order_relaxed);
}

/* ---- commands ---- */

void ob_feed_send(struct ob_feed *f, const struct ob_command *c)
{
    struct letter *l = ob_xmalloc(sizeof *l);
    l->command = *c;
    pthread_mutex_lock(&f->lock);
    enqueue(&f->commands, l);
    atomic_store_explicit(&f->pending, true, memory_order_relaxed);
    pthread_cond_signal(&f->room);
    pthread_mutex_unlock(&f->lock);
}

bool ob_feed_pending(const struct ob_feed *f)
{
    return atomic_load_explicit(&f->pending, memory_order_relaxed);
}

bool ob_feed_receive(struct ob_feed *f, struct ob_command *out)
{
    pthread_mutex_lock(&f->lock);
    struct letter *l = dequeue(&f->commands);
    atomic_store_explicit(&f->pending, f->commands.first != NULL, memory_order_relaxed);
    pthread_mutex_unlock(&f->lock);
    if (!l)
        return false;
    *out = l->command;
    free(l);
    return true;
}

bool ob_feed_sleep(struct ob_feed *f, int64_t until)
{
    const struct timespec at = { .tv_sec = until / 1000000000,
                                 .tv_nsec = until % 1000000000 };
    pthread_mutex_lock(&f->lock);
    while (!f->commands.first && !atomic_load(&f->closed)) {
        if (until == INT64_MAX)
            pthread_cond_wait(&f->room, &f->lock);
        else if (pthread_cond_timedwait(&f->room, &f->lock, &at) == ETIMEDOUT)
            break;
    }
    bool command = f->commands.first != NULL;
    pthread_mutex_unlock(&f->lock);
    return command;
}

/* ---- notices ---- */

void ob_feed_notify(struct ob_feed *f, const struct ob_notice *n)
{
    struct letter *l = ob_xmalloc(sizeof *l);
    l->notice = *n;
    pthread_mutex_lock(&f->lock);
    while (n->data && f->heavy == OB_FEED_CHECKPOINTS && !atomic_load(&f->closed))
        pthread_cond_wait(&f->room, &f->lock);
    f->heavy += n->data != NULL;
    enqueue(&f->notices, l);
    pthread_mutex_unlock(&f->lock);
    ob_feed_wake(f);
}

bool ob_feed_take(struct ob_feed *f, struct ob_notice *out)
{
    pthread_mutex_lock(&f->lock);
    struct letter *l = dequeue(&f->notices);
    if (l && l->notice.data) {
        f->heavy--;
        pthread_cond_signal(&f->room);
    }
    pthread_mutex_unlock(&f->lock);
    if (!l)
        return false;
    *out = l->notice;
    free(l);
    return true;
}
