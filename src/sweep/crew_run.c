#include <config.h>

#include "optbench/sweep/crew_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crew_progress.h"
#include "jobs.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/priority.h"
#include "optbench/base/text.h"
#include "optbench/run/spawn.h"
#include "optbench/sweep/cores.h"
#include "optbench/sweep/runners.h"

#define TICK_NS  INT64_C(1000000000)
#define AGAIN_NS INT64_C(100000000) /* one kill of a whole group can arrive twice */
#define OTHERS_NS                                                                        \
    INT64_C(10000000000) /* that cells of other processes are waited for                 \
                          */

enum { EXIT_RESUMABLE = 75, ENDING_MS = 5 };

struct run {
    const struct ob_crew_run_opts *opts;
    struct ob_sweep sweep;
    struct ob_cells *cells;
    struct jobs jobs;
    struct ob_crew *crew;
    struct ob_runner_mark mark;
    struct crew_progress progress;
    struct pollfd *fds;
    unsigned workers, threads;
    int log;             /* descriptor, -1 = none */
    int signals;         /* pipe that the handler writes to, -1 = none */
    int signal;          /* that asked for the end, 0 = none */
    int64_t signal_time; /* of it */
    int64_t last_news;   /* monotonic */
    bool closed;         /* the crew gets no more jobs */
    struct ob_err err;   /* why it ends, code OB_OK where that is no error */
};

/* ---- signals ---- */

static int signal_pipe = -1; /* where the handler writes; one sweep a process */

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(signal_pipe, &byte, 1) != 1)
        byte = 0; /* full: it is known already */
    errno = saved;
}

/* What the caller had ignored (nohup) stays ignored. */
static bool catch_signals(struct run *r)
{
    static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
    int fd[2];
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (pipe2(fd, O_NONBLOCK | O_CLOEXEC) != 0)
        return ob_fail(&r->err, OB_EFAIL, "no pipe for signals: %s",
                       ob_errno_text(errno));
    r->signals = fd[0];
    signal_pipe = fd[1];
    for (size_t i = 0; i < OB_COUNT(ends); i++) {
        struct sigaction now, act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
        sigemptyset(&act.sa_mask);
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(ends[i], &act, NULL);
    }
    return true;
}

static void close_crew(struct run *r, int signal)
{
    r->closed = true;
    jobs_stop(&r->jobs);
    ob_crew_close(r->crew, signal);
}

/* The first signal has the cells under way saved; another one does not wait for that. */
static void hear_signals(struct run *r)
{
    unsigned char number;
    while (read(r->signals, &number, 1) == 1) {
        int64_t now = ob_clock_ns();
        if (r->signal && now - r->signal_time < AGAIN_NS)
            continue;
        ob_log("SIG%s", sigabbrev_np(number) ? sigabbrev_np(number) : "?");
        close_crew(r, r->signal ? SIGKILL : SIGTERM);
        r->signal = r->signal ? r->signal : number;
        r->signal_time = now;
    }
}

/* ---- the loop ---- */

static void give_jobs(struct run *r)
{
    struct ob_crew_job job;
    bool gave = false;
    while (!r->closed && ob_crew_wants(r->crew)) {
        if (!jobs_next(&r->jobs, ob_clock_ns(), &job))
            break;
        if (!ob_crew_give(r->crew, &job, &r->err)) {
            close_crew(r, SIGTERM);
            return;
        }
        gave = true;
    }
    if (!gave && !r->closed)
        ob_crew_share_out(r->crew);
}

static void hear_workers(struct run *r)
{
    struct ob_crew_news news;
    int64_t now = ob_clock_ns();
    while (ob_crew_news(r->crew, &news)) {
        jobs_heard(&r->jobs, &news, now);
        if (news.event != OB_CREW_BEGUN)
            r->last_news = now;
        if (news.event == OB_CREW_LOST || news.event == OB_CREW_STILLBORN)
            ob_log("a worker is gone: %s", news.reason);
    }
    if (r->jobs.stopped && !r->closed) {
        r->err = r->jobs.hopeless;
        close_crew(r, SIGTERM);
    }
}

