#include <config.h>

#include "optbench/num/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "optbench/base/mem.h"

/*
 * One call is one opening of the gate. A worker that finds the gate open enters (its
 * count goes up), takes tasks until there are none, and leaves; the caller takes tasks,
 * too, then closes the gate and waits until those inside have left. A worker that was
 * asleep or not scheduled and comes late finds the gate closed and has delayed nobody.
 *
 * The gate is one word: how many are inside (low 16 bits), whether it is open, and a
 * generation, so that nobody enters twice.
 */
enum { INSIDE = 0xffff, OPEN = 0x10000 };
#define GENERATION ((uint64_t)1 << 32)

/* How long a worker looks for the next call before it sleeps. */
#define SPIN_NS 50000

struct ob_pool {
    _Alignas(64) _Atomic uint64_t gate;
    _Alignas(64) _Atomic size_t next;       /* first task not yet taken */
    _Alignas(64) _Atomic unsigned sleepers; /* workers at or near pthread_cond_wait() */
    _Atomic bool waiting;                   /* the caller is there */
    _Atomic bool quit;

    /* The call: written by the caller while the gate is closed and nobody is inside, read
     * by those inside. */
    void (*fn)(void *ctx, size_t task);
    void *ctx;
    size_t tasks;
    size_t grain; /* tasks taken at a time */

    pthread_mutex_t lock;
    pthread_cond_t opened; /* for workers */
    pthread_cond_t left;   /* for the caller */
    unsigned threads;      /* the caller included */
    unsigned started;      /* workers */
    bool spin;             /* every thread can have a processor of its own */
    pthread_t *worker;     /* [threads - 1] */
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void take_tasks(struct ob_pool *p)
{
    for (;;) {
        size_t first =
            atomic_fetch_add_explicit(&p->next, p->grain, memory_order_relaxed);
        if (first >= p->tasks)
            return;
        size_t end = p->tasks - first < p->grain ? p->tasks : first + p->grain;
        for (size_t task = first; task < end; task++)
            p->fn(p->ctx, task);
    }
}

static bool is_new(uint64_t gate, uint64_t last)
{
    return (gate & OPEN) && gate / GENERATION != last;
}

/* Waits for an opening later than generation `last`, or quit. */
static void await_opening(struct ob_pool *p, uint64_t last)
{
    int64_t until = p->spin ? now_ns() + SPIN_NS : 0;
    while (p->spin && now_ns() < until)
        for (int i = 0; i < 32; i++) {
            if (is_new(atomic_load_explicit(&p->gate, memory_order_relaxed), last) ||
                atomic_load_explicit(&p->quit, memory_order_relaxed))
                return;
            relax();
        }
    pthread_mutex_lock(&p->lock);
    /* Announced before the gate is looked at; the caller opens before it looks here. */
    atomic_fetch_add(&p->sleepers, 1);
    while (!is_new(atomic_load(&p->gate), last) && !atomic_load(&p->quit))
        pthread_cond_wait(&p->opened, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->lock);
}

static void leave(struct ob_pool *p)
{
    uint64_t before = atomic_fetch_sub(&p->gate, 1);
    if ((before & INSIDE) == 1 && !(before & OPEN) && atomic_load(&p->waiting)) {
        pthread_mutex_lock(&p->lock);
        pthread_cond_signal(&p->left);
        pthread_mutex_unlock(&p->lock);
    }
}

static void *work(void *arg)
{
    struct ob_pool *p = arg;
    uint64_t last = 0;
    while (!atomic_load_explicit(&p->quit, memory_order_relaxed)) {
        uint64_t gate = atomic_load_explicit(&p->gate, memory_order_acquire);
        if (!is_new(gate, last)) {
            await_opening(p, last);
            continue;
        }
        if (!atomic_compare_exchange_weak(&p->gate, &gate, gate + 1))
            continue;
        last = gate / GENERATION;
        take_tasks(p);
        leave(p);
    }
    return NULL;
}

/* Until those inside have left; they are on their last tasks. */
static void await_leaving(struct ob_pool *p)
{
    int64_t until = p->spin ? now_ns() + SPIN_NS : 0;
    while (p->spin && now_ns() < until)
        for (int i = 0; i < 32; i++) {
            if (!(atomic_load_explicit(&p->gate, memory_order_acquire) & INSIDE))
                return;
            relax();
        }
    atomic_store(&p->waiting, true);
    pthread_mutex_lock(&p->lock);
    while (atomic_load(&p->gate) & INSIDE)
        pthread_cond_wait(&p->left, &p->lock);
    pthread_mutex_unlock(&p->lock);
    atomic_store(&p->waiting, false);
}

void ob_pool_run(struct ob_pool *p, void (*fn)(void *ctx, size_t task), void *ctx,
                 size_t tasks)
{
    if (!p || p->started == 0 || tasks < 2) {
        for (size_t task = 0; task < tasks; task++)
            fn(ctx, task);
        return;
    }
    p->fn = fn;
    p->ctx = ctx;
    p->tasks = tasks;
    p->grain = tasks / (8 * (size_t)p->threads);
    p->grain += p->grain == 0;
    atomic_store_explicit(&p->next, 0, memory_order_relaxed);
    atomic_store(&p->gate, (atomic_load(&p->gate) / GENERATION + 1) * GENERATION + OPEN);
    if (atomic_load(&p->sleepers)) {
        pthread_mutex_lock(&p->lock);
        pthread_cond_broadcast(&p->opened);
        pthread_mutex_unlock(&p->lock);
    }
    take_tasks(p);
    if (atomic_fetch_and(&p->gate, ~(uint64_t)OPEN) & INSIDE)
        await_leaving(p);
}

/* Processors that this process may run on. */
static unsigned allowed(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}

static unsigned most; /* of an automatic choice, 0 = all */

void ob_pool_limit(unsigned threads)
{
    most = threads;
}

struct ob_pool *ob_pool_create(unsigned threads, struct ob_err *err)
{
    struct ob_pool *p = ob_alloc(1, sizeof *p, err);
    if (!p)
        return NULL;
    p->threads = threads ? threads : allowed();
    if (!threads && most && p->threads > most)
        p->threads = most;
    p->spin = p->threads <= allowed();
    p->worker = ob_xcalloc(p->threads, sizeof *p->worker);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->opened, NULL);
    pthread_cond_init(&p->left, NULL);

    /* Signals are for the thread that handles them, never for a worker. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = 0;
    while (p->started + 1 < p->threads && rc == 0) {
        rc = pthread_create(&p->worker[p->started], NULL, work, p);
        p->started += rc == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0)
        return p;
    ob_fail(err, OB_EFAIL, "cannot start %u threads: %s", p->threads, ob_errno_text(rc));
    ob_pool_destroy(p);
    return NULL;
}

void ob_pool_destroy(struct ob_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->quit, true);
    pthread_cond_broadcast(&p->opened);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->worker[i], NULL);
    pthread_cond_destroy(&p->left);
    pthread_cond_destroy(&p->opened);
    pthread_mutex_destroy(&p->lock);
    free(p->worker);
    free(p);
}

unsigned ob_pool_threads(const struct ob_pool *p)
{
    return p ? p->threads : 1;
}