/* Whether nothing but the cells of other processes is left, and has been for long. */
static bool only_others(const struct run *r)
{
    return r->jobs.counts.busy > 0 && ob_crew_open(r->crew) == 0 &&
           ob_clock_ns() - r->last_news > OTHERS_NS;
}

/* Ranks that were told to end one by one, and not by this one, take nothing any more. */
static bool is_forsaken(const struct run *r)
{
    return r->opts->hands && ob_crew_alive(r->crew) == 0;
}

/* Whether all jobs are done. One that rungs neither give nor call the last would be
 * waited for in vain. */
static bool is_over(struct run *r)
{
    if (r->closed)
        return ob_crew_alive(r->crew) == 0 && ob_crew_open(r->crew) == 0;
    if (ob_crew_open(r->crew) > 0)
        return false;
    if (!jobs_exhausted(&r->jobs) && is_forsaken(r)) {
        r->signal = SIGTERM;
    } else if (!jobs_exhausted(&r->jobs) && !only_others(r)) {
        if (jobs_due(&r->jobs) < INT64_MAX)
            return false;
        ob_fail(&r->err, OB_EFAIL, "%s: the logs of its cells do not say which go on",
                r->sweep.path);
    }
    close_crew(r, 0);
    return ob_crew_alive(r->crew) == 0;
}

static int time_left(const struct run *r)
{
    int64_t now = ob_clock_ns(), due = now + TICK_NS;
    int64_t other = jobs_due(&r->jobs), line = ob_status_line_due(&r->progress.line);
    due = other < due ? other : due;
    due = line < due ? line : due;
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

/* Waits for the workers, signals and what is due. One that is about to end has closed its
 * pipes already, and its end is no event. */
static bool rest(struct run *r)
{
    size_t n = ob_crew_fds(r->crew, r->fds);
    int wait = time_left(r);
    if (n < 2 * (size_t)ob_crew_alive(r->crew) && wait > ENDING_MS)
        wait = ENDING_MS;
    r->fds[n++] = (struct pollfd){ .fd = r->signals, .events = POLLIN };
    return poll(r->fds, n, wait) >= 0 || errno == EINTR;
}

static void loop(struct run *r)
{
    r->last_news = ob_clock_ns();
    for (;;) {
        give_jobs(r);
        if (is_over(r))
            break;
        if (r->opts->hands)
            r->opts->hands->wait(r->opts->hands->self, time_left(r));
        else if (!rest(r))
            break;
        hear_signals(r);
        hear_workers(r);
        ob_runner_mark_beat(&r->mark);
        crew_progress_show(&r->progress, &r->jobs, ob_clock_ns());
    }
}

/* ---- before and behind it ---- */

static void count_workers(struct run *r)
{
    unsigned cores = ob_cores();
    size_t left = r->jobs.counts.cells - r->jobs.counts.settled;
    r->workers = r->opts->workers ? r->opts->workers : cores;
    if (r->opts->hands)
        r->workers = r->opts->hands->workers;
    if (r->workers > left)
        r->workers = left ? (unsigned)left : 1;
    if (r->workers > OB_CREW_WORKERS_MAX)
        r->workers = OB_CREW_WORKERS_MAX;
    r->threads = r->opts->threads ? r->opts->threads : ob_cores_share(cores, r->workers);
}

static bool mark(struct run *r)
{
    const struct ob_crew_run_opts *o = r->opts;
    struct ob_runner me = { .workers = r->workers, .threads = r->threads };
    if (o->one)
        snprintf(me.share, sizeof me.share, "cell %zu", o->index);
    else if (o->shard.n)
        snprintf(me.share, sizeof me.share, "shard %zu/%zu", o->shard.k, o->shard.n);
    return ob_runner_mark_init(&r->mark, &r->sweep.dir, &me, &r->err);
}

/* A log that cannot be written stops nothing. */
static void open_log(struct run *r)
{
    r->log =
        ob_rundir_file(&r->sweep.dir, "log.txt", O_WRONLY | O_CREAT | O_APPEND, NULL);
    if (r->log < 0)
        return;
    ob_log_open(r->log);
    ob_log("%s: %zu of %zu cells to run, %u workers, %u threads each", r->mark.name,
           r->jobs.counts.cells - r->jobs.counts.settled, r->jobs.counts.cells,
           r->workers, r->threads);
}

static bool open_sweep(struct run *r)
{
    const struct ob_crew_run_opts *o = r->opts;
    if (!ob_sweep_open(&r->sweep, o->dir, &r->err))
        return false;
    const struct ob_sweep_facts *f = &r->sweep.facts;
    const struct jobs_opts opts = {
        .one = o->one,
        .index = o->index,
        .shard = o->shard,
        .policy = { .retries = (unsigned)(o->retries < 0 ? f->retries : o->retries),
                    .fail_fast = o->fail_fast || f->fail_fast }
    };
    if (o->one && o->index >= r->sweep.plan.cells)
        return ob_fail(&r->err, OB_EUSAGE, "%s has %zu cells, from 0 on: there is no %zu",
                       o->dir, r->sweep.plan.cells, o->index);
    r->cells = ob_cells_create(&r->sweep);
    ob_cells_look_all(r->cells);
    return jobs_init(&r->jobs, &r->sweep, r->cells, &opts, &r->err);
}

static void run_crew(struct run *r)
{
    char threads[OB_NUMBER_MAX];
    char *self = r->opts->program ? ob_xstrdup(r->opts->program) : ob_spawn_self();
    snprintf(threads, sizeof threads, "%u", r->threads);
    const char *argv[] = { self,    "sweep", "work",        "--threads",
                           threads, "--",    r->sweep.path, NULL };
    const struct ob_crew_opts opts = { .argv = argv,
                                       .workers = r->workers,
                                       .hands = r->opts->hands };
    /* Workers have threads of their own: those of OpenBLAS would only wait. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    r->crew = ob_crew_create(&opts);
    r->fds = ob_xcalloc(2 * (size_t)r->workers + 1, sizeof *r->fds);
    ob_priority_stand_back();
    loop(r);
    ob_crew_destroy(r->crew);
    r->crew = NULL;
    free(self);
}

static int verdict(struct run *r)
{
    struct ob_err ignored;
    char safe[1024];
    crew_progress_end(&r->progress, &r->jobs, ob_clock_ns());
    ob_cells_save(r->cells, &ignored);
    ob_log("%zu of %zu cells are settled, %zu of them failed", r->jobs.counts.settled,
           r->jobs.counts.cells, r->jobs.counts.failed);
    if (r->err.code != OB_OK) {
        fprintf(stderr, "optbench: %s\n", ob_text_safe_z(safe, sizeof safe, r->err.text));
        return ob_code_exit(r->err.code);
    }
    if (r->signal) {
        ob_status_line_say(&r->progress.line,
                           "interrupted by SIG%s; the same command goes on from here",
                           sigabbrev_np(r->signal));
        return EXIT_RESUMABLE;
    }
    if (r->jobs.counts.failed)
        return ob_code_exit(OB_EFAIL);
    return r->jobs.counts.busy ? EXIT_RESUMABLE : 0;
}

static void finish(struct run *r)
{
    ob_runner_mark_finish(&r->mark);
    jobs_finish(&r->jobs);
    ob_cells_destroy(r->cells);
    ob_log_close();
    if (r->log >= 0)
        close(r->log);
    if (r->signals >= 0)
        close(r->signals); /* the handler's end stays open: a late signal is only lost */
    free(r->fds);
    ob_sweep_finish(&r->sweep);
}

int ob_crew_run(const struct ob_crew_run_opts *opts)
{
    struct run r = { .opts = opts, .log = -1, .signals = -1 };
    char safe[1024];
    int status;
    bool ready = catch_signals(&r) && open_sweep(&r);
    if (ready)
        count_workers(&r);
    if (!ready || !mark(&r)) {
        fprintf(stderr, "optbench: %s\n", ob_text_safe_z(safe, sizeof safe, r.err.text));
        status = ob_code_exit(r.err.code);
        goto done;
    }
    open_log(&r);
    printf("%s\n", r.sweep.path);
    fflush(stdout);
    crew_progress_init(&r.progress, opts->quiet, &r.jobs);
    if (r.jobs.counts.settled < r.jobs.counts.cells)
        run_crew(&r);
    status = verdict(&r);
done:
    finish(&r);
    return status;
}
